// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;
import static org.umcg.api.UmcgTaskDescriptor.NONE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.umcg.api.Clock;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.sentinel.JvmThreadState;

/**
 * A platform thread that is a worker while its target runs: it registers first, so that the target's
 * first step is one that a server has allowed, and unregisters last, whatever the target throws.
 *
 * <table>
 * <caption>Access to the fields</caption>
 * <tr><th>field</th><th>writer</th><th>mode</th><th>pairs with</th></tr>
 * <tr><td>hasPlace</td><td>the thread that starts it</td><td>plain</td><td>itself: Thread.start()</td></tr>
 * <tr><td>hasBegun, task</td><td>itself</td><td>plain</td><td>nothing</td></tr>
 * <tr><td>tid, worker</td><td>itself, once</td><td>volatile</td><td>hasEndedSilently(), isRunning()</td></tr>
 * <tr><td>isManaged</td><td>itself</td><td>volatile, after worker</td><td>metrics, hasEndedSilently()</td></tr>
 * </table>
 */
final class WorkerThread extends Thread implements WorkerSlots.Occupant {

    private static final Path THREADS = Path.of("/proc/self/task");

    private final ServerGroup group;
    /** Made by a worker, as a pool's successor of a thread that is about to end is. */
    private final boolean isByWorker;
    private boolean hasPlace;
    private boolean hasBegun;
    private UmcgTask task;
    private volatile boolean isManaged;
    private volatile int worker;
    private volatile int tid;

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
        tid = group.calls().gettid();
        if (!hasPlace && !enterLate()) {
            target.run();
            return;
        }
        try {
            worker = group.slots().acquire(this);
            group.runQueue().forget(worker);
            registerIfPossible();
            try {
                target.run();
            }
            finally {
                unregister();
            }
        }
        finally {
            group.workerEnded(worker);
        }
    }

    /** The JVM starts threads of a structured scope without {@link #start}. */
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

    /** By an exit in native code, say: the kernel drops such a worker, so only then the file system is asked. */
    @Override
    public boolean hasEndedSilently() {
        return (!isManaged || state() == NONE)
            && !Files.exists(THREADS.resolve(Integer.toString(tid)));
    }

    @Override
    public Thread thread() {
        return this;
    }

    @Override
    public boolean isManaged() {
        return isManaged;
    }

    @Override
    public boolean isRunning() {
        return isManaged && state() == RUNNING;
    }

    private int state() {
        return UmcgTaskDescriptor.state(group.memory().workerTask(worker).stateVolatile());
    }

    /** Whether a thread is a worker of these servers. */
    static boolean isOneOf(final ServerGroup group, final Thread thread) {
        return thread instanceof WorkerThread && ((WorkerThread) thread).group == group;
    }

    /** Runs something as a plain thread. */
    <T> T callUnmanaged(final Callable<T> body) throws Exception {
        if (!isManaged) {
            return body.call();
        }
        unregister();
        try {
            return body.call();
        }
        finally {
            registerIfPossible();
        }
    }

    /** The target runs in any case: something waits for the result of the task that it will run. */
    private void registerIfPossible() {
        try {
            register();
        }
        catch (final Throwable t) {
            group.workerUnmanaged(t);
        }
    }

    private void register() {
        group.memory().workerTidRelease(worker, tid);
        task = group.memory().workerTask(worker);
        task.clear();
        task.serverTidOpaque(group.serverTidFor(worker));
        task.idleServerTidPtrOpaque(group.idleServers().wordAddress());
        if (group.hasCriticalWord()) {
            final long address = JvmThreadState.address(this);
            group.memory().workerStateAddressRelease(worker, address);
            task.criticalMaskOpaque(JvmThreadState.criticalMask());
            task.criticalPtrOpaque(address);
        }
        group.counters().registers(worker);
        task.stateVolatile(BLOCKED);
        final int result =
            group.calls().ctl(CTL_REGISTER | CTL_WORKER, task.address(), SIZE, Clock.MONOTONIC.id());
        UmcgException.check(result, UmcgSystemCalls.CTL);
        isManaged = true;
    }

    private void unregister() {
        if (!isManaged) {
            return;
        }
        awaitServer();
        final int result =
            group.calls().ctl(CTL_UNREGISTER | CTL_WORKER, task.address(), SIZE, 0);
        UmcgException.check(result, UmcgSystemCalls.CTL);
        isManaged = false;
        group.memory().workerStateAddressRelease(worker, 0);
    }

    /**
     * The kernel releases listed workers when all servers are stuck for long. A released worker is still on its list,
     * and must not unregister there: the server that runs it after its next sleep has taken it off.
     */
    private void awaitServer() {
        while (UmcgTaskDescriptor.state(task.stateVolatile()) != RUNNING) {
            try {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            catch (final InterruptedException e) {
                interrupt();
                Thread.yield();
            }
        }
    }
}
