// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How all benchmarks here are measured. A sample is one call of a method that does many operations, so that what
 * starts and ends them does not count, nor a method of JMH's that is compiled meanwhile; and so many that samples
 * agree: those of a thousand hand-offs of plain threads differ by a factor of two.
 *
 * <p>{@code -Xbatch} compiles where the code is needed, not beside it: on a processor that counts instructions the
 * compiler's would be counted, in whatever sample they happen to fall.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10)
@Measurement(iterations = 15)
@Fork(value = 1, jvmArgsAppend = {"-Xbatch", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"})
public abstract class SampledBenchmark {

    /** In a sample. */
    static final int OPERATIONS = 10_000;
}
