// SPDX-License-Identifier: Apache-2.0

package org.umcg.memory;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import sun.misc.Unsafe;

/** What {@link OffHeap} needs of {@code sun.misc.Unsafe}. Loaded only by a JDK that does not warn of it. */
@SuppressWarnings("removal")
final class UnsafeMemory {

    static final Unsafe UNSAFE = theOne();

    private UnsafeMemory() {
    }

    static long addressOf(final ByteBuffer buffer) {
        try {
            return UNSAFE.getLong(buffer, UNSAFE.objectFieldOffset(Buffer.class.getDeclaredField("address")));
        }
        catch (final NoSuchFieldException e) {
            throw new IllegalStateException("java.nio.Buffer of another kind", e);
        }
    }

    private static Unsafe theOne() {
        try {
            final Field field = Unsafe.class.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            return (Unsafe) field.get(null);
        }
        catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("sun.misc.Unsafe of another kind", e);
        }
    }
}
