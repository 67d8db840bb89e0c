// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Tasks that block in the kernel. An operation is one block, with all that ends it. */
public class BlockBenchmark extends SampledBenchmark {

    private static final int ROUND_TRIPS = OPERATIONS / 2;
    private static final int SLEEPS = 200;
    private static final int SLEEP_MILLIS = 1;

    /** A byte through pipes of NIO, between two tasks, there and back: each blocks until the other has answered. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void pipe(final ExecutorState on, final Pipes pipes) throws Exception {
        on.runBoth(() -> pipes.first().ask(ROUND_TRIPS), () -> pipes.second().answer(ROUND_TRIPS));
    }

    /** The same through a TCP connection of the loopback. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void socket(final ExecutorState on, final Sockets sockets) throws Exception {
        on.runBoth(() -> sockets.first().ask(ROUND_TRIPS), () -> sockets.second().answer(ROUND_TRIPS));
    }

    /**
     * The same through streams of files, which are named pipes; a virtual thread keeps its carrier there. So the task
     * that answers is a plain thread, whatever the executor. An operation is a block of each.
     */
    @Benchmark
    @OperationsPerInvocation(ROUND_TRIPS)
    public void file(final ExecutorState on, final NamedPipes files) throws Exception {
        final Thread peer = new Thread(() -> files.answer(ROUND_TRIPS));
        peer.start();
        on.run(() -> files.first().ask(ROUND_TRIPS));
        peer.join();
    }

    /** One task that sleeps for a millisecond, again and again: the time in which a CPU was busy. */
    @Benchmark
    @OperationsPerInvocation(SLEEPS)
    public void sleep(final ExecutorState on, final OwnTime time) throws Exception {
        final long begin = MachineCounts.busyNanoseconds();
        on.run(() -> {
            for (int i = 0; i < SLEEPS; i++) {
                TimeUnit.MILLISECONDS.sleep(SLEEP_MILLIS);
            }
            return null;
        });
        time.set(MachineCounts.busyNanoseconds() - begin, SLEEPS);
    }
}
