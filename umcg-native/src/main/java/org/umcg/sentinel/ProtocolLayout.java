// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

/** What the C compiler makes of {@code protocol.h}, in the order of {@code layout.c}: for the unit test. */
final class ProtocolLayout {

    private ProtocolLayout() {
    }

    /** Offsets, sizes and constants, in bytes. */
    static native int[] control();

    /** Names of the counters in the order of their ids, with a space behind each. */
    static native String counters();

    /** Bits and masks of the words. */
    static native long[] words();
}
