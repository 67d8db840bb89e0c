// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The calls of a part of a trace, in order. Calls that take little are part of their caller. */
final class Sequence implements StackWalker.Visitor {

    /** A visit that takes less than this part of all is not shown. */
    private static final double LEAST = 0.01;
    private static final String ARROW = " > ";

    /** A function, from when execution comes to it until it leaves it or the thread. */
    private static final class Visit {
        private final CallStack.Frame frame;
        private final int start;
        private final boolean isOtherThread;
        private final List<Visit> children = new ArrayList<>();
        private int end;

        Visit(final CallStack.Frame frame, final int start, final boolean isOtherThread) {
            this.frame = frame;
            this.start = start;
            this.isOtherThread = isOtherThread;
        }

        int length() {
            return end - start;
        }
    }

    private final int from;
    private final int to;
    private final Visit all;
    private final List<Visit> open = new ArrayList<>();
    private CallStack lastStack;

    Sequence(final int from, final int to) {
        this.from = from;
        this.to = to;
        all = new Visit(null, from, false);
    }

    @Override
    public void executed(final int index, final CallStack stack, final boolean isEntry) {
        if (index < from || index >= to) {
            return;
        }
        final List<CallStack.Frame> frames = stack.frames();
        int common = 0;
        while (common < Math.min(open.size(), frames.size()) && open.get(common).frame == frames.get(common)) {
            common++;
        }
        open.subList(common, open.size()).clear();
        for (int i = common; i < frames.size(); i++) {
            final Visit visit = new Visit(frames.get(i), index, stack != lastStack);
            (i == 0 ? all : open.get(i - 1)).children.add(visit);
            open.add(visit);
        }
        for (final Visit visit : open) {
            visit.end = index + 1;
        }
        all.end = index + 1;
        lastStack = stack;
    }

    /** A line for each visit: where it begins, how long it takes, and the function. */
    List<String> lines() {
        final List<String> lines = new ArrayList<>();
        for (final Visit visit : all.children) {
            if (visit.isOtherThread) {
                lines.add("        -- a thread goes on");
            }
            addLines(visit, "", lines);
        }
        return lines;
    }

    /** Functions that do little but call one other function share its line. */
    private void addLines(final Visit first, final String indent, final List<String> lines) {
        final StringBuilder names = new StringBuilder(first.frame.symbol().name());
        Visit visit = first;
        List<Visit> shown = shownChildren(visit);
        while (shown.size() == 1 && isShort(visit.length() - shown.get(0).length())) {
            visit = shown.get(0);
            names.append(ARROW).append(visit.frame.symbol().name());
            shown = shownChildren(visit);
        }
        lines.add(String.format(Locale.ROOT, "%6d %6d %s%s", first.start - from, first.length(), indent, names));
        for (final Visit child : shown) {
            addLines(child, indent + "  ", lines);
        }
    }

    private List<Visit> shownChildren(final Visit visit) {
        return visit.children.stream().filter(child -> !isShort(child.length())).toList();
    }

    private boolean isShort(final int length) {
        return length < LEAST * (to - from);
    }
}
