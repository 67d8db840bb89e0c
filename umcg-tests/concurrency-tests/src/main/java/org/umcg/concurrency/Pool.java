// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskSlab;

/**
 * Off-heap memory for the states of a test, used again and again: far more pieces than jcstress has states at a time,
 * which are made while no actor runs.
 *
 * @param <T> what has the memory
 */
public final class Pool<T> {

    /** A power of two; run-in-vm asks for 512 states at a time. */
    private static final int SIZE = 2048;
    private static final UmcgTaskSlab TASKS = UmcgTaskSlab.allocate(SIZE * 4, Calls.CALLS);
    private static final AtomicInteger TASK_COUNT = new AtomicInteger();

    private final AtomicReferenceArray<T> pieces = new AtomicReferenceArray<>(SIZE);
    private final AtomicInteger count = new AtomicInteger();
    private final Supplier<T> maker;
    private final Consumer<T> cleaner;

    /** The maker makes a clean piece, the cleaner makes a used one as clean. */
    public Pool(final Supplier<T> maker, final Consumer<T> cleaner) {
        this.maker = maker;
        this.cleaner = cleaner;
    }

    /** A clean piece. */
    public T next() {
        final int index = count.getAndIncrement() & SIZE - 1;
        final T used = pieces.get(index);
        if (used != null) {
            cleaner.accept(used);
            return used;
        }
        final T fresh = maker.get();
        pieces.set(index, fresh);
        return fresh;
    }

    /** A struct umcg_task that is all 0; a state has up to four of them. */
    static UmcgTask nextTask() {
        final UmcgTask task = TASKS.task(TASK_COUNT.getAndIncrement() & 4 * SIZE - 1);
        task.clear();
        return task;
    }
}
