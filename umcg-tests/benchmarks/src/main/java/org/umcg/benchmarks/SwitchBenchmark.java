// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** From one to the other, without a means to wait. */
@OperationsPerInvocation(SampledBenchmark.OPERATIONS)
public class SwitchBenchmark extends SampledBenchmark {

    /** A worker names the other one in {@code next_tid}, and waits, by the system call itself. */
    @Benchmark
    public void raw(final RawWorkers workers, final OwnTime time) throws InterruptedException {
        time.set(workers.measure(OPERATIONS), OPERATIONS);
    }

    /**
     * Two tasks that wait for their turns by {@code Thread.yield}. An operation is a turn. They meet before that, as a
     * virtual thread that yields on the only carrier may keep another one from beginning for ever.
     */
    @Benchmark
    public void yield(final ExecutorState on) throws Exception {
        final AtomicInteger turn = new AtomicInteger();
        final CyclicBarrier start = new CyclicBarrier(2);
        on.runBoth(() -> takeTurns(start, turn, 0), () -> takeTurns(start, turn, 1));
    }

    private static Void takeTurns(final CyclicBarrier start, final AtomicInteger turn, final int me)
        throws InterruptedException, BrokenBarrierException {
        start.await();
        for (int i = me; i < OPERATIONS; i += 2) {
            while (turn.get() != i) {
                Thread.yield();
            }
            turn.set(i + 1);
            Thread.yield();
        }
        return null;
    }
}
