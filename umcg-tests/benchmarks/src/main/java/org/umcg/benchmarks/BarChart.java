// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A picture of values that are compared: a bar for each, with its label and its value, as SVG within a page. */
final class BarChart {

    private static final int WIDTH = 460;
    private static final int LETTER_WIDTH = 9;
    private static final int LABEL_GAP = 8;
    private static final int VALUE_WIDTH = 96;
    private static final int BAR_HEIGHT = 18;
    private static final int GAP = 6;
    private static final int TOP = 26;
    private static final String PLAIN = "#5b5b5b";
    private static final Map<ExecutorKind, String> COLOURS = Map.of(
        ExecutorKind.UMCG, "#1b6ca8",
        ExecutorKind.UMCG_JNA, "#8fbfe0",
        ExecutorKind.PLATFORM, PLAIN,
        ExecutorKind.VIRTUAL, "#d1762a",
        ExecutorKind.FORKJOIN, "#7a9a3a");

    private final List<Bar> bars;
    private final double most;
    private final int labelWidth;

    private BarChart(final List<Bar> bars) {
        this.bars = bars;
        most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        labelWidth = LABEL_GAP
            + LETTER_WIDTH * bars.stream().mapToInt(bar -> bar.label().length()).max().orElse(0);
    }

    /** A bar for each kind of executor. */
    static String svg(final Comparison comparison) {
        final List<Bar> bars = Comparison.KINDS.stream()
            .flatMap(kind -> comparison.row(kind).stream()
                .map(row -> new Bar(kind.parameter(), row.value(), COLOURS.get(kind))))
            .collect(Collectors.toList());
        return new BarChart(bars)
            .svg(comparison.name() + ", " + comparison.unit() + ", JDK " + comparison.jdk());
    }

    /** A bar for each row, under its name. */
    static String svg(final String title, final List<Row> rows) {
        return new BarChart(rows.stream().map(row -> new Bar(row.name(), row.value(), PLAIN))
            .collect(Collectors.toList())).svg(title);
    }

    private String svg(final String title) {
        final int height = TOP + bars.size() * (BAR_HEIGHT + GAP);
        final StringBuilder svg = new StringBuilder();
        svg.append(String.format(Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">%n",
            WIDTH, height, WIDTH, height, Html.escape(title)));
        svg.append("<text x=\"0\" y=\"15\" class=\"title\">").append(Html.escape(title)).append("</text>\n");
        for (int i = 0; i < bars.size(); i++) {
            appendBar(svg, bars.get(i), TOP + i * (BAR_HEIGHT + GAP));
        }
        return svg.append("</svg>\n").toString();
    }

    private void appendBar(final StringBuilder svg, final Bar bar, final int y) {
        final int text = y + BAR_HEIGHT - 5;
        final double length = most > 0 ? Math.max(1, bar.value() / most * (WIDTH - labelWidth - VALUE_WIDTH)) : 1;
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" class=\"label\">%s</text>",
            labelWidth - LABEL_GAP, text, Html.escape(bar.label())));
        svg.append(String.format(Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
            labelWidth, y, length, BAR_HEIGHT, bar.colour()));
        svg.append(String.format(Locale.ROOT,
            "<text x=\"%.1f\" y=\"%d\">%s</text>%n", labelWidth + length + GAP, text, Html.number(bar.value())));
    }

    /** One of them. */
    private record Bar(String label, double value, String colour) {
    }
}
