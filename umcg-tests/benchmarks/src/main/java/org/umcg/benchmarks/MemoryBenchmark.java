// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/** What threads take of the machine's memory. One sample, in a JVM that has made few others: it reuses nothing. */
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class MemoryBenchmark extends SampledBenchmark {

    private static final int THREADS = 1000;

    /** A thread that waits, one of a thousand: stack, objects, and what the kernel has of it. */
    @Benchmark
    public void thread(final ExecutorChoice choice, final OwnSize size) throws Exception {
        try (MeasuredExecutor opened = MeasuredExecutor.open(choice.kind(), THREADS + 1)) {
            WaitingTasks.run(opened.service(), 1, MachineCounts::freeBytes);
            final long before = MachineCounts.freeBytes();
            final long after = WaitingTasks.run(opened.service(), THREADS, MachineCounts::freeBytes);
            size.set(before - after, THREADS);
        }
    }
}
