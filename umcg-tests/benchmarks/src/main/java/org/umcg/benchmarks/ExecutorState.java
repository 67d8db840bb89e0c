// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The executor whose tasks are measured. JMH's thread, a plain one, submits them and waits. */
@State(Scope.Benchmark)
public class ExecutorState extends ExecutorChoice {

    private MeasuredExecutor measured;

    /** Opens the executor, once for each fork. */
    @Setup
    public void open() {
        measured = MeasuredExecutor.open(kind(), threads());
    }

    /** Closes the executor, and fails if its tasks were not what the row says. */
    @TearDown
    public void close() {
        measured.close();
    }

    /** How many tasks may block at a time. */
    int threads() {
        return 2;
    }

    final ExecutorService service() {
        return measured.service();
    }

    final void run(final Callable<Void> task) throws Exception {
        service().submit(task).get();
    }

    final void runBoth(final Callable<Void> first, final Callable<Void> second) throws Exception {
        final Future<Void> one = service().submit(first);
        final Future<Void> other = service().submit(second);
        one.get();
        other.get();
    }

    /** A larger one, as programs have it. */
    @State(Scope.Benchmark)
    public static class Pool extends ExecutorState {

        private static final int THREADS = 16;

        @Override
        int threads() {
            return THREADS;
        }
    }
}
