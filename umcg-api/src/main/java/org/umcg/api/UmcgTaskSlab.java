// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tasks side by side in one piece of off-heap memory: the addresses in the kernel's lists become
 * indices, checked, and indices become flyweights.
 *
 * <p>Immutable, so safe for any thread; no method allocates, except {@link #allocate}. The memory
 * lives as long as the slab or one of its tasks is reachable: unregister all tasks before that ends.
 */
public final class UmcgTaskSlab {

    private final UmcgTask[] tasks;
    private final long baseAddress;

    private UmcgTaskSlab(final ByteBuffer memory, final long baseAddress, final int capacity) {
        this.baseAddress = baseAddress;
        tasks = new UmcgTask[capacity];
        for (int i = 0; i < capacity; i++) {
            final ByteBuffer struct = memory.slice(i * SIZE, SIZE).order(ByteOrder.nativeOrder());
            tasks[i] = new UmcgTask(struct, addressOf(i));
        }
    }

    /**
     * Allocates tasks in pages of their own, with all fields 0.
     *
     * @param capacity    the number of tasks, at least 1
     * @param systemCalls who tells the address of the memory
     * @return a slab of that many tasks
     * @throws IllegalArgumentException if the capacity is not positive or too large
     */
    public static UmcgTaskSlab allocate(final int capacity, final UmcgSystemCalls systemCalls) {
        final ByteBuffer memory = AlignedMemory.allocate(capacity, SIZE);
        return new UmcgTaskSlab(memory, systemCalls.addressOf(memory), capacity);
    }

    /**
     * The number of tasks.
     *
     * @return at least 1
     */
    public int capacity() {
        return tasks.length;
    }

    /**
     * The flyweight of a slot, always the same one.
     *
     * @param index from 0 to the capacity, exclusive
     * @return the task
     * @throws IndexOutOfBoundsException for another index
     */
    public UmcgTask task(final int index) {
        return tasks[index];
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
        final boolean isOurs = offset >= 0 && offset < (long) tasks.length * SIZE && offset % SIZE == 0;
        return isOurs ? (int) (offset / SIZE) : -1;
    }
}
