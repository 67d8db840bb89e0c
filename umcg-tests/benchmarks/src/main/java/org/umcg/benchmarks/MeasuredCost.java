// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** A benchmark of JMH, with the name that its rows have. Immutable. */
final class MeasuredCost {

    private static final String SUFFIX = "Benchmark";

    private final BenchmarkListEntry entry;

    MeasuredCost(final BenchmarkListEntry entry) {
        this.entry = entry;
    }

    /** As JMH has it: class and method. */
    String jmhName() {
        return entry.getUsername();
    }

    /** {@code executor.submit_get} of {@code org.umcg.benchmarks.ExecutorBenchmark.submitGet}. */
    String rowName() {
        return rowName(jmhName());
    }

    static String rowName(final String jmhName) {
        final String[] words = jmhName.split("\\.");
        final String type = words[words.length - 2];
        final String group = type.endsWith(SUFFIX) ? type.substring(0, type.length() - SUFFIX.length()) : type;
        return group.toLowerCase(Locale.ROOT) + "."
            + words[words.length - 1].replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** What it can be measured on, of these. */
    List<ExecutorKind> kinds(final List<ExecutorKind> available) {
        return available.stream()
            .filter(kind -> hasExecutor() || kind == ExecutorKind.UMCG || kind == ExecutorKind.UMCG_JNA && hasBinding())
            .collect(Collectors.toList());
    }

    /** Has JMH run it on one kind only. */
    ChainedOptionsBuilder choose(final ChainedOptionsBuilder options, final ExecutorKind kind) {
        final ChainedOptionsBuilder one = options.include("^" + jmhName().replace(".", "\\.") + "$");
        if (hasExecutor()) {
            return one.param(ExecutorKind.PARAMETER, kind.parameter());
        }
        return hasBinding() ? one.param(RawWorkers.PARAMETER, kind.binding()) : one;
    }

    /** The binding that its row names: none, where no system call is in it. */
    String binding(final ExecutorKind kind) {
        return hasExecutor() || hasBinding() ? kind.binding() : Row.NONE;
    }

    private boolean hasExecutor() {
        return hasParameter(ExecutorKind.PARAMETER);
    }

    private boolean hasBinding() {
        return hasParameter(RawWorkers.PARAMETER);
    }

    private boolean hasParameter(final String name) {
        return entry.getParams().orElse(Map.of()).containsKey(name);
    }
}
