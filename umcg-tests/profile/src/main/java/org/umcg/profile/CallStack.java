// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.ArrayList;
import java.util.List;

/** The calls that one thread is in, as far as they were seen: the outermost ones began before the trace. */
final class CallStack {

    private static final int MOST_FRAMES = 512;

    /**
     * A call.
     *
     * @param symbol the function
     * @param caller the instruction that has called it; null for an interrupt, which may return anywhere, and for the
     *               outermost call
     * @param node   the same in the tree of all stacks
     */
    record Frame(Symbol symbol, Instruction caller, CallTree node) {
    }

    private final List<Frame> frames = new ArrayList<>();

    CallStack(final CallTree root, final Symbol symbol) {
        frames.add(new Frame(symbol, null, root.child(symbol)));
    }

    /** The outermost call first. */
    List<Frame> frames() {
        return frames;
    }

    Frame top() {
        return frames.get(frames.size() - 1);
    }

    void push(final Symbol symbol, final Instruction caller) {
        if (frames.size() == MOST_FRAMES) {
            frames.remove(0);
        }
        frames.add(new Frame(symbol, caller, top().node.child(symbol)));
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
            frames.set(frames.size() - 1, new Frame(symbol, top.caller, top.node.parent().child(symbol)));
        }
    }

    /**
     * Ends the innermost call that returns there, with all that it has called.
     *
     * @param address     where execution goes on
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
        return frame.caller == null ? isInterrupt : frame.caller.isFollowedBy(address);
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
