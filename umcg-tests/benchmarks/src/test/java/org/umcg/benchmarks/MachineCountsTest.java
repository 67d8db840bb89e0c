// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineCountsTest {

    @Test
    void shouldAddBusyTimesOfAllCpusWhenThereAreOtherLines() {
        assertThat(MachineCounts.busyNanoseconds(List.of(
            "version 16", "timestamp 4295", "cpu0 0 0 1 2 3 4 500 6 7", "domain0 03 9 9 9 9 9 9 9 9",
            "cpu1 0 0 1 2 3 4 70 6 7"))).isEqualTo(570);
    }

    @Test
    void shouldTellFreeMemoryInBytesWhenFileHasKibibytes() {
        assertThat(MachineCounts.freeBytes(List.of("MemTotal:  16 kB", "MemFree:          12 kB", "Buffers: 1 kB")))
            .isEqualTo(12 * 1024);
    }
}
