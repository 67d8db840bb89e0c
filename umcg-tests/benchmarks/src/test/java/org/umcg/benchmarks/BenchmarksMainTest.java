// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.umcg.binding.Umcg;

class BenchmarksMainTest {

    @Test
    void shouldNameExecutorsThatAreThereWhenCommandLineNamesNone() {
        assertThat(BenchmarksMain.withExecutors(new String[] {"handoff", "-f", "0"}))
            .startsWith("handoff", "-f", "0", "-p")
            .anyMatch(word -> word.startsWith("executor=") && word.contains("platform,")
                && word.contains("umcg") == Umcg.isAvailable()
                && word.contains("virtual") == Runtime.version().feature() >= 21);
    }

    @Test
    void shouldLeaveExecutorsAloneWhenCommandLineNamesThem() {
        assertThat(BenchmarksMain.withExecutors(new String[] {"-p", "executor=virtual"}))
            .startsWith("-p", "executor=virtual").filteredOn(word -> word.startsWith("executor=")).hasSize(1);
    }

    @Test
    void shouldHaveOneBindingWhenThereAreNoForks() {
        assertThat(BenchmarksMain.withExecutors(new String[] {"switch", "-f", "0"})).contains("binding=jni");
        assertThat(BenchmarksMain.withExecutors(new String[] {"-f0"})).contains("binding=jni");
        assertThat(BenchmarksMain.withExecutors(new String[] {"-f", "01", "x-f 0x"})).doesNotContain("binding=jni");
        assertThat(ExecutorKind.available(true)).doesNotContain(ExecutorKind.UMCG_JNA);
    }

    @Test
    void shouldLeaveRawSwitchOutWhenKernelHasNoUmcg() {
        assertThat(BenchmarksMain.withExecutors(new String[0]).contains("SwitchBenchmark.raw"))
            .isNotEqualTo(Umcg.isAvailable());
    }
}
