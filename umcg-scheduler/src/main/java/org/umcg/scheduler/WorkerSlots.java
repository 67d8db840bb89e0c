// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which numbers of workers are free, and which threads have the others. Safe for any thread. To give a number
 * back allocates nothing: a thread may end because the heap is full.
 */
final class WorkerSlots {

    static final int NONE = -1;
    private static final Path THREADS = Path.of("/proc/self/task");

    private final FifoRunQueue free;
    private final AtomicReferenceArray<WorkerThread> threads;
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
        try {
            return worker == NONE && reap() ? free.poll() : worker;
        }
        catch (final OutOfMemoryError e) {
            return NONE;
        }
    }

    /** The thread has its number from here on. */
    void started(final WorkerThread thread) {
        threads.set(thread.worker(), thread);
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
     * Takes back the numbers of threads that have ended without a word, by pthread_exit in native code say:
     * the JVM does not know, the kernel does.
     *
     * @return true if there were any
     */
    boolean reap() {
        boolean found = false;
        for (int i = 0; i < threads.length(); i++) {
            final WorkerThread thread = threads.get(i);
            if (thread != null && !Files.exists(THREADS.resolve(Integer.toString(thread.tid())))
                && threads.compareAndSet(i, thread, null)) {
                release(i);
                found = true;
            }
        }
        return found;
    }
}
