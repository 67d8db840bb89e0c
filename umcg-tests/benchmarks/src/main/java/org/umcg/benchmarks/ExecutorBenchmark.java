// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What an executor of 16 threads takes for a task that does next to nothing. */
@OperationsPerInvocation(SampledBenchmark.OPERATIONS)
public class ExecutorBenchmark extends SampledBenchmark {

    /** A task of the executor submits the next one, and ends. */
    @Benchmark
    public void submitRun(final ExecutorState.Pool on) throws Exception {
        final CountDownLatch isOver = new CountDownLatch(1);
        final ExecutorService service = on.service();
        service.execute(new Runnable() {
            // Of the task that runs: to submit happens before to run.
            private int left = OPERATIONS;

            @Override
            public void run() {
                left--;
                if (left == 0) {
                    isOver.countDown();
                }
                else {
                    service.execute(this);
                }
            }
        });
        isOver.await();
    }

    /** A plain thread submits a task, and waits for its result. */
    @Benchmark
    public void submitGet(final ExecutorState.Pool on) throws Exception {
        final ExecutorService service = on.service();
        for (int i = 0; i < OPERATIONS; i++) {
            final Integer value = i;
            if (service.submit(() -> value).get() != value) {
                throw new AssertionError("another task's result");
            }
        }
    }

    /** A plain thread submits all tasks, then waits for all. */
    @Benchmark
    public void burst(final ExecutorState.Pool on) throws Exception {
        final ExecutorService service = on.service();
        final CountDownLatch left = new CountDownLatch(OPERATIONS);
        for (int i = 0; i < OPERATIONS; i++) {
            service.execute(left::countDown);
        }
        left.await();
    }
}
