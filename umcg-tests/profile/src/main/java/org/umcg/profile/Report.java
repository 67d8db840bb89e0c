// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a profile says, as text: the window, costs by origin and by function, and one period in order. */
final class Report {

    /** A function that takes a smaller part is one of the others. */
    private static final double LEAST_SHOWN = 0.0025;
    /** So far the program's clock may be from what was counted. */
    private static final double MOST_APART = 0.02;
    private static final String FORMAT = "%-34s %12.1f %6.1f %%%n";

    private final Window window;
    private final Markers markers;
    private final Costs costs;
    private final StringBuilder text = new StringBuilder();

    Report(final Window window, final Markers markers, final CallTree tree) {
        this.window = window;
        this.markers = markers;
        costs = new Costs(tree);
    }

    /**
     * Writes it.
     *
     * @param sequence of one period
     * @return many lines
     */
    String text(final Sequence sequence) {
        text.setLength(0);
        addWindow();
        addOrigins();
        addFunctions();
        line("%n%s in order: where it begins, instructions, function; what takes less than 1 %% is in its caller%n",
            window.lengths().length == 1 ? "All of it" : "A period of the length in the middle");
        sequence.lines().forEach(found -> text.append(found).append('\n'));
        return text.toString();
    }

    private void line(final String format, final Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }

    private void addWindow() {
        final int[] lengths = window.lengths();
        line("%d periods of %.1f instructions", window.periods(), window.perPeriod(window.instructions()));
        if (lengths.length != 1) {
            line(", the shortest %d, the one in the middle %d, the longest %d",
                lengths[0], window.typicalLength(), lengths[lengths.length - 1]);
        }
        line("%n");
        if (markers.nanoseconds().isPresent()) {
            line("%.1f by the program's clock, %.2f %% apart%n", clockedPeriod(), 100 * apart());
        }
    }

    private double clockedPeriod() {
        return (double)markers.nanoseconds().getAsLong() / markers.periods().orElse(1);
    }

    private double apart() {
        return Math.abs(window.perPeriod(window.instructions()) / clockedPeriod() - 1);
    }

    /** What is wrong with it; empty if nothing is. */
    List<String> faults() {
        final List<String> faults = new ArrayList<>();
        if (markers.nanoseconds().isPresent() && apart() > MOST_APART) {
            faults.add("the program's clock says " + Math.round(clockedPeriod()) + " instructions a period, "
                + Math.round(window.perPeriod(window.instructions())) + " were counted");
        }
        if (markers.period().isPresent() && window.periods() < markers.periods().orElse(0) - 1) {
            faults.add("the program counts " + markers.periods().getAsInt() + " periods, and has called "
                + markers.period().get() + ' ' + (window.periods() + 1) + " times");
        }
        for (final Costs.Cost cost : costs.byFunction()) {
            if (!cost.symbol().isNamed() && cost.self() >= 0.01 * window.instructions()) {
                faults.add(Math.round(window.perPeriod(cost.self())) + " instructions a period in "
                    + cost.symbol().name() + " have no name");
            }
        }
        return faults;
    }

    private void addOrigins() {
        line("%n%-34s %12s %8s%n", "origin", "instructions", "part");
        for (final Costs.Cost cost : costs.byOrigin()) {
            addCost(cost.symbol().origin(), cost.self());
            if (cost.symbol().isKernel()) {
                addCost("  of it umcg_*", ofUmcg());
            }
        }
        addCost("together", window.instructions());
        addCost("without a name", costs.unnamed());
    }

    private void addCost(final String name, final long instructions) {
        line(FORMAT, name, window.perPeriod(instructions), 100.0 * instructions / window.instructions());
    }

    private long ofUmcg() {
        return costs.byFunction().stream()
            .filter(cost -> cost.symbol().isKernel() && cost.symbol().name().contains("umcg_"))
            .mapToLong(Costs.Cost::self).sum();
    }

    private void addFunctions() {
        line("%n%12s %8s %12s  %-14s %s%n", "instructions", "part", "with calls", "origin", "function");
        int others = 0;
        long rest = 0;
        for (final Costs.Cost cost : costs.byFunction()) {
            if (cost.self() >= LEAST_SHOWN * window.instructions()) {
                addFunction(cost);
            }
            else {
                rest += cost.self();
                others++;
            }
        }
        line("%12.1f %6.1f %%               %d others%n",
            window.perPeriod(rest), 100.0 * rest / window.instructions(), others);
    }

    private void addFunction(final Costs.Cost cost) {
        line("%12.1f %6.1f %% %12.1f  %-14s %s%n", window.perPeriod(cost.self()),
            100.0 * cost.self() / window.instructions(), window.perPeriod(cost.total()),
            cost.symbol().origin(), cost.symbol().name());
    }
}
