// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What a program pays to begin, in a JVM that has done so before, and to end. */
public class StartBenchmark extends SampledBenchmark {

    private static final int THREADS = 64;

    /** An executor is opened, runs one task, and is closed; that of UMCG with its scheduler and its servers. */
    @Benchmark
    public void executor(final ExecutorChoice choice) throws Exception {
        try (MeasuredExecutor opened = MeasuredExecutor.open(choice.kind(), THREADS)) {
            opened.service().submit(() -> null).get();
        }
    }

    /** A thread begins, waits for 63 others, and ends; its part of the executor is in it. */
    @Benchmark
    @OperationsPerInvocation(THREADS)
    public void thread(final ExecutorChoice choice) throws Exception {
        try (MeasuredExecutor opened = MeasuredExecutor.open(choice.kind(), THREADS)) {
            WaitingTasks.run(opened.service(), THREADS, () -> null);
        }
    }
}
