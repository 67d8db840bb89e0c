// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the calls that each instruction of a trace is in.
 *
 * <p>A call is open until execution goes on where it returns to. So a function that ends with a jump to another one,
 * and one that leaves several calls at once, need no rules of their own.
 *
 * <p>The kernel changes from one thread to another one where __switch_to returns. Addresses do not tell to which one:
 * it is the one that has waited longest of those whose open calls fit the returns that follow. Threads whose calls are
 * the same are mixed up by that, which changes no sum.
 */
final class StackWalker {

    private static final int MOST_RETURNS = 64;
    private static final int FARTHEST = 20_000;

    /** Is told of each instruction. */
    interface Visitor {

        /**
         * An instruction is executed.
         *
         * @param index    of it in the trace
         * @param stack    of calls that it is in
         * @param isEntry  whether it is the first one of a function, by a call or a jump
         */
        void executed(int index, CallStack stack, boolean isEntry);
    }

    private final List<Instruction> trace;
    private final CallTree root = new CallTree();
    private final List<CallStack> waiting = new ArrayList<>();
    private CallStack stack;

    StackWalker(final List<Instruction> trace) {
        this.trace = trace;
    }

    CallTree root() {
        return root;
    }

    void walk(final Visitor visitor) {
        waiting.clear();
        stack = new CallStack(root, trace.get(0).symbol());
        visitor.executed(0, stack, false);
        for (int i = 1; i < trace.size(); i++) {
            final Instruction previous = trace.get(i - 1);
            final Instruction instruction = trace.get(i);
            move(i, previous, instruction);
            final boolean isEntry = !previous.returns() && !instruction.symbol().equals(previous.symbol());
            visitor.executed(i, stack, isEntry);
        }
    }

    private void move(final int index, final Instruction previous, final Instruction instruction) {
        if (isInterrupt(previous, instruction)) {
            interrupt(previous, instruction);
        }
        else if (previous.calls()) {
            stack.push(instruction.symbol(), previous);
        }
        else if (previous.returns()) {
            endCall(index, previous, instruction);
        }
        stack.moveTo(instruction.symbol());
    }

    private static boolean isInterrupt(final Instruction previous, final Instruction instruction) {
        return instruction.isEntry() && instruction.symbol().isInterruptEntry()
            && !previous.symbol().equals(instruction.symbol());
    }

    /** What was called just before is not known yet: the call has the interrupt's name until it goes on. */
    private void interrupt(final Instruction previous, final Instruction instruction) {
        if (previous.calls()) {
            stack.push(instruction.symbol(), previous);
        }
        else if (previous.returns()) {
            stack.pop();
        }
        stack.push(instruction.symbol(), null);
    }

    private void endCall(final int index, final Instruction previous, final Instruction instruction) {
        if (previous.symbol().isThreadSwitch()) {
            switchThread(index);
        }
        final boolean leavesKernel = previous.flow() == Flow.SYSTEM_RETURN;
        if (!stack.returnTo(instruction.address(), leavesKernel) && leavesKernel && !instruction.symbol().isKernel()) {
            stack.leaveKernel();
        }
    }

    private void switchThread(final int index) {
        waiting.add(stack);
        final List<Long> returns = nextReturns(index);
        for (final CallStack candidate : waiting) {
            if (candidate != stack && candidate.canReturnTo(returns)) {
                stack = candidate;
                waiting.remove(candidate);
                return;
            }
        }
        stack = new CallStack(root, trace.get(index).symbol());
    }

    /** Where the calls return to that are open before the instruction at this index, the first of which it follows. */
    private List<Long> nextReturns(final int index) {
        final List<Long> returns = new ArrayList<>();
        returns.add(trace.get(index).address());
        final int end = Math.min(trace.size(), index + FARTHEST);
        int depth = 0;
        for (int i = index + 1; i < end && returns.size() < MOST_RETURNS; i++) {
            final Instruction previous = trace.get(i - 1);
            final Instruction instruction = trace.get(i);
            if (previous.returns() && previous.symbol().isThreadSwitch()) {
                break;
            }
            final boolean isInterrupt = isInterrupt(previous, instruction);
            if (isInterrupt && previous.returns()) {
                break;
            }
            if (isInterrupt || previous.calls()) {
                depth += isInterrupt && previous.calls() ? 2 : 1;
            }
            else if (previous.returns() && depth > 0) {
                depth--;
            }
            else if (previous.returns()) {
                returns.add(instruction.address());
            }
        }
        return returns;
    }
}
