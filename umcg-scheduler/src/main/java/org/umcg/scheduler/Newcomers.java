// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The threads that were made for a scheduler and have not asked for a place yet.
 *
 * <p>A thread asks when it is started, so that a scheduler that closes waits for it. But from JDK 19 on pools start
 * their threads without {@link Thread#start}, and these can ask only when they run. Until then a scheduler would find
 * nobody there, and be done before what was submitted to it has begun. So it waits for those that are alive before
 * it closes; and a worker does before it gives its place back, which may be the last one, as a thread of a pool that
 * ends may have made its successor.
 *
 * <p>Safe for any thread. A thread that is never started is forgotten with its last reference.
 */
final class Newcomers {

    private final Set<Thread> threads = Collections.newSetFromMap(new WeakHashMap<>());

    synchronized void add(final Thread thread) {
        threads.add(thread);
    }

    /** It has a place, or has been refused one. */
    synchronized void remove(final Thread thread) {
        threads.remove(thread);
    }

    /** Waits until those that have been started have asked; an interrupt stays, and ends nothing. */
    void await() {
        boolean wasInterrupted = false;
        for (final Thread thread : all()) {
            while (thread.isAlive() && isOneOf(thread)) {
                try {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
                catch (final InterruptedException e) {
                    wasInterrupted = true;
                }
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isOneOf(final Thread thread) {
        return threads.contains(thread);
    }

    private synchronized List<Thread> all() {
        return new ArrayList<>(threads);
    }
}
