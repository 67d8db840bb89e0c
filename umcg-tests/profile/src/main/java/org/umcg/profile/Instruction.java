// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

/**
 * An instruction in memory.
 *
 * @param address where it is
 * @param length  in bytes
 * @param flow    where execution goes after it
 * @param symbol  the function that it is part of
 * @param isEntry whether it is the first one of the function, or of one of many that have this name
 */
record Instruction(long address, int length, Flow flow, Symbol symbol, boolean isEntry) {

    /** The address behind it, to which a call returns. */
    long end() {
        return address + length;
    }

    boolean returns() {
        return flow == Flow.RETURN || flow == Flow.SYSTEM_RETURN;
    }

    boolean calls() {
        return flow == Flow.CALL || flow == Flow.SYSTEM_CALL;
    }
}
