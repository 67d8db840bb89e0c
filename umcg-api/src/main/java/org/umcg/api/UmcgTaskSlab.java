// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Tasks side by side in one piece of off-heap memory: the addresses in the kernel's lists become
 * indices, checked, and indices become flyweights.
 *
 * <p>Safe for any thread; no method allocates, except {@link #allocate} and the first {@link #task} of a slot.
 * The memory lives as long as the slab or one of its tasks is reachable: unregister all tasks before that ends.
 *
 * <p>tasks: opaque, null until a slot is used for the first time. Two threads that are first may make two
 * flyweights of one slot, which are the same to everybody.
 */
public final class UmcgTaskSlab {

    private static final int SHIFT = Integer.numberOfTrailingZeros(SIZE);

    private final ByteBuffer memory;
    private final AtomicReferenceArray<UmcgTask> tasks;
    private final long baseAddress;
    private final long bytes;

    private UmcgTaskSlab(final ByteBuffer memory, final long baseAddress, final int capacity) {
        this.memory = memory;
        this.baseAddress = baseAddress;
        bytes = (long) capacity * SIZE;
        tasks = new AtomicReferenceArray<>(capacity);
    }

    /**
     * Allocates tasks in pages of their own, with all fields 0.
     *
     * @param capacity    the number of tasks, at least 1
     * @param systemCalls tells the address of the memory
     * @return a slab of that many tasks
     * @throws IllegalArgumentException if the capacity is not positive or too large
     */
    public static UmcgTaskSlab allocate(final int capacity, final UmcgSystemCalls systemCalls) {
        final ByteBuffer memory = AlignedMemory.allocate(capacity, SIZE);
        return new UmcgTaskSlab(memory, systemCalls.addressOf(memory), capacity);
    }

    /**
     * Tasks in memory of the caller's, which stays reachable as long as the slab is.
     *
     * @param memory      direct, private and anonymous, all 0, that starts at a page and is a whole number of tasks
     * @param systemCalls tells the address of the memory
     * @return a slab of as many tasks as there is room for
     * @throws IllegalArgumentException if the memory starts at no multiple of a task's size
     */
    public static UmcgTaskSlab in(final ByteBuffer memory, final UmcgSystemCalls systemCalls) {
        final long address = systemCalls.addressOf(memory);
        if (address % SIZE != 0) {
            throw new IllegalArgumentException("not aligned: " + address);
        }
        return new UmcgTaskSlab(memory, address, memory.capacity() / SIZE);
    }

    /**
     * The number of tasks.
     *
     * @return at least 1
     */
    public int capacity() {
        return tasks.length();
    }

    /**
     * The flyweight of a slot.
     *
     * @param index from 0 to the capacity, exclusive
     * @return the task
     * @throws IndexOutOfBoundsException for another index
     */
    public UmcgTask task(final int index) {
        final UmcgTask task = tasks.getOpaque(index);
        return task != null ? task : make(index);
    }

    /**
     * Where the task of a slot is, or would be: the index is not checked.
     *
     * @param index from 0 to the capacity, exclusive
     * @return an address aligned to 128 bytes
     */
    public long addressOf(final int index) {
        return baseAddress + (long) index * SIZE;
    }

    /**
     * The slot of an address that came from a list.
     *
     * @param kernelAddress any value
     * @return an index, or -1 if no task of this slab starts there
     */
    public int indexOf(final long kernelAddress) {
        final long offset = kernelAddress - baseAddress;
        final boolean isOurs = offset >= 0 && offset < bytes && (offset & SIZE - 1) == 0;
        return isOurs ? (int) (offset >>> SHIFT) : -1;
    }

    private UmcgTask make(final int index) {
        final ByteBuffer struct = memory.slice(index * SIZE, SIZE).order(ByteOrder.nativeOrder());
        final UmcgTask task = new UmcgTask(struct, addressOf(index));
        tasks.setOpaque(index, task);
        return task;
    }
}
