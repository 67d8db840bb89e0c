// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.umcg.api.UmcgUnavailableException;
import org.umcg.binding.Umcg;

/** What can be said without the kernel; the rest is in SchedulerSystemTest. */
class UmcgSchedulerTest {

    private static final int CPUS = Runtime.getRuntime().availableProcessors();

    @Test
    void shouldRejectSizesThatMakeNoSense() {
        assertThatThrownBy(() -> UmcgScheduler.start(0, 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("servers must be from 1 to the number of CPUs, " + CPUS + ": 0");
        assertThatThrownBy(() -> UmcgScheduler.start(CPUS + 1, 1))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageEndingWith(": " + (CPUS + 1));
        assertThatThrownBy(() -> UmcgScheduler.start(1, 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("workers must be from 1 to 32767: 0");
    }

    @Test
    void shouldRejectHoldLimitThatMakesNoSense() {
        for (final Duration length : List.of(
            Duration.ofMillis(-1), Duration.ofNanos(1), Duration.ofDays(25))) {
            assertThatThrownBy(() -> UmcgScheduler.builder().holdLimit(length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("hold limit must be zero, or from 1 to 2147483647 ms: " + length);
        }
    }

    @Test
    void shouldTakeHoldLimitInMilliseconds() {
        assertThat(UmcgScheduler.builder().settings().holdLimitMillis()).isEqualTo(1_000);
        assertThat(UmcgScheduler.builder().holdLimit(Duration.ZERO).settings().holdLimitMillis()).isZero();
        assertThat(UmcgScheduler.builder().holdLimit(Duration.ofSeconds(3)).settings().holdLimitMillis())
            .isEqualTo(3_000);
    }

    @Test
    void shouldSayWhatToDoWhenKernelHasNoUmcg() {
        assumeThat(Umcg.isAvailable()).isFalse();

        assertThatThrownBy(() -> UmcgScheduler.start(1, 1))
            .isInstanceOf(UmcgUnavailableException.class)
            .hasMessageContaining("./umcg run");
    }
}
