// SPDX-License-Identifier: Apache-2.0

package org.umcg.memory;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle.AccessMode;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/** Memory by {@code sun.misc.Unsafe}, by reflection, as compilers warn of that class. */
final class UnsafeMemory {

    private static final Class<?> UNSAFE = type();

    private UnsafeMemory() {
    }

    static MethodHandle access(final Class<?> word, final AccessMode mode) {
        return find(name(word == int.class ? "Int" : "Long", mode), type(word, mode));
    }

    static long addressOf(final ByteBuffer buffer) {
        try {
            final Field field = Buffer.class.getDeclaredField("address");
            final long offset = (long) UNSAFE.getMethod("objectFieldOffset", Field.class).invoke(theOne(), field);
            return (long) UNSAFE.getMethod("getLong", Object.class, long.class).invoke(theOne(), buffer, offset);
        }
        catch (final ReflectiveOperationException e) {
            throw WordAccess.failure(e);
        }
    }

    private static String name(final String word, final AccessMode mode) {
        return switch (mode) {
            case GET_VOLATILE -> "get" + word + "Volatile";
            case SET_VOLATILE -> "put" + word + "Volatile";
            case GET_AND_SET -> "getAndSet" + word;
            case SET_RELEASE -> "putOrdered" + word;
            case COMPARE_AND_SET -> "compareAndSwap" + word;
            default -> throw new IllegalArgumentException(mode.toString());
        };
    }

    private static MethodType type(final Class<?> word, final AccessMode mode) {
        return switch (mode) {
            case GET_VOLATILE -> methodType(word, Object.class, long.class);
            case GET_AND_SET -> methodType(word, Object.class, long.class, word);
            case SET_VOLATILE, SET_RELEASE -> methodType(void.class, Object.class, long.class, word);
            default -> methodType(boolean.class, Object.class, long.class, word, word);
        };
    }

    /** No object: the offset from it is an address. */
    private static MethodHandle find(final String name, final MethodType type) {
        try {
            final MethodHandle handle = MethodHandles.publicLookup().findVirtual(UNSAFE, name, type);
            return MethodHandles.insertArguments(handle, 0, theOne(), null);
        }
        catch (final ReflectiveOperationException e) {
            throw WordAccess.failure(e);
        }
    }

    private static Object theOne() throws ReflectiveOperationException {
        final Field field = UNSAFE.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        return field.get(null);
    }

    private static Class<?> type() {
        try {
            return Class.forName("sun.misc.Unsafe");
        }
        catch (final ClassNotFoundException e) {
            throw WordAccess.failure(e);
        }
    }
}
