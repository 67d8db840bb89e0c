// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What benchmarks share whose work is done by tasks of an executor: JMH's thread, a plain one, submits them and waits.
 * A sample is one call of the benchmark's method, which does many operations, so that the submits do not count.
 *
 * <p>{@code -Xbatch} compiles where the code is needed, not beside it: on a processor that counts instructions the
 * compiler's would be counted, in whatever sample they happen to fall.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 30)
@Measurement(iterations = 21)
@Fork(value = 1, jvmArgsAppend = {"-Xbatch", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
public abstract class ExecutorBenchmark {

    /** In a sample. */
    static final int OPERATIONS = 1000;

    @Param({"umcg", "umcg-jna", "platform", "virtual", "forkjoin"})
    String executor;

    private MeasuredExecutor measured;

    /** Opens the executor, once for each fork. */
    @Setup
    public void open() {
        measured = MeasuredExecutor.open(ExecutorKind.of(executor), threads());
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

    final void runBoth(final Callable<Void> first, final Callable<Void> second) throws Exception {
        final Future<Void> one = service().submit(first);
        final Future<Void> other = service().submit(second);
        one.get();
        other.get();
    }
}
