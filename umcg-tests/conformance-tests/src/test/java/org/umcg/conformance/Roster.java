// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/** Keeps the threads that a factory has made, until they have ended. Safe for any thread. */
final class Roster implements ThreadFactory {

    private final ThreadFactory factory;
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();

    Roster(final ThreadFactory factory) {
        this.factory = factory;
    }

    @Override
    public Thread newThread(final Runnable target) {
        final Thread thread = factory.newThread(target);
        if (thread != null) {
            made.add(thread);
        }
        return thread;
    }

    /** How many are between their start and their end. */
    long alive() {
        made.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        return made.stream().filter(Thread::isAlive).count();
    }

    void interruptAll() {
        made.forEach(Thread::interrupt);
    }
}
