// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Which numbers of workers are free, and which threads have the others. Safe for any thread. */
final class WorkerSlots {

    private static final Path THREADS = Path.of("/proc/self/task");

    private final ConcurrentLinkedQueue<Integer> free = new ConcurrentLinkedQueue<>();
    private final AtomicReferenceArray<WorkerThread> threads;
    private final AtomicInteger used = new AtomicInteger();

    WorkerSlots(final int count) {
        threads = new AtomicReferenceArray<>(count);
        for (int i = 0; i < count; i++) {
            free.add(i);
        }
    }

    /** A number for a thread that is being made, or null; either way, it counts until release. */
    Integer acquire() {
        used.incrementAndGet();
        final Integer worker = free.poll();
        if (worker == null && reap()) {
            return free.poll();
        }
        return worker;
    }

    /** The thread has its number from here on. */
    void started(final WorkerThread thread) {
        threads.set(thread.worker(), thread);
    }

    /** Gives a number back; true if none is used any more. */
    boolean release(final int worker) {
        threads.set(worker, null);
        free.add(worker);
        return releaseNone();
    }

    /** After an acquire that gave none. */
    boolean releaseNone() {
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
