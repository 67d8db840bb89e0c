// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutorService;

/**
 * The executors that a scheduler shuts down when it is closed. An executor that has terminated, or that no part of the
 * program can reach, is not kept. Safe for any thread: its lock guards both fields.
 */
final class ExecutorRegistry {

    /** Weak: an executor that has threads is reachable from them. */
    private final Set<ExecutorService> executors = Collections.newSetFromMap(new WeakHashMap<>());
    private boolean isShutDown;

    synchronized void add(final ExecutorService executor) {
        if (isShutDown) {
            throw new IllegalStateException("the scheduler is closed");
        }
        executors.add(executor);
    }

    synchronized void remove(final ExecutorService executor) {
        executors.remove(executor);
    }

    synchronized int size() {
        return executors.size();
    }

    void shutdown() {
        shutDownAll().forEach(ExecutorService::shutdown);
    }

    /** Tasks that have not begun. */
    List<Runnable> shutdownNow() {
        final List<Runnable> tasks = new ArrayList<>();
        shutDownAll().forEach(executor -> tasks.addAll(executor.shutdownNow()));
        return tasks;
    }

    /** For use without the lock: an executor that is shut down may remove itself. */
    private synchronized List<ExecutorService> shutDownAll() {
        isShutDown = true;
        return new ArrayList<>(executors);
    }
}
