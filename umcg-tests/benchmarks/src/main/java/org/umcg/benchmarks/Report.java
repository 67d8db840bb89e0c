// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The page that compares UMCG with its peers: one file, which needs no other and no network. For one thread. */
final class Report {

    private static final String ICOUNT = "icount";
    private static final String TIME = "ns";
    private static final String COUNT = "instructions";
    private static final String RATIO = "ratio";
    private static final String STYLE = """
        body { font: 15px/1.5 sans-serif; max-width: 76em; margin: 2em auto; padding: 0 1em; color: #222; }
        h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; }
        table { border-collapse: collapse; margin: 1em 0; font-size: 0.92em; }
        th, td { padding: 0.2em 0.7em; text-align: left; border-bottom: 1px solid #ddd; }
        td { white-space: nowrap; } td.n { text-align: right; font-variant-numeric: tabular-nums; }
        .plots { display: flex; flex-wrap: wrap; gap: 1em 2em; }
        svg text { font: 12px sans-serif; fill: #222; }
        svg text.title { font-weight: bold; } svg text.label { text-anchor: end; }
        .slower { color: #a3241c; font-weight: bold; }
        """;

    private final List<Row> rows;
    private final Map<String, String> about;
    private final List<Comparison> counted;
    private final List<Comparison> timed;

    /**
     * A report.
     *
     * @param rows  all that was measured
     * @param about where: names and values, in order
     */
    Report(final List<Row> rows, final Map<String, String> about) {
        this.rows = rows;
        this.about = about;
        final List<Comparison> all = Comparison.of(rows);
        counted = all.stream().filter(comparison -> comparison.mode().equals(ICOUNT)).toList();
        timed = all.stream()
            .filter(comparison -> !comparison.mode().equals(ICOUNT) && comparison.unit().equals(TIME)).toList();
    }

    /** The page, with a link to the rows in a file of this name beside it. */
    String html(final String jsonName) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            + "<meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" href=\"data:,\">\n"
            + "<title>UMCG for Java: what things cost</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n"
            + "<h1>UMCG for Java: what things cost</h1>\n" + aboutTable(jsonName)
            + slower() + notSlower() + times() + plots() + kernel() + allRows() + "</body>\n</html>\n";
    }

    private String aboutTable(final String jsonName) {
        final List<List<String>> lines = new ArrayList<>();
        about.forEach((name, value) -> lines.add(List.of(Html.escape(name), Html.escape(value))));
        lines.add(List.of("rows", "<a href=\"" + Html.escape(jsonName) + "\">" + Html.escape(jsonName) + "</a>"));
        return Html.table(List.of("measured", "on"), lines)
            + "<p>What is compared was measured in one boot, in turns; a value is the median of the samples. "
            + "docs/60-performance.md says what each row is, and how to make it again.</p>\n";
    }

    private String slower() {
        return "<h2>Slower than a peer</h2>\n" + compared(counted.stream().filter(c -> c.ratioToBest() > 1).toList(),
            "Nothing that was counted takes more on UMCG than on the best of its peers.");
    }

    private String notSlower() {
        return "<h2>Not slower than any peer</h2>\n"
            + compared(counted.stream().filter(c -> c.isComparable() && c.ratioToBest() <= 1).toList(),
                "Nothing that was counted takes less on UMCG than on all its peers.");
    }

    private String times() {
        return timed.isEmpty() ? "" : "<h2>Times, as ratios</h2>\n"
            + "<p>On processors of their own the threads run at the same time. Emulated processors' times are worth "
            + "nothing by themselves: the ratios are.</p>\n"
            + compared(timed.stream().filter(Comparison::isComparable).toList(), "No times were compared.");
    }

    /** The largest ratio first. */
    private static String compared(final List<Comparison> comparisons, final String nothing) {
        if (comparisons.isEmpty()) {
            return "<p>" + nothing + "</p>\n";
        }
        final List<String> head = new ArrayList<>(List.of("cost", "JDK", "of the best peer", "unit"));
        Comparison.KINDS.forEach(kind -> head.add(kind.parameter()));
        return Html.table(head, comparisons.stream()
            .sorted(Comparator.comparingDouble(Comparison::ratioToBest).reversed())
            .map(Report::comparedLine).collect(Collectors.toList()));
    }

    private static List<String> comparedLine(final Comparison comparison) {
        final String ratio = Html.ratio(comparison.ratioToBest()) + " × "
            + comparison.bestPeer().map(ExecutorKind::parameter).orElse("");
        final List<String> line = new ArrayList<>(List.of(
            Html.escape(comparison.name()), Html.escape(comparison.jdk()),
            comparison.ratioToBest() > 1 ? slower(ratio) : ratio,
            Html.escape(comparison.unit())));
        Comparison.KINDS.forEach(kind -> line.add(cell(comparison, kind)));
        return line;
    }

    /** The value, and UMCG's ratio to it. */
    private static String cell(final Comparison comparison, final ExecutorKind kind) {
        return comparison.row(kind).map(row -> Html.number(row.value())
            + (kind.isUmcg() ? "" : comparison.ratioTo(kind).map(r -> " (" + Html.ratio(r) + ")").orElse("")))
            .orElse("–");
    }

    private String plots() {
        final StringBuilder plots = new StringBuilder();
        counted.stream().map(Comparison::group).distinct().forEach(group -> {
            plots.append("<h2>").append(Html.escape(group)).append("</h2>\n<div class=\"plots\">\n");
            counted.stream().filter(comparison -> comparison.group().equals(group))
                .forEach(comparison -> plots.append(BarChart.svg(comparison)));
            plots.append("</div>\n");
        });
        return plots.toString();
    }

    private String kernel() {
        final List<Row> all = rows.stream().filter(row -> row.executor().equals(Row.NONE)).toList();
        if (all.isEmpty()) {
            return "";
        }
        final StringBuilder plots = new StringBuilder("<h2>The kernel, without Java</h2>\n<div class=\"plots\">\n");
        all.stream().filter(Report::isCounted).collect(Collectors.groupingBy(Row::group, TreeMap::new,
            Collectors.toList())).forEach((group, counts) -> plots.append(BarChart.svg(group + ", " + COUNT, counts)));
        return plots.append("</div>\n").append(Html.table(List.of("cost", "value", "unit", "mode"), all.stream()
            .sorted(Comparator.comparingDouble(Report::ratio).reversed())
            .map(row -> List.of(Html.escape(row.name()),
                ratio(row) > 1 ? slower(Html.ratio(row.value())) : Html.number(row.value()), Html.escape(row.unit()),
                Html.escape(row.mode()))).toList())).toString();
    }

    /** Of a row that is one, else less than any. */
    private static double ratio(final Row row) {
        return row.unit().equals(RATIO) ? row.value() : -1;
    }

    private static String slower(final String text) {
        return "<span class=\"slower\">" + text + "</span>";
    }

    private static boolean isCounted(final Row row) {
        return row.mode().equals(ICOUNT) && row.unit().equals(COUNT);
    }

    private String allRows() {
        return "<h2>All rows of Java</h2>\n"
            + Html.table(List.of("name", "value", "unit", "mode", "JDK", "executor", "binding"),
                rows.stream().filter(row -> !row.executor().equals(Row.NONE))
                    .map(row -> List.of(Html.escape(row.name()), Html.number(row.value()), Html.escape(row.unit()),
                        Html.escape(row.mode()), Html.escape(row.jdk()), row.executor(), row.binding())).toList());
    }
}
