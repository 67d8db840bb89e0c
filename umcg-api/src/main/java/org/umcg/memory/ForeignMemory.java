// SPDX-License-Identifier: Apache-2.0

package org.umcg.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.invoke.VarHandle.AccessMode;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/** Memory by {@code java.lang.foreign}, by reflection, as this is compiled for JDK 17. */
final class ForeignMemory {

    private static final String PACKAGE = "java.lang.foreign.";

    private ForeignMemory() {
    }

    /** A handle for words of a layout, such as JAVA_INT, anywhere in memory. */
    static MethodHandle access(final String layout, final AccessMode mode) {
        try {
            final Class<?> path = type("MemoryLayout$PathElement");
            final Object word = type("ValueLayout").getField(layout).get(null);
            final VarHandle handle = (VarHandle) type("MemoryLayout")
                .getMethod("varHandle", path.arrayType()).invoke(word, Array.newInstance(path, 0));
            return MethodHandles.insertArguments(handle.toMethodHandle(mode), 0, AllMemory.segment());
        }
        catch (final ReflectiveOperationException e) {
            throw WordAccess.failure(e);
        }
    }

    static long addressOf(final ByteBuffer buffer) {
        try {
            final Object segment = type("MemorySegment").getMethod("ofBuffer", Buffer.class)
                .invoke(null, buffer.duplicate().clear());
            return (long) type("MemorySegment").getMethod("address").invoke(segment);
        }
        catch (final ReflectiveOperationException e) {
            throw WordAccess.failure(e);
        }
    }

    private static Class<?> type(final String name) throws ClassNotFoundException {
        return Class.forName(PACKAGE + name);
    }
}
