// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.umcg.sentinel.Counter;

class SchedulerMetricsTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "50-jvm-safety.md");

    /** Each counter has another value. */
    private final SchedulerMetrics metrics = new SchedulerMetrics(counter -> counter.ordinal() + 1);

    @ParameterizedTest
    @EnumSource(Counter.class)
    void shouldHaveMethodForEachCounter(final Counter counter) throws Exception {
        final Object value = SchedulerMetrics.class.getMethod(counter.label()).invoke(metrics);

        assertThat(value).isEqualTo(counter.ordinal() + 1L);
        assertThat(metrics.asMap()).containsEntry(counter.label(), counter.ordinal() + 1L);
    }

    @Test
    void shouldTellNamesAndValuesInOneLine() {
        assertThat(metrics).asString().startsWith("SchedulerMetrics{workers=1, running=2, blocks=3, ")
            .endsWith("refused=" + Counter.values().length + "}");
    }

    /** What users read of metrics is what is counted. */
    @Test
    void shouldBeDocumentedAsDeclared() throws Exception {
        final List<String> wanted = new ArrayList<>(List.of("| count | unit | by | what |", "|---|---|---|---|"));
        for (final Counter counter : Counter.values()) {
            wanted.add(String.format("| `%s` | %s | %s | %s |", counter.label(), counter.unit(),
                counter.by().name().toLowerCase(Locale.ROOT), counter.description()));
        }

        final List<String> lines = Files.readAllLines(DOCUMENT);
        final int first = lines.indexOf(wanted.get(0));
        assertThat(first).as("the table in %s", DOCUMENT).isNotNegative();
        assertThat(lines.stream().skip(first).takeWhile(line -> line.startsWith("|")).collect(Collectors.toList()))
            .isEqualTo(wanted);
    }
}
