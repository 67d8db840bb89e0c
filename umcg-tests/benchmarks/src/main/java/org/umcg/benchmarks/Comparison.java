// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The rows of one cost, in one mode, on one JDK: of UMCG and of its peers. Immutable. */
final class Comparison {

    /** In the order of columns and bars: executor and binding. */
    static final List<ExecutorKind> KINDS = List.of(ExecutorKind.values());

    private final List<Row> rows;

    private Comparison(final List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    /** Groups the rows that have an executor, in the order of their names. */
    static List<Comparison> of(final List<Row> rows) {
        final Map<List<String>, List<Row>> groups = new LinkedHashMap<>();
        rows.stream().filter(row -> !row.executor().equals(Row.NONE))
            .sorted(Comparator.comparing(Row::name).thenComparing(Row::mode).thenComparing(Row::jdk))
            .forEach(row -> groups.computeIfAbsent(
                List.of(row.name(), row.mode(), row.jdk(), row.unit()), key -> new ArrayList<>()).add(row));
        final List<Comparison> comparisons = new ArrayList<>();
        groups.values().forEach(group -> comparisons.add(new Comparison(group)));
        return comparisons;
    }

    String name() {
        return rows.get(0).name();
    }

    String mode() {
        return rows.get(0).mode();
    }

    String jdk() {
        return rows.get(0).jdk();
    }

    String unit() {
        return rows.get(0).unit();
    }

    String group() {
        return rows.get(0).group();
    }

    /** The row of one kind; a row without a system call of UMCG is that of the kind that has UMCG's own binding. */
    Optional<Row> row(final ExecutorKind kind) {
        return rows.stream().filter(row -> row.executor().equals(kind.executor())
            && (row.binding().equals(kind.binding()) || kind == ExecutorKind.UMCG && row.binding().equals(Row.NONE)))
            .findFirst();
    }

    /** How many times as much UMCG takes as a peer, or as another kind. */
    Optional<Double> ratioTo(final ExecutorKind other) {
        return row(ExecutorKind.UMCG).flatMap(
            own -> row(other).filter(row -> row.value() > 0).map(row -> own.value() / row.value()));
    }

    /** The peer that takes least. */
    Optional<ExecutorKind> bestPeer() {
        return KINDS.stream().filter(Predicate.not(ExecutorKind::isUmcg)).filter(kind -> row(kind).isPresent())
            .min(Comparator.comparingDouble(kind -> row(kind).orElseThrow().value()));
    }

    /** How many times as much UMCG takes as the best of its peers; 0 if there is nothing to compare. */
    double ratioToBest() {
        return bestPeer().flatMap(this::ratioTo).orElse(0.0);
    }

    boolean isComparable() {
        return ratioToBest() != 0;
    }
}
