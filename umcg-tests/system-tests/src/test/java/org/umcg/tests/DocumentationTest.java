// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.umcg.scheduler.SchedulingPolicy;
import org.umcg.scheduler.SchedulingPolicy.Arrival;
import org.umcg.sentinel.Counter;
import org.umcg.testsupport.Child;
import org.umcg.testsupport.Jdk;
import org.umcg.testsupport.TestJvm;

/** What README.md and docs show is what a reader's compiler accepts, on each JDK of this machine. */
class DocumentationTest {

    @TempDir
    Path folder;

    static List<Jdk> jdks() throws Exception {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void shouldCompileWithoutWarningWhenCodeIsInDocuments(final Jdk jdk) throws Exception {
        for (final MarkdownCode code : MarkdownCode.of(MarkdownCode.checkout())) {
            final Path own = Files.createDirectory(folder.resolve(code.toString().replace(':', '-')));
            final Child child = Child.run(jdk.tool("javac"), "-Xlint:all", "-Werror", "-d", own.toString(),
                "-cp", TestJvm.libraryClassPath(), code.writeTo(own).toString());

            assertThat(child.output()).as("javac on %s", code).isEmpty();
            assertThat(child.exitCode()).isZero();
        }
    }

    @Test
    void shouldHaveExampleAndPolicyInReadme() throws Exception {
        assertThat(MarkdownCode.of(MarkdownCode.checkout())).filteredOn(code -> code.isIn("README.md"))
            .extracting(MarkdownCode::className).containsExactly("Example", "TakeTurns");
    }

    /** What README.md says of its policy: by their numbers, and from where the last turn has ended. */
    @Test
    void shouldTakeTurnsWhenWorkersWait() throws Exception {
        MarkdownCode.inReadme("TakeTurns").compileIn(folder);
        try (PolicyClass policyClass = new PolicyClass(folder, "TakeTurns")) {
            final SchedulingPolicy policy = policyClass.create(() -> 4);
            assertThat(policy.isEmpty()).isTrue();
            assertThat(policy.pick(0)).isEqualTo(SchedulingPolicy.NOBODY);

            policy.enqueue(3, Arrival.WOKEN);
            policy.enqueue(1, Arrival.WOKEN);
            assertThat(policy.pick(0)).isOne();
            policy.enqueue(1, Arrival.WOKEN);
            policy.enqueue(2, Arrival.PREEMPTED);

            assertThat(policy.isEmpty()).isFalse();
            assertThat(List.of(policy.pick(1), policy.pick(0), policy.pick(1))).containsExactly(2, 3, 1);
            assertThat(policy.isEmpty()).isTrue();
        }
    }

    /** What users read of metrics is what is counted. */
    @Test
    void shouldHaveTableOfAllCounters() throws Exception {
        final Path document = MarkdownCode.checkout().resolve("docs/50-jvm-safety.md");
        final List<String> wanted = new ArrayList<>(List.of("| count | unit | by | what |", "|---|---|---|---|"));
        for (final Counter counter : Counter.values()) {
            wanted.add(String.format("| `%s` | %s | %s | %s |", counter.label(), counter.unit(),
                counter.by().name().toLowerCase(Locale.ROOT), counter.description()));
        }

        final List<String> lines = Files.readAllLines(document);
        final int first = lines.indexOf(wanted.get(0));
        assertThat(first).as("the table in %s", document).isNotNegative();
        assertThat(lines.stream().skip(first).takeWhile(line -> line.startsWith("|")).collect(Collectors.toList()))
            .isEqualTo(wanted);
    }
}
