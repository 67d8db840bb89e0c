// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.List;
import java.util.Locale;

/**
 * Stacks as a picture: a box for each function, as wide as what was executed in it, above the one that has called it,
 * in the colour of its origin. A pointer on a box shows the function and its instructions a period.
 */
final class FlameGraph {

    private static final int WIDTH = 1200;
    private static final int ROW = 17;
    private static final int MARGIN = 30;
    private static final double GAP = 0.5;
    private static final double LETTER = 6.6;
    private static final int LEAST_LETTERS = 3;
    private static final double LEAST_WIDTH = 0.2;
    private static final List<String> COLOURS = List.of(
        "#e0a36c", "#8fb8de", "#a9cf8f", "#d8a7ca", "#e8d27a", "#b9a8e0", "#9fd6cf", "#cccccc");

    private final Window window;
    private final List<String> origins;
    private final double scale;
    private final int height;
    private final StringBuilder text = new StringBuilder();

    FlameGraph(final Window window, final CallTree tree) {
        this.window = window;
        origins = new Costs(tree).byOrigin().stream().map(cost -> cost.symbol().origin()).toList();
        scale = (double)WIDTH / window.instructions();
        height = depth(tree) * ROW + 2 * MARGIN;
        add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\"", WIDTH, height);
        add(" font-family=\"monospace\" font-size=\"11\">%n");
        addLegend();
        addChildren(tree, 0, 0);
        add("</svg>%n");
    }

    String svg() {
        return text.toString();
    }

    private void add(final String format, final Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }

    /** The rows that the boxes above this one need. */
    private int depth(final CallTree node) {
        return node.children().stream().filter(child -> child.total() * scale >= LEAST_WIDTH)
            .mapToInt(child -> 1 + depth(child)).max().orElse(0);
    }

    private void addLegend() {
        double x = 4;
        for (final String origin : origins) {
            add("<rect x=\"%.1f\" y=\"6\" width=\"12\" height=\"12\" fill=\"%s\"/>%n", x, colour(origin));
            add("<text x=\"%.1f\" y=\"16\">%s</text>%n", x + 16, escape(origin));
            x += 16 + (origin.length() + 2) * LETTER;
        }
    }

    private String colour(final String origin) {
        return COLOURS.get(Math.min(origins.indexOf(origin), COLOURS.size() - 1));
    }

    private void addChildren(final CallTree node, final double left, final int row) {
        double x = left;
        for (final CallTree child : node.children()) {
            final double width = child.total() * scale;
            if (width >= LEAST_WIDTH) {
                addBox(child, x, width, height - MARGIN - (row + 1) * ROW);
                addChildren(child, x, row + 1);
            }
            x += width;
        }
    }

    private void addBox(final CallTree node, final double x, final double width, final int y) {
        final String name = node.symbol().name();
        add("<g><title>%s (%s): %.1f instructions a period, %.1f in itself</title>", escape(name),
            escape(node.symbol().origin()), window.perPeriod(node.total()), window.perPeriod(node.self()));
        add("<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" fill=\"%s\"/>",
            x, y, Math.max(width - GAP, GAP), ROW - 1, colour(node.symbol().origin()));
        final int letters = (int)((width - 4) / LETTER);
        if (letters >= LEAST_LETTERS) {
            final String shown = name.length() <= letters ? name : name.substring(0, letters - 1) + '…';
            add("<text x=\"%.2f\" y=\"%d\">%s</text>", x + 2, y + 12, escape(shown));
        }
        add("</g>%n");
    }

    private static String escape(final String name) {
        return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
