// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.umcg.sentinel.SchedulerMemory;

/**
 * How many threads of a scheduler there are, and which number, its slot, each has. Safe for any thread: all fields are
 * changed by volatile read-modify-write, threads[i] by the owner of number i, and by reap() once that has ended.
 * release() and leave() allocate nothing: a thread may end because the heap is full.
 *
 * <p>A thread has a place from its start, or from its first step where the JVM starts it by other means, to its
 * end; one that is never started has none. From its first step on it has a number, too: the lowest that is free,
 * so that what is looked at for all numbers up to the highest stays short.
 *
 * <pre>
 *  places: how many, how many of them are ENDING, and CLOSING
 *    n             enter: n + 1, up to the limit          leave: n - 1
 *    CLOSING | n   enter: only for those that workers     leave: CLOSING | n - 1
 *                  make, and only while n is not 0
 *    CLOSING | 0   for ever
 * </pre>
 *
 * <p>A pool counts a thread no longer whose task has failed, while that thread still ends, and may want another one at
 * once: so such a thread is ENDING, and a place beyond the limit is there for as long.
 *
 * <p>A thread that ends in native code without a word gives nothing back: reap() takes it.
 */
final class WorkerSlots {

    private static final long CLOSING = Long.MIN_VALUE;
    private static final long ENDING = 1L << 32;
    private static final long COUNT = ENDING - 1;

    private final SchedulerMemory memory;
    private final int limit;
    private final AtomicLong places = new AtomicLong();
    /** A bit for each number; those beyond the last one are set. */
    private final AtomicLongArray taken;
    private final AtomicReferenceArray<Occupant> threads;

    /** As many numbers as the memory has room for; beyond the limit they are for threads that workers make. */
    WorkerSlots(final SchedulerMemory memory, final int limit) {
        this.memory = memory;
        this.limit = limit;
        final int count = memory.workers();
        threads = new AtomicReferenceArray<>(count);
        taken = new AtomicLongArray((count + Long.SIZE - 1) / Long.SIZE);
        if (count % Long.SIZE != 0) {
            taken.set(taken.length() - 1, -1L << count);
        }
    }

    /** Whether a thread that is started now would find a place, after those of silent ones have been taken back. */
    boolean isOpenTo(final boolean byWorker) {
        return mayEnter(places.get(), byWorker)
            || !isClosing() && !reap() && mayEnter(places.get(), byWorker);
    }

    /** A place for a thread; false if there is none. */
    boolean enter(final boolean byWorker) {
        while (isOpenTo(byWorker)) {
            final long old = places.get();
            if (mayEnter(old, byWorker) && places.compareAndSet(old, old + 1)) {
                return true;
            }
        }
        return false;
    }

    private boolean mayEnter(final long old, final boolean byWorker) {
        final long count = old & COUNT;
        final long ending = (old & ~CLOSING) / ENDING;
        return count < (byWorker ? threads.length() : Math.min(threads.length(), limit + ending))
            && (old >= 0 || byWorker && count != 0);
    }

    /** A thread that has a place is about to end, and its pool does not count it any more. */
    void noteEnding() {
        places.addAndGet(ENDING);
    }

    /** Gives a place back; true if that was the last one, for ever. */
    boolean leave() {
        return places.decrementAndGet() == CLOSING;
    }

    /** From now on only workers make threads that find a place. */
    void close() {
        places.getAndUpdate(old -> old | CLOSING);
    }

    boolean isClosing() {
        return places.get() < 0;
    }

    /** Closed, and no thread is left. */
    boolean isDone() {
        return places.get() == CLOSING;
    }

    /** A number for a thread that has a place: the lowest that is free. */
    int acquire(final Occupant thread) {
        while (true) {
            for (int i = 0; i < taken.length(); i++) {
                final long word = taken.get(i);
                final int bit = Long.numberOfTrailingZeros(~word);
                if (bit != Long.SIZE && taken.compareAndSet(i, word, word | 1L << bit)) {
                    final int worker = i * Long.SIZE + bit;
                    memory.noteWorkerVolatile(worker);
                    threads.set(worker, thread);
                    return worker;
                }
            }
        }
    }

    void release(final int worker) {
        threads.set(worker, null);
        free(worker);
    }

    private void free(final int worker) {
        final int i = worker / Long.SIZE;
        long word = taken.get(i);
        while (!taken.compareAndSet(i, word, word & ~(1L << worker))) {
            word = taken.get(i);
        }
    }

    /** Gives the place of a thread that has, or had, a number back; true if that was the last one, for ever. */
    boolean leave(final Occupant thread) {
        return places.addAndGet(thread.isEnding() ? -ENDING - 1 : -1) == CLOSING;
    }

    /** All threads that have a number. */
    void forEach(final Consumer<Occupant> action) {
        for (int i = memory.usedVolatile() - 1; i >= 0; i--) {
            final Occupant thread = threads.get(i);
            if (thread != null) {
                action.accept(thread);
            }
        }
    }

    /** How many of them are so. */
    int count(final Predicate<Occupant> condition) {
        final int[] count = new int[1];
        forEach(thread -> count[0] += condition.test(thread) ? 1 : 0);
        return count[0];
    }

    /**
     * Takes back what threads had that have ended without a word.
     *
     * @return true if no thread is left, for ever
     */
    boolean reap() {
        for (int i = memory.usedVolatile() - 1; i >= 0; i--) {
            final Occupant thread = threads.get(i);
            if (thread != null && thread.hasEndedSilently() && threads.compareAndSet(i, thread, null)) {
                free(i);
                leave(thread);
            }
        }
        return isDone();
    }

    /** A thread that has a number here, as other threads see it. Safe for any thread. */
    interface Occupant {

        Thread thread();

        /** Registered with the kernel, as far as the JVM knows. */
        boolean isManaged();

        /** RUNNING to the kernel. */
        boolean isRunning();

        /** It was noted as ending. */
        boolean isEnding();

        /** No thread any more, though the JVM does not know. */
        boolean hasEndedSilently();
    }
}
