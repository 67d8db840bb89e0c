// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The part of a trace that counts, cut into periods. */
final class Window {

    private final int[] cuts;
    private final int periods;

    private Window(final int[] cuts, final int periods) {
        this.cuts = cuts;
        this.periods = periods;
    }

    /**
     * Finds the window that the markers describe.
     *
     * @param walker  of the trace
     * @param trace   what was executed
     * @param markers what the program has printed
     * @return the window
     * @throws IllegalArgumentException if the function that begins a period is not called twice
     */
    static Window of(final StackWalker walker, final List<Instruction> trace, final Markers markers) {
        if (markers.period().isEmpty()) {
            return new Window(ownPart(trace), markers.periods().orElse(1));
        }
        final String function = markers.period().get();
        final List<Integer> found = new ArrayList<>();
        walker.walk((index, stack, isEntry) -> {
            if (isEntry && stack.top().symbol().name().equals(function)) {
                found.add(index);
            }
        });
        if (found.size() < 2) {
            throw new IllegalArgumentException("the window has " + found.size() + " calls of " + function
                + ", and must have 2: is that its name, and is it compiled, and not inlined?");
        }
        // Calls behind the last period that the program counts, when its stepping has not ended yet, are none of its.
        final int[] cuts = found.stream().limit(Math.max(2, markers.periods().orElse(Integer.MAX_VALUE)))
            .mapToInt(Integer::intValue).toArray();
        return new Window(cuts, cuts.length - 1);
    }

    /** From the first instruction of the process in user mode to the last one. */
    private static int[] ownPart(final List<Instruction> trace) {
        int first = 0;
        int last = trace.size() - 1;
        while (first < last && !isOwn(trace.get(first))) {
            first++;
        }
        while (last > first && !isOwn(trace.get(last))) {
            last--;
        }
        return new int[] {first, last + 1};
    }

    private static boolean isOwn(final Instruction instruction) {
        final Symbol symbol = instruction.symbol();
        return !symbol.isKernel() && !symbol.equals(Symbol.FOREIGN);
    }

    int start() {
        return cuts[0];
    }

    int end() {
        return cuts[cuts.length - 1];
    }

    int instructions() {
        return end() - start();
    }

    int periods() {
        return periods;
    }

    double perPeriod(final double instructions) {
        return instructions / periods;
    }

    /** The lengths of the parts that were cut, the shortest first. */
    int[] lengths() {
        final int[] lengths = new int[cuts.length - 1];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = cuts[i + 1] - cuts[i];
        }
        Arrays.sort(lengths);
        return lengths;
    }

    /** Where the last part begins that is as long as the one in the middle: by then all threads have been seen. */
    int typicalStart() {
        int i = cuts.length - 2;
        while (cuts[i + 1] - cuts[i] != typicalLength()) {
            i--;
        }
        return cuts[i];
    }

    int typicalLength() {
        return lengths()[(cuts.length - 1) / 2];
    }
}
