// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportMainTest {

    private static final String KERNEL =
        "{\"rows\": [\n  {\"name\": \"syscall.plain\", \"value\": 189, \"unit\": \"instructions\", "
            + "\"mode\": \"icount\", \"cpus\": 1}\n]}\n";
    private static final String JAVA = "{\"about\": {\n  \"kernel\": \"Linux 6.12\",\n  \"jdk\": 25\n},\n\"rows\": ["
        + "\n  {\"name\": \"a.b\", \"value\": %s, \"unit\": \"instructions\", "
        + "\"mode\": \"icount\", \"jdk\": \"25.0.1\", \"executor\": \"%s\", \"binding\": \"none\"}\n]}\n";

    @Test
    void shouldKeepRowsOfAllFilesWhenTheyDiffer() {
        final ReportMain main = new ReportMain();
        main.add(KERNEL);
        main.add(String.format(JAVA, "10", "platform"));
        main.add(String.format(JAVA, "20", "virtual"));

        assertThat(rows(main)).extracting(Row::name, Row::valueText).containsExactly(
            tuple("syscall.plain", "189"),
            tuple("a.b", "10"),
            tuple("a.b", "20"));
        assertThat(main.json()).contains("\"kernel\": \"Linux 6.12\"")
            .contains("\"cpus\": 1\n").contains("\"value\": 189,");
    }

    @Test
    void shouldKeepLastRowWhenTwoFilesHaveSame() {
        final ReportMain main = new ReportMain();
        main.add(String.format(JAVA, "10", "platform"));
        main.add(String.format(JAVA, "12", "platform"));

        assertThat(rows(main)).extracting(Row::valueText).containsExactly("12");
    }

    @Test
    void shouldTellAllWhenFilesWereMeasuredDifferently() {
        final ReportMain main = new ReportMain();
        main.add(String.format(JAVA, "10", "platform"));
        main.add(String.format(JAVA, "10", "virtual").replace("6.12", "6.13"));

        assertThat(main.html("rows.json")).contains("Linux 6.12; Linux 6.13").contains("href=\"rows.json\"");
    }

    @Test
    void shouldKeepOddCharactersWhenTheyAreQuoted() {
        final ReportMain main = new ReportMain();
        main.add(KERNEL.replace("syscall.plain", "a \\\"quoted\\\" \\\\ <line>\\n\\tand \\u00e9"));

        assertThat(rows(main)).extracting(Row::name).containsExactly("a \"quoted\" \\ <line>\n\tand é");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"rows\": 1}", "{\"rows\": [1]}", "{rows: []}", "{\"rows\": [,]}",
        "{\"rows\" []}", "{\"rows\": [{} {}]}", "{\"rows\": [], \"about\": {\"kernel\": {}}}", "{\"rows\": \"open",
        "{\"rows\": [{\"name\": [\"a\"], \"value\": 1, \"unit\": \"ns\", \"mode\": \"smp\"}]}",
        "{\"rows\": [{\"name\": \"a.b\"}]}",
        "{\"rows\": [{\"name\": \"a\", \"value\": \"x\", \"unit\": \"ns\", \"mode\": \"smp\"}]}",
        "{\"rows\": []} x"})
    void shouldRefuseWhenItIsNotWhatBenchWrites(final String text) {
        assertThatThrownBy(() -> new ReportMain().add(text))
            .isInstanceOfAny(JsonParseException.class, IllegalStateException.class, NumberFormatException.class);
    }

    private static List<Row> rows(final ReportMain main) {
        return StreamSupport.stream(
            JsonParser.parseString(main.json()).getAsJsonObject().getAsJsonArray("rows").spliterator(), false)
            .map(row -> Row.of(row.getAsJsonObject())).toList();
    }
}
