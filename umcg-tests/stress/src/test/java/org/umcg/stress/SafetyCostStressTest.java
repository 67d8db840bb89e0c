// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.umcg.testsupport.TestJvm;

/** What safety costs, as ratios within one boot. */
class SafetyCostStressTest {

    private static final long QUANTUM_MICROS = 10_000;

    /** System.gc() with 200 held workers beside the same with 200 parked threads. */
    @Test
    void shouldCollectAboutAsFastWithHeldWorkers() throws Exception {
        final Map<String, Long> values = measure("gc");

        assertTrue(values.get("held_gc_us") <= 3 * values.get("plain_gc_us"), values::toString);
        assertTrue(values.get("held_gc_jfr_us") < TimeUnit.SECONDS.toMicros(1), values::toString);
    }

    @Test
    void shouldCostNothingWhenIdle() throws Exception {
        final Map<String, Long> values = measure("idle");

        assertTrue(values.get("used_us") > 0, values::toString);
        assertTrue(values.get("idle_ppm") < 5_000, values::toString);
    }

    /** A worker that wakes now and then, beside eight that never stop: on time, with a quantum. */
    @Test
    void shouldServeSleeperInTimeWhenOthersSpin() throws Exception {
        final Map<String, Long> values = measure("quantum");

        assertTrue(values.get("lateness_us") <= 5 * QUANTUM_MICROS / 2, values::toString);
        assertTrue(values.get("starved_us") > 5 * QUANTUM_MICROS, values::toString);
    }

    private static Map<String, Long> measure(final String what) throws Exception {
        final Process process =
            TestJvm.start(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), MeasureProgram.class, what);
        final String output =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.print(output);
        assertTrue(process.waitFor() == 0, output);
        final Map<String, Long> values = new HashMap<>();
        for (final String line : output.split("\n")) {
            final String[] words = line.split(" ");
            values.put(words[0], Long.valueOf(words[1]));
        }
        return values;
    }
}
