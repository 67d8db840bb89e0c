// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** The samples of one row, of all its forks and rounds. For one thread. */
final class Samples {

    private static final String TIME = "ns/op";

    private final List<Double> values = new ArrayList<>();
    private boolean isSize;

    /** Adds what JMH has measured. */
    void add(final Collection<RunResult> results) {
        for (final RunResult run : results) {
            for (final BenchmarkResult fork : run.getBenchmarkResults()) {
                fork.getIterationResults().forEach(this::add);
            }
        }
    }

    /** The value that counts: the benchmark's own, if it has one. */
    private void add(final IterationResult sample) {
        final Result<?> ownTime = sample.getSecondaryResults().get(OwnTime.LABEL);
        final Result<?> ownSize = sample.getSecondaryResults().get(OwnSize.LABEL);
        if (ownSize != null) {
            isSize = true;
            values.add(ownSize.getScore());
        }
        else if (ownTime != null) {
            values.add(ownTime.getScore());
        }
        else if (TIME.equals(sample.getPrimaryResult().getScoreUnit())) {
            values.add(sample.getPrimaryResult().getScore());
        }
        else {
            throw new IllegalArgumentException(
                "samples in " + sample.getPrimaryResult().getScoreUnit() + ": rows need " + TIME);
        }
    }

    void add(final double value) {
        values.add(value);
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** Bytes, not a time. */
    boolean isSize() {
        return isSize;
    }

    double median() {
        final List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        final int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
