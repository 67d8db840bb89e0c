// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.umcg.memory.OffHeap;

/**
 * 32-bit words that the kernel or native code shares, each in a cache line of its own: what
 * idle_server_tid_ptr and critical_ptr point to.
 *
 * <p>Safe for any thread; the access mode is in the method's name. No method allocates, except
 * {@link #allocate}. The memory lives as long as this object is reachable.
 */
public final class OffHeapWords {

    private static final int CACHE_LINE = 64;

    /** Keeps the memory. */
    private final ByteBuffer memory;
    private final long words;
    private final long baseAddress;
    private final int length;

    private OffHeapWords(final ByteBuffer memory, final long baseAddress, final int length) {
        this.memory = memory;
        words = OffHeap.addressOf(memory);
        this.baseAddress = baseAddress;
        this.length = length;
    }

    /**
     * Allocates words in pages of their own, all 0.
     *
     * @param length      the number of words, at least 1
     * @param systemCalls tells the address of the memory
     * @return that many words
     * @throws IllegalArgumentException if the length is not positive or too large
     */
    public static OffHeapWords allocate(final int length, final UmcgSystemCalls systemCalls) {
        final ByteBuffer memory = AlignedMemory.allocate(length, CACHE_LINE);
        return new OffHeapWords(memory, systemCalls.addressOf(memory), length);
    }

    /**
     * The number of words.
     *
     * @return at least 1
     */
    public int length() {
        return length;
    }

    /**
     * Where a word is.
     *
     * @param index from 0 to the length, exclusive
     * @return an address aligned to 64 bytes
     * @throws IndexOutOfBoundsException for another index
     */
    public long addressOf(final int index) {
        return baseAddress + offset(index);
    }

    /**
     * Reads a word with acquire semantics.
     *
     * @param index from 0 to the length, exclusive
     * @return its value
     * @throws IndexOutOfBoundsException for another index
     */
    public int getAcquire(final int index) {
        return OffHeap.getIntVolatile(this, at(index));
    }

    /**
     * Reads a word with volatile semantics.
     *
     * @param index from 0 to the length, exclusive
     * @return its value
     * @throws IndexOutOfBoundsException for another index
     */
    public int getVolatile(final int index) {
        return OffHeap.getIntVolatile(this, at(index));
    }

    /**
     * Writes a word with release semantics.
     *
     * @param index from 0 to the length, exclusive
     * @param value the new value
     * @throws IndexOutOfBoundsException for another index
     */
    public void setRelease(final int index, final int value) {
        OffHeap.setIntRelease(this, at(index), value);
    }

    /**
     * Writes a word with volatile semantics.
     *
     * @param index from 0 to the length, exclusive
     * @param value the new value
     * @throws IndexOutOfBoundsException for another index
     */
    public void setVolatile(final int index, final int value) {
        OffHeap.setIntVolatile(this, at(index), value);
    }

    /**
     * Replaces a word with volatile semantics if it is as expected.
     *
     * @param index    from 0 to the length, exclusive
     * @param expected the value that must be there
     * @param update   the new value
     * @return false if another value was there
     * @throws IndexOutOfBoundsException for another index
     */
    public boolean compareAndSet(final int index, final int expected, final int update) {
        return OffHeap.compareAndSetInt(this, at(index), expected, update);
    }

    /**
     * Replaces a word with volatile semantics, whatever it is.
     *
     * @param index from 0 to the length, exclusive
     * @param value the new value
     * @return the value that was there
     * @throws IndexOutOfBoundsException for another index
     */
    public int getAndSet(final int index, final int value) {
        return OffHeap.getAndSetInt(this, at(index), value);
    }

    private long at(final int index) {
        return words + offset(index);
    }

    private int offset(final int index) {
        return Objects.checkIndex(index, length) * CACHE_LINE;
    }
}
