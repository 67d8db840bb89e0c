// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A picture of one comparison: a bar for each kind of executor, each with its value, as SVG within a page. */
final class BarChart {

    private static final int WIDTH = 460;
    private static final int LABEL_WIDTH = 78;
    private static final int VALUE_WIDTH = 96;
    private static final int BAR_HEIGHT = 18;
    private static final int GAP = 6;
    private static final int TOP = 26;
    private static final Map<ExecutorKind, String> COLOURS = Map.of(
        ExecutorKind.UMCG, "#1b6ca8",
        ExecutorKind.UMCG_JNA, "#8fbfe0",
        ExecutorKind.PLATFORM, "#5b5b5b",
        ExecutorKind.VIRTUAL, "#d1762a",
        ExecutorKind.FORKJOIN, "#7a9a3a");

    private BarChart() {
    }

    static String svg(final Comparison comparison) {
        final List<ExecutorKind> kinds = Comparison.KINDS.stream()
            .filter(kind -> comparison.row(kind).isPresent()).toList();
        final double most = kinds.stream().mapToDouble(kind -> comparison.row(kind).orElseThrow().value())
            .max().orElse(1);
        final int height = TOP + kinds.size() * (BAR_HEIGHT + GAP);
        final StringBuilder svg = new StringBuilder();
        final String title = comparison.name() + ", " + comparison.unit() + ", JDK " + comparison.jdk();
        svg.append(String.format(Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">%n",
            WIDTH, height, WIDTH, height, Html.escape(title)));
        svg.append("<text x=\"0\" y=\"15\" class=\"title\">").append(Html.escape(title)).append("</text>\n");
        for (int i = 0; i < kinds.size(); i++) {
            appendBar(svg, comparison.row(kinds.get(i)).orElseThrow(), kinds.get(i), i, most);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void appendBar(
        final StringBuilder svg, final Row row, final ExecutorKind kind, final int index, final double most) {
        final int y = TOP + index * (BAR_HEIGHT + GAP);
        final int text = y + BAR_HEIGHT - 5;
        final double length = most > 0
            ? Math.max(1, row.value() / most * (WIDTH - LABEL_WIDTH - VALUE_WIDTH)) : 1;
        svg.append(String.format(Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" class=\"label\">%s</text>", LABEL_WIDTH - 8, text, kind.parameter()));
        svg.append(String.format(Locale.ROOT,
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
            LABEL_WIDTH, y, length, BAR_HEIGHT, COLOURS.get(kind)));
        svg.append(String.format(Locale.ROOT,
            "<text x=\"%.1f\" y=\"%d\">%s</text>%n", LABEL_WIDTH + length + 6, text, Html.number(row.value())));
    }
}
