// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

/**
 * Which numbers of workers are free, and which threads have the others. Safe for any thread. To give a number
 * back allocates nothing: a thread may end because the heap is full.
 *
 * <p>Some threads never give theirs back. A pool drops those that it has made when it is shut down meanwhile,
 * or when they do not start for want of memory: nobody is told, they become garbage. Others end in native
 * code without a word.
 */
final class WorkerSlots {

    static final int NONE = -1;

    private final FifoRunQueue free;
    /** Weak: a thread that has started is reachable until it ends. */
    private final AtomicReferenceArray<WeakReference<WorkerThread>> threads;
    private final AtomicInteger used = new AtomicInteger();

    WorkerSlots(final int count) {
        threads = new AtomicReferenceArray<>(count);
        free = new FifoRunQueue(count);
        for (int i = 0; i < count; i++) {
            free.offer(i);
        }
    }

    /** A number for a thread that is being made, or NONE; either way, it counts until release. */
    int acquire() {
        used.incrementAndGet();
        final int worker = free.poll();
        if (worker != NONE) {
            return worker;
        }
        try {
            if (!reap() && hasUnstarted()) {
                System.gc();
                reap();
            }
            return free.poll();
        }
        catch (final OutOfMemoryError e) {
            return NONE;
        }
    }

    /** The thread that a number was for. */
    void made(final WorkerThread thread) {
        threads.set(thread.worker(), new WeakReference<>(thread));
    }

    /** Gives back what acquire gave, be it none; true if no number is used any more. */
    boolean release(final int worker) {
        if (worker != NONE) {
            threads.set(worker, null);
            free.offer(worker);
        }
        return used.decrementAndGet() == 0;
    }

    boolean isUnused() {
        return used.get() == 0;
    }

    /**
     * Takes back the numbers of threads that have become garbage, or have ended without a word.
     *
     * @return true if there were any
     */
    boolean reap() {
        return reap(WorkerSlots::isLost);
    }

    /** Takes back those of threads, too, that have not been started; if they are, they will be no workers. */
    boolean reapAtClose() {
        return reap(thread -> isLost(thread) || thread.discard());
    }

    private static boolean isLost(final WorkerThread thread) {
        return thread == null || thread.hasEndedSilently();
    }

    private boolean reap(final Predicate<WorkerThread> isToBeTaken) {
        boolean found = false;
        for (int i = 0; i < threads.length(); i++) {
            final WeakReference<WorkerThread> thread = threads.get(i);
            if (thread != null && isToBeTaken.test(thread.get()) && threads.compareAndSet(i, thread, null)) {
                release(i);
                found = true;
            }
        }
        return found;
    }

    private boolean hasUnstarted() {
        for (int i = 0; i < threads.length(); i++) {
            final WeakReference<WorkerThread> reference = threads.get(i);
            final WorkerThread thread = reference == null ? null : reference.get();
            if (thread != null && thread.getState() == Thread.State.NEW) {
                return true;
            }
        }
        return false;
    }
}
