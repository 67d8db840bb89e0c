// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

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
    void shouldSayWhatToDoWhenKernelHasNoUmcg() {
        assumeThat(Umcg.isAvailable()).isFalse();

        assertThatThrownBy(() -> UmcgScheduler.start(1, 1))
            .isInstanceOf(UmcgUnavailableException.class)
            .hasMessageContaining("./umcg run");
    }
}
