// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.umcg.scheduler.TurningServer;

/** The loop of a server, in Java. */
public class ServerBenchmark extends SampledBenchmark {

    /** A turn: its list is taken, its one worker queued, picked, claimed, and run by a stand-in for the kernel. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void turn(final Server server, final OwnTime time) {
        time.set(server.turning.measure(OPERATIONS), OPERATIONS);
    }

    /** The one that turns. */
    @State(Scope.Benchmark)
    public static class Server {

        private TurningServer turning;

        /** Starts it. */
        @Setup
        public void open() {
            turning = new TurningServer();
        }

        /** Ends it. */
        @TearDown
        public void close() {
            turning.close();
        }
    }
}
