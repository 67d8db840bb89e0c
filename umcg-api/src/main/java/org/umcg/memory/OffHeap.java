// SPDX-License-Identifier: Apache-2.0

package org.umcg.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Words of off-heap memory, in the modes that they are shared in; each mode is in its method's name, as in
 * {@link VarHandle}.
 *
 * <p>Up to JDK 23 these are accesses of {@code sun.misc.Unsafe}, of a few instructions. Later JDKs warn of that class;
 * there they are those of a view of the {@link ByteBuffer}, of about sixteen more. Only the latter look whether the
 * word lies in the memory: the caller has seen to that. Where that class has no access in a mode, it is in the next
 * stronger one.
 *
 * <p>Any thread may call these methods; none allocates or blocks, once each has been called.
 */
@SuppressWarnings("removal")
public final class OffHeap {

    private static final boolean IS_UNSAFE = Runtime.version().feature() < 24;
    private static final VarHandle INT =
        MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG =
        MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private OffHeap() {
    }

    /**
     * The base that goes with a buffer.
     *
     * @param memory a direct buffer
     * @return where it is; or 0 where the other methods do without
     */
    public static long baseOf(final ByteBuffer memory) {
        return IS_UNSAFE ? UnsafeMemory.addressOf(memory) : 0;
    }

    /**
     * Reads a word with opaque semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @return the word
     */
    public static int getIntOpaque(final ByteBuffer memory, final long base, final int offset) {
        if (IS_UNSAFE) {
            final int word = UnsafeMemory.UNSAFE.getIntVolatile(null, base + offset);
            Reference.reachabilityFence(memory);
            return word;
        }
        return (int) INT.getOpaque(memory, offset);
    }

    /**
     * Reads a word with acquire semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @return the word
     */
    public static int getIntAcquire(final ByteBuffer memory, final long base, final int offset) {
        if (IS_UNSAFE) {
            final int word = UnsafeMemory.UNSAFE.getIntVolatile(null, base + offset);
            Reference.reachabilityFence(memory);
            return word;
        }
        return (int) INT.getAcquire(memory, offset);
    }

    /**
     * Reads a word with volatile semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @return the word
     */
    public static int getIntVolatile(final ByteBuffer memory, final long base, final int offset) {
        if (IS_UNSAFE) {
            final int word = UnsafeMemory.UNSAFE.getIntVolatile(null, base + offset);
            Reference.reachabilityFence(memory);
            return word;
        }
        return (int) INT.getVolatile(memory, offset);
    }

    /**
     * Writes a word in no order with others.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     */
    public static void setIntPlain(final ByteBuffer memory, final long base, final int offset, final int word) {
        if (IS_UNSAFE) {
            UnsafeMemory.UNSAFE.putInt(null, base + offset, word);
            Reference.reachabilityFence(memory);
        }
        else {
            INT.set(memory, offset, word);
        }
    }

    /**
     * Writes a word with opaque semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     */
    public static void setIntOpaque(final ByteBuffer memory, final long base, final int offset, final int word) {
        if (IS_UNSAFE) {
            UnsafeMemory.UNSAFE.putOrderedInt(null, base + offset, word);
            Reference.reachabilityFence(memory);
        }
        else {
            INT.setOpaque(memory, offset, word);
        }
    }

    /**
     * Writes a word with release semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     */
    public static void setIntRelease(final ByteBuffer memory, final long base, final int offset, final int word) {
        if (IS_UNSAFE) {
            UnsafeMemory.UNSAFE.putOrderedInt(null, base + offset, word);
            Reference.reachabilityFence(memory);
        }
        else {
            INT.setRelease(memory, offset, word);
        }
    }

    /**
     * Writes a word with volatile semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     */
    public static void setIntVolatile(final ByteBuffer memory, final long base, final int offset, final int word) {
        if (IS_UNSAFE) {
            UnsafeMemory.UNSAFE.putIntVolatile(null, base + offset, word);
            Reference.reachabilityFence(memory);
        }
        else {
            INT.setVolatile(memory, offset, word);
        }
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param old    what must be there
     * @param word   the new one
     * @return false if another one was there
     */
    public static boolean compareAndSetInt(
        final ByteBuffer memory, final long base, final int offset, final int old, final int word) {
        if (IS_UNSAFE) {
            final boolean isSet = UnsafeMemory.UNSAFE.compareAndSwapInt(null, base + offset, old, word);
            Reference.reachabilityFence(memory);
            return isSet;
        }
        return INT.compareAndSet(memory, offset, old, word);
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param old    what must be there
     * @param word   the new one
     * @return the word that was there: {@code old}, if it was replaced
     */
    public static int compareAndExchangeInt(
        final ByteBuffer memory, final long base, final int offset, final int old, final int word) {
        if (!IS_UNSAFE) {
            return (int) INT.compareAndExchange(memory, offset, old, word);
        }
        int seen = old;
        while (seen == old && !compareAndSetInt(memory, base, offset, old, word)) {
            seen = getIntVolatile(memory, base, offset);
        }
        return seen;
    }

    /**
     * Replaces a word with volatile semantics, whatever it is.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     * @return the word that was there
     */
    public static int getAndSetInt(final ByteBuffer memory, final long base, final int offset, final int word) {
        if (IS_UNSAFE) {
            final int old = UnsafeMemory.UNSAFE.getAndSetInt(null, base + offset, word);
            Reference.reachabilityFence(memory);
            return old;
        }
        return (int) INT.getAndSet(memory, offset, word);
    }

    /**
     * Reads a word in no order with others.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @return the word
     */
    public static long getLongPlain(final ByteBuffer memory, final long base, final int offset) {
        if (IS_UNSAFE) {
            final long word = UnsafeMemory.UNSAFE.getLong(null, base + offset);
            Reference.reachabilityFence(memory);
            return word;
        }
        return (long) LONG.get(memory, offset);
    }

    /**
     * Reads a word with opaque semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @return the word
     */
    public static long getLongOpaque(final ByteBuffer memory, final long base, final int offset) {
        if (IS_UNSAFE) {
            final long word = UnsafeMemory.UNSAFE.getLongVolatile(null, base + offset);
            Reference.reachabilityFence(memory);
            return word;
        }
        return (long) LONG.getOpaque(memory, offset);
    }

    /**
     * Reads a word with acquire semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @return the word
     */
    public static long getLongAcquire(final ByteBuffer memory, final long base, final int offset) {
        if (IS_UNSAFE) {
            final long word = UnsafeMemory.UNSAFE.getLongVolatile(null, base + offset);
            Reference.reachabilityFence(memory);
            return word;
        }
        return (long) LONG.getAcquire(memory, offset);
    }

    /**
     * Reads a word with volatile semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @return the word
     */
    public static long getLongVolatile(final ByteBuffer memory, final long base, final int offset) {
        if (IS_UNSAFE) {
            final long word = UnsafeMemory.UNSAFE.getLongVolatile(null, base + offset);
            Reference.reachabilityFence(memory);
            return word;
        }
        return (long) LONG.getVolatile(memory, offset);
    }

    /**
     * Writes a word with opaque semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     */
    public static void setLongOpaque(final ByteBuffer memory, final long base, final int offset, final long word) {
        if (IS_UNSAFE) {
            UnsafeMemory.UNSAFE.putOrderedLong(null, base + offset, word);
            Reference.reachabilityFence(memory);
        }
        else {
            LONG.setOpaque(memory, offset, word);
        }
    }

    /**
     * Writes a word with release semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     */
    public static void setLongRelease(final ByteBuffer memory, final long base, final int offset, final long word) {
        if (IS_UNSAFE) {
            UnsafeMemory.UNSAFE.putOrderedLong(null, base + offset, word);
            Reference.reachabilityFence(memory);
        }
        else {
            LONG.setRelease(memory, offset, word);
        }
    }

    /**
     * Writes a word with volatile semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     */
    public static void setLongVolatile(final ByteBuffer memory, final long base, final int offset, final long word) {
        if (IS_UNSAFE) {
            UnsafeMemory.UNSAFE.putLongVolatile(null, base + offset, word);
            Reference.reachabilityFence(memory);
        }
        else {
            LONG.setVolatile(memory, offset, word);
        }
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param old    what must be there
     * @param word   the new one
     * @return false if another one was there
     */
    public static boolean compareAndSetLong(
        final ByteBuffer memory, final long base, final int offset, final long old, final long word) {
        if (IS_UNSAFE) {
            final boolean isSet = UnsafeMemory.UNSAFE.compareAndSwapLong(null, base + offset, old, word);
            Reference.reachabilityFence(memory);
            return isSet;
        }
        return LONG.compareAndSet(memory, offset, old, word);
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param old    what must be there
     * @param word   the new one
     * @return the word that was there: {@code old}, if it was replaced
     */
    public static long compareAndExchangeLong(
        final ByteBuffer memory, final long base, final int offset, final long old, final long word) {
        if (!IS_UNSAFE) {
            return (long) LONG.compareAndExchange(memory, offset, old, word);
        }
        long seen = old;
        while (seen == old && !compareAndSetLong(memory, base, offset, old, word)) {
            seen = getLongVolatile(memory, base, offset);
        }
        return seen;
    }

    /**
     * Replaces a word with volatile semantics, whatever it is.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param word   the new one
     * @return the word that was there
     */
    public static long getAndSetLong(final ByteBuffer memory, final long base, final int offset, final long word) {
        if (IS_UNSAFE) {
            final long old = UnsafeMemory.UNSAFE.getAndSetLong(null, base + offset, word);
            Reference.reachabilityFence(memory);
            return old;
        }
        return (long) LONG.getAndSet(memory, offset, word);
    }

    /**
     * Sets bits of a word with volatile semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param bits   those to be set
     * @return the word that was there
     */
    public static long getAndBitwiseOrLong(
        final ByteBuffer memory, final long base, final int offset, final long bits) {
        if (!IS_UNSAFE) {
            return (long) LONG.getAndBitwiseOr(memory, offset, bits);
        }
        long old = getLongVolatile(memory, base, offset);
        while (!compareAndSetLong(memory, base, offset, old, old | bits)) {
            old = getLongVolatile(memory, base, offset);
        }
        return old;
    }

    /**
     * Clears bits of a word with volatile semantics.
     *
     * @param memory what the word is in
     * @param base   its address
     * @param offset of the word, a multiple of its size
     * @param bits   those that stay
     * @return the word that was there
     */
    public static long getAndBitwiseAndLong(
        final ByteBuffer memory, final long base, final int offset, final long bits) {
        if (!IS_UNSAFE) {
            return (long) LONG.getAndBitwiseAnd(memory, offset, bits);
        }
        long old = getLongVolatile(memory, base, offset);
        while (!compareAndSetLong(memory, base, offset, old, old & bits)) {
            old = getLongVolatile(memory, base, offset);
        }
        return old;
    }
}
