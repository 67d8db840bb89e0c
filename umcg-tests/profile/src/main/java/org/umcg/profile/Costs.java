// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the instructions of a tree add up to, by function and by origin. What another process does is all one. */
final class Costs {

    /**
     * A function or an origin.
     *
     * @param symbol the function, or one of that origin
     * @param self   instructions in it
     * @param total  the same with what it has called; calls within calls of itself count once
     */
    record Cost(Symbol symbol, long self, long total) {
    }

    private final Map<Symbol, Long> selves = new HashMap<>();
    private final Map<Symbol, Long> totals = new HashMap<>();

    Costs(final CallTree root) {
        for (final CallTree child : root.children()) {
            add(child, new HashSet<>(), false);
        }
    }

    private void add(final CallTree node, final Set<Symbol> callers, final boolean isForeign) {
        final boolean foreign = isForeign || node.symbol().equals(Symbol.FOREIGN);
        final Symbol symbol = foreign ? Symbol.FOREIGN : node.symbol();
        selves.merge(symbol, node.self(), Long::sum);
        final boolean isOutermost = callers.add(symbol);
        if (isOutermost) {
            totals.merge(symbol, node.total(), Long::sum);
        }
        for (final CallTree child : node.children()) {
            add(child, callers, foreign);
        }
        if (isOutermost) {
            callers.remove(symbol);
        }
    }

    /** The most expensive one first. */
    List<Cost> byFunction() {
        final List<Cost> costs = new ArrayList<>();
        selves.forEach((symbol, self) -> costs.add(new Cost(symbol, self, totals.get(symbol))));
        costs.sort(Comparator.comparingLong(Cost::self).reversed().thenComparing(cost -> cost.symbol().name()));
        return costs;
    }

    /** The most expensive one first. */
    List<Cost> byOrigin() {
        final Map<String, Cost> costs = new HashMap<>();
        selves.forEach((symbol, self) -> costs.merge(symbol.origin(), new Cost(symbol, self, self),
            (a, b) -> new Cost(symbol, a.self + b.self, a.total + b.total)));
        final List<Cost> sorted = new ArrayList<>(costs.values());
        sorted.sort(Comparator.comparingLong(Cost::self).reversed());
        return sorted;
    }

    /** In code of which only the file is known. */
    long unnamed() {
        return selves.entrySet().stream().filter(entry -> !entry.getKey().isNamed())
            .mapToLong(Map.Entry::getValue).sum();
    }
}
