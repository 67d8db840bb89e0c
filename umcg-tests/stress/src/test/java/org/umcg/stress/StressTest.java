// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each scenario comes to its end, under each policy, collector and compiler; without the sentinel some do not. */
class StressTest {

    private static final String[] POLICIES = {"fifo", "lifo", "random", "adversarial"};
    /** One compiler, whose code is ready soon: most of a short run is in compiled code. */
    private static final List<String> USUAL = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

    /** S1 to S25, but for those that have a test of their own. */
    @TestFactory
    Stream<DynamicContainer> shouldEndUnderEachPolicy() {
        return Stream.of(StressScenario.values())
            .filter(StressScenario::canRun)
            .filter(scenario -> scenario != StressScenario.S10_DEBUGGER)
            .map(scenario -> DynamicContainer.dynamicContainer(scenario.name(),
                Stream.of(POLICIES).map(policy -> DynamicTest.dynamicTest(
                    scenario + " " + policy, () -> run(USUAL, scenario, "policy=" + policy)))));
    }

    /** S10: a debugger stops all threads, or the servers, or one that is in the policy. */
    @ParameterizedTest
    @ValueSource(strings = {"fifo", "lifo", "random", "adversarial"})
    void shouldEndUnderDebugger(final String policy) throws Exception {
        final List<String> options = new ArrayList<>(USUAL);
        options.add(Debugger.AGENT);
        try (ChildJvm jvm = ChildJvm.start(options, StressScenario.S10_DEBUGGER, List.of("policy=" + policy))) {
            jvm.awaitBegin();
            Debugger.disturb(jvm);
            jvm.awaitGoodEnd();
        }
    }

    /** S23: all collectors of this JDK. */
    @TestFactory
    Stream<DynamicTest> shouldEndWithEachCollector() {
        final StressScenario[] scenarios = {
            StressScenario.S1_GC_STORM, StressScenario.S3_THREAD_STORM, StressScenario.S5_MONITORS,
            StressScenario.S7_MALLOC, StressScenario.S25_MIX,
        };
        return Collectors.OF_THIS_JDK.stream().flatMap(collector -> Stream.of(scenarios).map(
            scenario -> DynamicTest.dynamicTest(scenario + " " + collector, () -> run(
                List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", collector), scenario, "policy=adversarial"))));
    }

    /** S19: what servers must not do, done. */
    @ParameterizedTest
    @ValueSource(strings = {"throws", "overflows", "allocates", "sleeps", "locks"})
    void shouldEndWhenPolicyIsFaulty(final String fault) throws Exception {
        run(USUAL, StressScenario.S19_SERVER_FAULTS, "policy=" + fault);
    }

    /** S4: a server wants to use the class that a worker is initialising. */
    @Test
    void shouldEndWhenPolicyInitialisesClass() throws Exception {
        run(USUAL, StressScenario.S4_CLASS_LOADING, "policy=initialises");
    }

    /** S21: stopped as a whole, for longer than any limit of the sentinel. */
    @ParameterizedTest
    @EnumSource(Stops.class)
    void shouldEndWhenStoppedFromOutside(final Stops way) throws Exception {
        try (ChildJvm jvm = ChildJvm.start(USUAL, StressScenario.S1_GC_STORM, List.of("policy=adversarial"))) {
            jvm.awaitBegin();
            final int times = way.disturb(jvm);
            jvm.awaitGoodEnd();
            assertTrue(times > 3, () -> "stopped only " + times + " times");
        }
    }

    /** S25: held at each block and each 200 us, in any order, wherever the JVM is. */
    @Test
    void shouldEndWhenHeldEverywhere() throws Exception {
        run(USUAL, StressScenario.S25_MIX, "policy=random", "quantum=200", "word=off");
        run(USUAL, StressScenario.S25_MIX, "policy=adversarial", "quantum=200");
    }

    /** S26: preempted in code of all kinds. */
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=4",
        "-Xcomp -XX:TieredStopAtLevel=1"})
    void shouldEndWhenPreemptedInCodeOf(final String compiler) throws Exception {
        final List<String> options = new ArrayList<>(List.of(compiler.split(" ")));
        options.add("-Xmx256m");
        run(options, StressScenario.S25_MIX, "policy=random", "quantum=500", "seconds=15");
    }

    /** The claim is about the sentinel: without it, and without the kernel's limit, these stall. */
    @ParameterizedTest
    @Tag("control")
    @EnumSource(value = StressScenario.class, names = {"S1_GC_STORM", "S3_THREAD_STORM", "S5_MONITORS",
        "S7_MALLOC", "S8_FLIGHT_RECORDER", "S10_DEBUGGER"})
    void shouldStallWithoutSentinel(final StressScenario scenario) throws Exception {
        final List<String> options = new ArrayList<>(USUAL);
        options.add("-XX:+UnlockDiagnosticVMOptions");
        options.add("-XX:GuaranteedSafepointInterval=5");
        options.add(Debugger.AGENT);
        options.add("-Dorg.umcg.holdLimitMillis=0");
        try (ChildJvm jvm = ChildJvm.start(options, scenario, List.of("sentinel=off", "word=off",
            "seconds=300", "policy=adversarial", "quantum=500"))) {
            jvm.awaitBegin();
            if (scenario == StressScenario.S10_DEBUGGER) {
                Debugger.startToDisturb(jvm);
            }
            assertTrue(jvm.isStalledFor(10), () -> scenario + " ended without the sentinel");
        }
    }

    private static void run(
        final List<String> options, final StressScenario scenario, final String... settings)
        throws Exception {
        assumeTrue(scenario.canRun());
        try (ChildJvm jvm = ChildJvm.start(options, scenario, List.of(settings))) {
            jvm.awaitGoodEnd();
        }
    }
}
