// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Pieces of a page. */
final class Html {

    private static final double FEW = 100;
    /** And what may follow it; a commit is none, nor is a date. */
    private static final Pattern NUMBER = Pattern.compile("[0-9][0-9,.]*( .*)?");

    private Html() {
    }

    static String escape(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /** With groups of three digits, and decimals if there are few digits. */
    static String number(final double value) {
        return String.format(Locale.ROOT, Math.abs(value) < FEW ? "%,.2f" : "%,.0f", value);
    }

    static String ratio(final double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** A table; cells are pieces already, those that begin with a number stand to the right. */
    static String table(final List<String> head, final List<List<String>> lines) {
        final StringBuilder table = new StringBuilder("<table>\n<thead><tr>");
        head.forEach(cell -> table.append("<th scope=\"col\">").append(cell).append("</th>"));
        table.append("</tr></thead>\n<tbody>\n");
        for (final List<String> line : lines) {
            table.append("<tr>");
            line.forEach(cell -> table.append(isNumber(cell) ? "<td class=\"n\">" : "<td>")
                .append(cell).append("</td>"));
            table.append("</tr>\n");
        }
        return table.append("</tbody>\n</table>\n").toString();
    }

    private static boolean isNumber(final String cell) {
        return NUMBER.matcher(cell.replaceAll("<[^>]*>", "")).matches();
    }
}
