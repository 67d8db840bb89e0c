// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SchedulerSettingsTest {

    private static final int WORKERS_PER_SERVER = 32;

    private final UmcgScheduler.Builder builder = UmcgScheduler.builder();
    private final SchedulerSettings settings = builder.settings();

    /** A default belongs to what is set when it is used. */
    @Test
    void shouldHaveDefaultsOfWhatIsSetWhenUsedTwice() {
        final int cpus = settings.servers();

        builder.servers(1);
        assertThat(settings.workers()).isEqualTo(WORKERS_PER_SERVER);
        builder.servers(cpus);
        assertThat(settings.workers()).isEqualTo(cpus * WORKERS_PER_SERVER);
    }

    @Test
    void shouldHaveRoomForAtLeastTwoExecutorsUnlessToldOtherwise() {
        assertThat(settings.maxWorkers()).isEqualTo(4096);
        builder.workers(10_000);
        assertThat(settings.maxWorkers()).isEqualTo(20_000);
        builder.workers(20_000);
        assertThat(settings.maxWorkers()).isEqualTo(Short.MAX_VALUE);
        builder.maxWorkers(30_000);
        assertThat(settings.maxWorkers()).isEqualTo(30_000);
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
        assertThatIllegalArgumentException().isThrownBy(() -> builder.quantum(Duration.ofNanos(999)));
    }

    /** Each method of the builder ends up in the setting of its name. */
    @Test
    void shouldKeepWhatIsSet() {
        final FailureHandler failureHandler = (part, problem) -> { };
        final SchedulingPolicy.Factory policy = Policies.lifo();
        final ClassLoader loader = new ClassLoader() { };
        final Thread.UncaughtExceptionHandler exceptionHandler = (thread, problem) -> { };
        builder.quantum(Duration.ofMillis(3)).policy(policy).taskDecorator(task -> null)
            .failureHandler(failureHandler).threadName("w%d").daemon(true).priority(7)
            .contextClassLoader(loader).stackSize(65_536).uncaughtExceptionHandler(exceptionHandler);

        assertThat(settings.quantumNanos()).isEqualTo(3_000_000);
        assertThat(settings.policy()).isSameAs(policy);
        assertThat(settings.taskDecorator().apply(() -> { })).isNull();
        assertThat(settings.failureHandler()).isSameAs(failureHandler);
        assertThat(settings.threads()).isEqualTo(new ThreadSettings(
            Thread.currentThread().getThreadGroup(), "w%d", true, 7, loader, 65_536, exceptionHandler));
    }

    @Test
    void shouldUseEachCpuOnce() {
        builder.cpus(1, 0, 1);
        assertThat(settings.cpus()).containsExactly(1, 0);
        builder.anyCpu();
        assertThat(settings.cpus()).isEmpty();
    }
}
