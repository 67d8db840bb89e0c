// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Rows have the names that other programs look for. */
class MeasuredCostTest {

    private static final List<ExecutorKind> ALL = List.of(ExecutorKind.values());

    @Test
    void shouldNameRowAfterGroupAndMethodWhenMethodHasTwoWords() {
        assertThat(MeasuredCost.rowName("org.umcg.benchmarks.ExecutorBenchmark.submitGet"))
            .isEqualTo("executor.submit_get");
    }

    @Test
    void shouldFindAllCostsWhenProcessorHasRun() {
        assertThat(costs().keySet()).containsExactlyInAnyOrder(
            "block.file", "block.pipe", "block.sleep", "block.socket",
            "executor.burst", "executor.submit_get", "executor.submit_run",
            "handoff.condition", "handoff.exchanger", "handoff.locksupport", "handoff.monitor", "handoff.queue",
            "handoff.semaphore", "handoff.synchronousqueue",
            "memory.thread", "server.turn", "start.executor", "start.thread", "switch.raw", "switch.yield");
    }

    @Test
    void shouldMeasureOnAllKindsWhenWorkIsDoneByTasks() {
        final Set<String> notByTasks = Set.of("server.turn", "switch.raw");

        costs().forEach((name, cost) -> {
            if (!notByTasks.contains(name)) {
                assertThat(cost.kinds(ALL)).as(name).isEqualTo(ALL);
            }
        });
    }

    @Test
    void shouldMeasureUmcgAloneWhenOthersHaveNothingLikeThat() {
        final Map<String, MeasuredCost> costs = costs();

        assertThat(costs.get("switch.raw").kinds(ALL)).containsExactly(ExecutorKind.UMCG, ExecutorKind.UMCG_JNA);
        assertThat(costs.get("server.turn").kinds(ALL)).containsExactly(ExecutorKind.UMCG);
        assertThat(costs.get("server.turn").binding(ExecutorKind.UMCG)).isEqualTo("none");
        assertThat(costs.get("switch.raw").binding(ExecutorKind.UMCG_JNA)).isEqualTo("jna");
    }

    private static Map<String, MeasuredCost> costs() {
        return BenchmarkList.defaultList()
            .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of()).stream()
            .map(MeasuredCost::new)
            .collect(Collectors.toMap(MeasuredCost::rowName, cost -> cost, (one, other) -> one, TreeMap::new));
    }
}
