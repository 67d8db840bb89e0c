// SPDX-License-Identifier: Apache-2.0

package org.umcg.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle.AccessMode;
import java.nio.ByteBuffer;

/**
 * How {@link OffHeap} gets at memory: from JDK 24 on, which warns of {@code sun.misc.Unsafe}, by
 * {@code java.lang.foreign}, which is restricted, as native code is; before, by that class, of which no JDK warned.
 */
final class WordAccess {

    static final boolean IS_FOREIGN = Runtime.version().feature() >= 24;

    private WordAccess() {
    }

    /** A handle for ints anywhere in memory; its parameters are the address, and those of the mode. */
    static MethodHandle ints(final AccessMode mode) {
        return IS_FOREIGN ? ForeignMemory.access("JAVA_INT", mode) : UnsafeMemory.access(int.class, mode);
    }

    /** The same for longs. */
    static MethodHandle longs(final AccessMode mode) {
        return IS_FOREIGN ? ForeignMemory.access("JAVA_LONG", mode) : UnsafeMemory.access(long.class, mode);
    }

    static long addressOf(final ByteBuffer buffer) {
        return IS_FOREIGN ? ForeignMemory.addressOf(buffer) : UnsafeMemory.addressOf(buffer);
    }

    static IllegalStateException failure(final ReflectiveOperationException e) {
        final Throwable cause = e.getCause() == null ? e : e.getCause();
        return new IllegalStateException("off-heap memory cannot be accessed: " + cause.getMessage(), cause);
    }
}
