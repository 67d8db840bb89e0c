// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.RejectedExecutionException;

/**
 * A platform thread that is a worker while its target runs: it registers first, so that the target's
 * first step is one that a server has allowed, and unregisters last, whatever the target throws.
 *
 * <table>
 * <caption>Access to the fields</caption>
 * <tr><th>field</th><th>writer</th><th>mode</th><th>pairs with</th></tr>
 * <tr><td>hasPlace</td><td>the thread that starts it</td><td>plain</td><td>itself: Thread.start()</td></tr>
 * <tr><td>hasBegun</td><td>itself</td><td>plain</td><td>nothing</td></tr>
 * </table>
 */
final class WorkerThread extends Thread {

    private final ServerGroup group;
    /** Made by a worker, as a pool's successor of a thread that is about to end is. */
    private final boolean isByWorker;
    private boolean hasPlace;
    private boolean hasBegun;

    WorkerThread(
        final ServerGroup group,
        final ThreadSettings settings,
        final Runnable target,
        final String name,
        final boolean isByWorker) {
        super(settings.group(), () -> runInWorker(target), name, settings.stackSize());
        this.group = group;
        this.isByWorker = isByWorker;
    }

    /**
     * Starts the thread, if there is a place for it.
     *
     * @throws java.util.concurrent.RejectedExecutionException if there is none, with what to do
     */
    @Override
    public synchronized void start() {
        if (getState() != State.NEW) {
            throw new IllegalThreadStateException();
        }
        group.enterWorker(isByWorker);
        hasPlace = true;
        group.newcomers().remove(this);
        try {
            super.start();
        }
        catch (final Throwable t) {
            hasPlace = false;
            group.leaveWorker();
            throw t;
        }
    }

    /** The thread's own target. {@link Thread#run} is not overridden: scoped values depend on what it is. */
    private static void runInWorker(final Runnable target) {
        final Thread caller = Thread.currentThread();
        if (caller instanceof WorkerThread && !((WorkerThread) caller).hasBegun) {
            ((WorkerThread) caller).runAsWorker(target);
        }
        else {
            target.run();
        }
    }

    private void runAsWorker(final Runnable target) {
        hasBegun = true;
        final boolean isWorker = hasPlace || enterLate();
        group.newcomers().remove(this);
        if (isWorker) {
            Worker.runOrRunUnmanaged(group, target);
        }
        else {
            target.run();
        }
    }

    /** The JDK starts threads of pools, from JDK 19 on, and of a structured scope without {@link #start}. */
    private boolean enterLate() {
        try {
            group.enterWorker(isByWorker);
            return true;
        }
        catch (final RejectedExecutionException e) {
            group.workerUnmanaged(e);
            return false;
        }
    }
}
