// SPDX-License-Identifier: Apache-2.0

package org.umcg.memory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle.AccessMode;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * Words of off-heap memory by address: a few instructions each, where a view of a {@link ByteBuffer} takes about
 * twenty. Nothing is checked: the caller has seen to it that the address lies in memory of its own, and is a multiple
 * of the word's size.
 *
 * <p>{@code owner} is an object that keeps the memory from being freed until the access is over. Any thread may call
 * these methods. None allocates or blocks, once each has been called.
 */
public final class OffHeap {

    private static final MethodHandle INT_GET_VOLATILE = WordAccess.ints(AccessMode.GET_VOLATILE);
    private static final MethodHandle INT_SET_RELEASE = WordAccess.ints(AccessMode.SET_RELEASE);
    private static final MethodHandle INT_SET_VOLATILE = WordAccess.ints(AccessMode.SET_VOLATILE);
    private static final MethodHandle INT_GET_AND_SET = WordAccess.ints(AccessMode.GET_AND_SET);
    private static final MethodHandle INT_COMPARE_AND_SET = WordAccess.ints(AccessMode.COMPARE_AND_SET);
    private static final MethodHandle LONG_GET_VOLATILE = WordAccess.longs(AccessMode.GET_VOLATILE);
    private static final MethodHandle LONG_SET_RELEASE = WordAccess.longs(AccessMode.SET_RELEASE);
    private static final MethodHandle LONG_SET_VOLATILE = WordAccess.longs(AccessMode.SET_VOLATILE);
    private static final MethodHandle LONG_GET_AND_SET = WordAccess.longs(AccessMode.GET_AND_SET);
    private static final MethodHandle LONG_COMPARE_AND_SET = WordAccess.longs(AccessMode.COMPARE_AND_SET);

    private OffHeap() {
    }

    /**
     * Where the memory of a buffer is.
     *
     * @param buffer a direct buffer
     * @return the address of its byte 0
     */
    public static long addressOf(final ByteBuffer buffer) {
        return WordAccess.addressOf(buffer);
    }

    /**
     * Reads a word with volatile semantics.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @return the word
     */
    public static int getIntVolatile(final Object owner, final long address) {
        try {
            return (int) INT_GET_VOLATILE.invokeExact(address);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Writes a word with release semantics.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param word    the new one
     */
    public static void setIntRelease(final Object owner, final long address, final int word) {
        try {
            INT_SET_RELEASE.invokeExact(address, word);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Writes a word with volatile semantics.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param word    the new one
     */
    public static void setIntVolatile(final Object owner, final long address, final int word) {
        try {
            INT_SET_VOLATILE.invokeExact(address, word);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param expected what must be there
     * @param update  the new word
     * @return false if another one was there
     */
    public static boolean compareAndSetInt(
        final Object owner, final long address, final int expected, final int update) {
        try {
            return (boolean) INT_COMPARE_AND_SET.invokeExact(address, expected, update);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param expected what must be there
     * @param update  the new word
     * @return the word that was there: as expected, if it was replaced
     */
    public static int compareAndExchangeInt(
        final Object owner, final long address, final int expected, final int update) {
        int seen = expected;
        while (seen == expected && !compareAndSetInt(owner, address, expected, update)) {
            seen = getIntVolatile(owner, address);
        }
        return seen;
    }

    /**
     * Replaces a word with volatile semantics, whatever it is.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param word    the new one
     * @return the word that was there
     */
    public static int getAndSetInt(final Object owner, final long address, final int word) {
        try {
            return (int) INT_GET_AND_SET.invokeExact(address, word);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Reads a word with volatile semantics.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @return the word
     */
    public static long getLongVolatile(final Object owner, final long address) {
        try {
            return (long) LONG_GET_VOLATILE.invokeExact(address);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Writes a word with release semantics.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param word    the new one
     */
    public static void setLongRelease(final Object owner, final long address, final long word) {
        try {
            LONG_SET_RELEASE.invokeExact(address, word);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Writes a word with volatile semantics.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param word    the new one
     */
    public static void setLongVolatile(final Object owner, final long address, final long word) {
        try {
            LONG_SET_VOLATILE.invokeExact(address, word);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param expected what must be there
     * @param update  the new word
     * @return false if another one was there
     */
    public static boolean compareAndSetLong(
        final Object owner, final long address, final long expected, final long update) {
        try {
            return (boolean) LONG_COMPARE_AND_SET.invokeExact(address, expected, update);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param expected what must be there
     * @param update  the new word
     * @return the word that was there: as expected, if it was replaced
     */
    public static long compareAndExchangeLong(
        final Object owner, final long address, final long expected, final long update) {
        long seen = expected;
        while (seen == expected && !compareAndSetLong(owner, address, expected, update)) {
            seen = getLongVolatile(owner, address);
        }
        return seen;
    }

    /**
     * Replaces a word with volatile semantics, whatever it is.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param word    the new one
     * @return the word that was there
     */
    public static long getAndSetLong(final Object owner, final long address, final long word) {
        try {
            return (long) LONG_GET_AND_SET.invokeExact(address, word);
        }
        catch (final Throwable t) {
            throw failure(t);
        }
        finally {
            Reference.reachabilityFence(owner);
        }
    }

    /**
     * Sets bits of a word with volatile semantics.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param bits    those to be set
     * @return the word that was there
     */
    public static long getAndBitwiseOrLong(final Object owner, final long address, final long bits) {
        long old = getLongVolatile(owner, address);
        while (!compareAndSetLong(owner, address, old, old | bits)) {
            old = getLongVolatile(owner, address);
        }
        return old;
    }

    /**
     * Clears bits of a word with volatile semantics.
     *
     * @param owner   keeps the memory
     * @param address of the word
     * @param bits    those that stay
     * @return the word that was there
     */
    public static long getAndBitwiseAndLong(final Object owner, final long address, final long bits) {
        long old = getLongVolatile(owner, address);
        while (!compareAndSetLong(owner, address, old, old & bits)) {
            old = getLongVolatile(owner, address);
        }
        return old;
    }

    private static IllegalStateException failure(final Throwable cause) {
        return new IllegalStateException("off-heap memory cannot be accessed: " + cause.getMessage(), cause);
    }
}
