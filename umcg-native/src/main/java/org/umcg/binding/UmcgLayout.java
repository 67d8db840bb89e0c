// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

/** What the C compiler makes of the headers, in the order of {@code layout.c}: for the unit test. */
final class UmcgLayout {

    private UmcgLayout() {
    }

    /** Offsets of the fields of {@code struct umcg_task}, its size and its alignment, in bytes. */
    static native int[] fields();

    /** Values of the constants of the ABI, clocks and error numbers. */
    static native int[] constants();
}
