// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

/**
 * An instruction in memory.
 *
 * @param address where it is
 * @param length  in bytes, or 0 if it is not known
 * @param flow    where execution goes after it
 * @param symbol  the function that it is part of
 * @param isEntry whether it is the first one of the function, or of one of many that have this name
 */
record Instruction(long address, int length, Flow flow, Symbol symbol, boolean isEntry) {

    private static final int MOST_BYTES = 15;

    /** Whether this address follows on it: where a call returns to. */
    boolean isFollowedBy(final long next) {
        return length == 0 ? next > address && next <= address + MOST_BYTES : next == address + length;
    }

    /**
     * Concludes from where execution has gone what an instruction does that is not known.
     *
     * @param next what was executed after it
     * @return this instruction, with its flow if that can be told
     */
    Instruction goneTo(final Instruction next) {
        if (flow != Flow.UNKNOWN || isFollowedBy(next.address) || next.address == address) {
            return this;
        }
        final Flow concluded = next.symbol.equals(symbol) ? Flow.JUMP : next.isEntry ? Flow.CALL : Flow.RETURN;
        return new Instruction(address, length, concluded, symbol, isEntry);
    }

    boolean returns() {
        return flow == Flow.RETURN || flow == Flow.SYSTEM_RETURN;
    }

    boolean calls() {
        return flow == Flow.CALL || flow == Flow.SYSTEM_CALL;
    }
}
