// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.ArrayList;
import java.util.List;

/** The calls that one thread is in, as far as they were seen: the outermost ones began before the trace. */
final class CallStack {

    /** Where an interrupt returns to is not known: after a jump it may be anywhere. */
    static final long ANYWHERE = 0;
    /** Of the outermost call. */
    private static final long UNKNOWN = -1;
    private static final int MOST_FRAMES = 512;

    /**
     * A call.
     *
     * @param symbol        the function
     * @param returnAddress where it returns to
     * @param node          the same in the tree of all stacks
     */
    record Frame(Symbol symbol, long returnAddress, CallTree node) {
    }

    private final List<Frame> frames = new ArrayList<>();

    CallStack(final CallTree root, final Symbol symbol) {
        frames.add(new Frame(symbol, UNKNOWN, root.child(symbol)));
    }

    /** The outermost call first. */
    List<Frame> frames() {
        return frames;
    }

    Frame top() {
        return frames.get(frames.size() - 1);
    }

    void push(final Symbol symbol, final long returnAddress) {
        if (frames.size() == MOST_FRAMES) {
            frames.remove(0);
        }
        frames.add(new Frame(symbol, returnAddress, top().node.child(symbol)));
    }

    /** The innermost call ends, unless there is no other one. */
    void pop() {
        if (frames.size() > 1) {
            frames.remove(frames.size() - 1);
        }
    }

    /** The innermost call goes on in another function: by a jump, or as its caller was not known. */
    void moveTo(final Symbol symbol) {
        final Frame top = top();
        if (!top.symbol.equals(symbol)) {
            frames.set(frames.size() - 1, new Frame(symbol, top.returnAddress, top.node.parent().child(symbol)));
        }
    }

    /**
     * Ends the innermost call that returns there, with all that it has called.
     *
     * @param address where execution goes on
     * @param isInterrupt whether an interrupt may end
     * @return false if there is none
     */
    boolean returnTo(final long address, final boolean isInterrupt) {
        for (int i = frames.size() - 1; i > 0; i--) {
            if (returnsTo(frames.get(i), address, isInterrupt)) {
                frames.subList(i, frames.size()).clear();
                return true;
            }
        }
        return false;
    }

    private static boolean returnsTo(final Frame frame, final long address, final boolean isInterrupt) {
        return frame.returnAddress == address || isInterrupt && frame.returnAddress == ANYWHERE;
    }

    /** Execution leaves the kernel by a way that was not seen to begin. */
    void leaveKernel() {
        while (frames.size() > 1 && top().symbol.isKernel()) {
            pop();
        }
    }

    /** Whether these may be the next returns of this thread: the outermost call may return anywhere. */
    boolean canReturnTo(final List<Long> addresses) {
        int i = frames.size() - 1;
        for (final long address : addresses) {
            if (i == 0) {
                return true;
            }
            if (!returnsTo(frames.get(i), address, true)) {
                return false;
            }
            i--;
        }
        return true;
    }
}
