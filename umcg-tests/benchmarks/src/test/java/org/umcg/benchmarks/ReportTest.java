// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportTest {

    private static final List<Row> ROWS = List.of(
        row("handoff.near", 110, "umcg", "jni"), row("handoff.near", 100, "platform", "none"),
        row("handoff.fast", 50, "umcg", "jni"), row("handoff.fast", 400, "umcg", "jna"),
        row("handoff.fast", 100, "platform", "none"),
        row("handoff.far", 900, "umcg", "jni"), row("handoff.far", 1000, "platform", "none"),
        row("handoff.far", 300, "virtual", "none"),
        row("switch.raw", 7, "umcg", "jni"),
        new Row("syscall.plain", 189, "instructions", "icount", "none", "none", "none"),
        new Row("switch.w2w_vs_futex", 0.37, "ratio", "icount", "none", "none", "none"),
        new Row("block.pipe_vs_plain", 1.43, "ratio", "icount", "none", "none", "none"));
    private static final String PAGE = new Report(ROWS, Map.of("kernel", "6.12 <\"&>")).html("rows.json");

    @Test
    void shouldTellWorstFirstWhenSomeAreSlowerThanPeer() {
        final String slower = between(PAGE, "Slower than a peer", "Not slower");

        assertThat(slower).containsSubsequence("handoff.far", "3.00 × virtual", "handoff.near", "1.10 × platform")
            .doesNotContain("handoff.fast").doesNotContain("switch.raw");
    }

    @Test
    void shouldCompareOwnBindingWhenOtherOneIsSlower() {
        assertThat(between(PAGE, "Not slower", "<h2>handoff"))
            .containsSubsequence("handoff.fast", "0.50 × platform").doesNotContain("handoff.far");
    }

    @Test
    void shouldTellRatiosBesideInstructionsWhenThereArePeers() {
        assertThat(PAGE).contains("<td class=\"n\">1,000 (0.90)</td><td class=\"n\">300 (3.00)</td>");
    }

    @Test
    void shouldKeepKernelApartWhenRowHasNoExecutor() {
        assertThat(between(PAGE, "The kernel, without Java", "All rows of Java")).contains("syscall.plain");
        assertThat(between(PAGE, "All rows of Java", "</html>")).doesNotContain("syscall.plain").contains("switch.raw");
    }

    @Test
    void shouldTellWorstRatioOfKernelFirstWhenItHasSeveral() {
        assertThat(between(PAGE, "The kernel, without Java", "All rows of Java")).containsSubsequence("<tbody>",
            "block.pipe_vs_plain", "<span class=\"slower\">1.43</span>", "switch.w2w_vs_futex", "syscall.plain");
    }

    @Test
    void shouldPutNumbersOnlyToRightWhenTextBeginsWithDigit() {
        assertThat(PAGE).contains("<td class=\"n\">189</td>",
            "<td class=\"n\"><span class=\"slower\">1.43</span></td>");
        assertThat(new Report(List.of(), Map.of("commit", "5b1e")).html("rows.json")).contains("<td>5b1e</td>");
    }

    @Test
    void shouldDrawBarForEachRowWhenRowsAreCounted() throws Exception {
        final NodeList bars = parse(PAGE).getElementsByTagName("rect");

        assertThat(bars.getLength()).isEqualTo(10);
        assertThat(PAGE).doesNotContain("<script", "http:", "https:", "NaN");
    }

    @Test
    void shouldEscapeWhatMeansSomethingWhenItIsText() {
        assertThat(PAGE).contains("6.12 &lt;&quot;&amp;&gt;");
    }

    @Test
    void shouldSaySoWhenNothingWasCompared() {
        assertThat(new Report(List.of(), Map.of()).html("rows.json"))
            .contains("Nothing that was counted takes more on UMCG than on the best of its peers.");
    }

    @Test
    void shouldKeepTimesApartWhenTheyAreNotCounted() {
        final List<Row> times = List.of(
            new Row("handoff.near", 30, "ns", "smp", "25", "umcg", "jni"),
            new Row("handoff.near", 20, "ns", "smp", "25", "platform", "none"));

        final String page = new Report(times, Map.of()).html("rows.json");

        assertThat(between(page, "Times, as ratios", "All rows")).contains("1.50 × platform");
        assertThat(between(page, "Slower than a peer", "Times, as ratios")).doesNotContain("handoff.near");
    }

    private static Row row(final String name, final double value, final String executor, final String binding) {
        return new Row(name, value, "instructions", "icount", "25.0.1", executor, binding);
    }

    private static String between(final String text, final String begin, final String end) {
        return text.substring(text.indexOf(begin), text.indexOf(end, text.indexOf(begin)));
    }

    /** What closes itself in HTML is closed for XML, which finds what else is open. */
    private static Document parse(final String page) throws Exception {
        final String xml = page.replace("<!DOCTYPE html>", "").replaceAll("<(meta|link)([^>]*)>", "<$1$2/>");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
