// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.umcg.testsupport.TestJvm;

/**
 * What a program pays before its first task, on one processor that counts an instruction as a nanosecond. Of some
 * runs the cheapest counts: the JIT compiler runs now or later.
 */
@Tag("icount")
class StartCostSystemTest {

    private static final List<String> OPTIONS = List.of("--enable-native-access=ALL-UNNAMED");
    private static final int RUNS = 3;
    private static final int AVAILABLE = 0;
    private static final int SECOND = 2;

    private static final long[] LEAST = {Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE};

    @BeforeAll
    static void measure() throws Exception {
        for (int i = 0; i < RUNS; i++) {
            final List<Long> costs = run();
            assertThat(costs).hasSize(LEAST.length);
            for (int j = 0; j < LEAST.length; j++) {
                LEAST[j] = Math.min(LEAST[j], costs.get(j));
            }
        }
        System.out.printf("# isAvailable() %,d, first scheduler %,d, second %,d%n", LEAST[0], LEAST[1], LEAST[2]);
    }

    @Test
    void shouldCostLittleWhenAskedForAvailability() {
        assertThat(LEAST[AVAILABLE]).isBetween(1_000_000L, 60_000_000L);
    }

    @Test
    void shouldCostLittleWhenThereIsSchedulerAlready() {
        assertThat(LEAST[SECOND]).isBetween(100_000L, 10_000_000L);
    }

    private static List<Long> run() throws Exception {
        final Process process = TestJvm.start(OPTIONS, classPath(), StartCostProgram.class);
        try (BufferedReader output = process.inputReader()) {
            final List<Long> costs = output.lines().map(Long::valueOf).collect(Collectors.toList());
            assertThat(TestJvm.exitCodeOf(process)).isZero();
            return costs;
        }
    }

    /** The library's jars come first, as in a program that uses it. */
    private static String classPath() {
        return TestJvm.libraryClassPath() + File.pathSeparator + TestJvm.classPathOf("test-classes");
    }
}
