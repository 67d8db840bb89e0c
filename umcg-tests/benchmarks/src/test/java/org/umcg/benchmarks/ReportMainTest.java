// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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

        assertThat(rows(main)).extracting("name", "value").containsExactly(
            tuple("syscall.plain", "189"),
            tuple("a.b", "10"),
            tuple("a.b", "20"));
        assertThat(main.json()).contains("\"kernel\": \"Linux 6.12\"").contains("\"cpus\": 1}");
    }

    @Test
    void shouldKeepLastRowWhenTwoFilesHaveSame() {
        final ReportMain main = new ReportMain();
        main.add(String.format(JAVA, "10", "platform"));
        main.add(String.format(JAVA, "12", "platform"));

        assertThat(rows(main)).extracting("value").containsExactly("12");
    }

    @Test
    void shouldTellAllWhenFilesWereMeasuredDifferently() {
        final ReportMain main = new ReportMain();
        main.add(String.format(JAVA, "10", "platform"));
        main.add(String.format(JAVA, "10", "virtual").replace("6.12", "6.13"));

        assertThat(main.html("rows.json")).contains("Linux 6.12; Linux 6.13").contains("href=\"rows.json\"");
    }

    private static List<Map<?, ?>> rows(final ReportMain main) {
        final Map<?, ?> file = (Map<?, ?>) Json.parse(main.json());
        return ((List<?>) file.get("rows")).stream().<Map<?, ?>>map(row -> (Map<?, ?>) row).toList();
    }
}
