// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.umcg.binding.Umcg;

/**
 * What the tasks of a benchmark run on. A row names the executor and the binding, a parameter of JMH both in one word.
 */
enum ExecutorKind {

    UMCG("umcg", "umcg", "jni"),
    UMCG_JNA("umcg-jna", "umcg", "jna"),
    PLATFORM("platform", "platform", Row.NONE),
    VIRTUAL("virtual", "virtual", Row.NONE),
    FORKJOIN("forkjoin", "forkjoin", Row.NONE);

    /** The name of JMH's parameter. */
    static final String PARAMETER = "executor";

    private static final int FIRST_RELEASE_WITH_VIRTUAL_THREADS = 21;

    private final String parameter;
    private final String executor;
    private final String binding;

    ExecutorKind(final String parameter, final String executor, final String binding) {
        this.parameter = parameter;
        this.executor = executor;
        this.binding = binding;
    }

    static ExecutorKind of(final String parameter) {
        for (final ExecutorKind kind : values()) {
            if (kind.parameter.equals(parameter)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no executor \"" + parameter + "\": "
            + Stream.of(values()).map(ExecutorKind::parameter).collect(Collectors.joining(", ")) + " are there");
    }

    /**
     * What this JVM and this kernel have.
     *
     * @param inOneJvm without forks: a JVM has one binding, and that is UMCG's own
     */
    static List<ExecutorKind> available(final boolean inOneJvm) {
        return Stream.of(values())
            .filter(kind -> kind.absence().isEmpty() && !(inOneJvm && kind == UMCG_JNA))
            .collect(Collectors.toList());
    }

    /** As JMH's parameter names it. */
    String parameter() {
        return parameter;
    }

    /** As a row names it. */
    String executor() {
        return executor;
    }

    /** How the system calls of UMCG are bound, or {@code none}. */
    String binding() {
        return binding;
    }

    boolean isUmcg() {
        return this == UMCG || this == UMCG_JNA;
    }

    /** Why there are no rows of it here; empty if there are. */
    Optional<String> absence() {
        if (isUmcg()) {
            return Optional.ofNullable(Umcg.unavailabilityCause()).map(Throwable::getMessage);
        }
        return this == VIRTUAL && Runtime.version().feature() < FIRST_RELEASE_WITH_VIRTUAL_THREADS
            ? Optional.of("JDK " + Runtime.version().feature() + " has no virtual threads")
            : Optional.empty();
    }
}
