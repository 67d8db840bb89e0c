// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.umcg.binding.Umcg;
import org.umcg.scheduler.TurningServer;

/** Each benchmark does what it says and ends, on executors that need no kernel. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BenchmarksTest {

    @Test
    void shouldMeasureAllCostsWhenExecutorsArePlain() throws Exception {
        final Collection<RunResult> results = run("(Handoff|Switch|Block|Executor|Start|Memory)Benchmark",
            "platform", "forkjoin");

        assertThat(results).hasSize(2 * (MachineCounts.hasBusyTime() ? 18 : 17));
        assertThat(results).allSatisfy(result -> {
            final Samples samples = new Samples();
            samples.add(List.of(result));
            final String benchmark = result.getParams().getBenchmark();
            assertThat(samples.isSize()).as(benchmark).isEqualTo(benchmark.contains("Memory"));
            // What the whole machine has free depends here on what else it does, so that even 0 may come out.
            assertThat(samples.median()).as(benchmark)
                .matches(cost -> samples.isSize() ? Double.isFinite(cost) : cost > 0);
        });
    }

    @Test
    void shouldMeasureTurnsWhenKernelIsStandIn() {
        try (TurningServer server = new TurningServer()) {
            assertThat(server.measure(1)).isPositive();
            assertThat(server.measure(10_000)).isGreaterThan(10_000);
        }
    }

    @Test
    void shouldFailWhenKernelHasNoUmcg() {
        if (!Umcg.isAvailable()) {
            assertThatThrownBy(() -> run("HandoffBenchmark.locksupport", "umcg")).isInstanceOf(RunnerException.class);
        }
    }

    private static Collection<RunResult> run(final String regex, final String... executors) throws RunnerException {
        return new Runner(new OptionsBuilder().include(regex)
            .exclude(MachineCounts.hasBusyTime() ? "SwitchBenchmark.raw" : "SwitchBenchmark.raw|BlockBenchmark.sleep")
            .param(ExecutorKind.PARAMETER, executors).forks(0).warmupIterations(0).measurementIterations(1)
            .shouldFailOnError(true).verbosity(VerboseMode.SILENT).build()).run();
    }
}
