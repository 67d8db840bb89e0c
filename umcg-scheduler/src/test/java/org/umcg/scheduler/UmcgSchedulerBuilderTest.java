// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UmcgSchedulerBuilderTest {

    private static final int WORKERS_PER_SERVER = 32;

    private final UmcgSchedulerBuilder builder = UmcgScheduler.builder();

    /** A default belongs to what is set when it is used. */
    @Test
    void shouldHaveDefaultsOfWhatIsSetWhenUsedTwice() {
        final int cpus = builder.servers();

        assertThat(builder.servers(1).workers()).isEqualTo(WORKERS_PER_SERVER);
        assertThat(builder.servers(cpus).workers()).isEqualTo(cpus * WORKERS_PER_SERVER);
    }

    @Test
    void shouldHaveRoomForAtLeastTwoExecutorsUnlessToldOtherwise() {
        assertThat(builder.maxWorkers()).isEqualTo(4096);
        assertThat(builder.workers(10_000).maxWorkers()).isEqualTo(20_000);
        assertThat(builder.workers(20_000).maxWorkers()).isEqualTo(Short.MAX_VALUE);
        assertThat(builder.maxWorkers(30_000).maxWorkers()).isEqualTo(30_000);
    }

    @Test
    void shouldRefuseExecutorsLargerThanScheduler() {
        assertThatThrownBy(() -> builder.workers(5).maxWorkers(4).start())
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("an executor has 5 workers, more than maxWorkers, 4: set workers or maxWorkers");
    }

    @Test
    void shouldRefuseSettingsThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxWorkers(0))
            .withMessage("maxWorkers must be from 1 to 32767: 0");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.cpus());
        assertThatIllegalArgumentException().isThrownBy(() -> builder.cpus(0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.threadName("%s %s"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.priority(11));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.stackSize(-1));
    }

    @Test
    void shouldUseEachCpuOnce() {
        assertThat(builder.cpus(1, 0, 1).cpuNumbers()).containsExactly(1, 0);
        assertThat(builder.anyCpu().cpuNumbers()).isEmpty();
    }
}
