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
import java.util.concurrent.TimeUnit;
import org.umcg.api.Clock;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.sentinel.JvmThreadState;

/**
 * What makes a platform thread a worker while a body runs: it registers first, so that the body's first step is
 * one that a server has allowed, and unregisters last, whatever the body throws.
 *
 * <table>
 * <caption>Access to the fields</caption>
 * <tr><th>field</th><th>writer</th><th>mode</th><th>pairs with</th></tr>
 * <tr><td>task</td><td>its thread</td><td>plain</td><td>nothing</td></tr>
 * <tr><td>number</td><td>its thread, once</td><td>volatile</td><td>hasEndedSilently(), isRunning()</td></tr>
 * <tr><td>isEnding</td><td>its thread, once</td><td>volatile</td><td>reap() of other threads</td></tr>
 * <tr><td>isManaged</td><td>its thread</td><td>volatile, after number</td><td>metrics, hasEndedSilently()</td></tr>
 * </table>
 */
final class Worker implements WorkerSlots.Occupant {

    private static final Path THREADS = Path.of("/proc/self/task");
    private static final ThreadLocal<Worker> CURRENT = new ThreadLocal<>();

    private final ServerGroup group;
    private final Thread thread = Thread.currentThread();
    private final int tid;
    private UmcgTask task;
    private volatile boolean isManaged;
    private volatile boolean isEnding;
    private volatile int number;

    private Worker(final ServerGroup group) {
        this.group = group;
        tid = group.calls().gettid();
    }

    /** Whether the calling thread is a worker of these servers, or is one again after what it does unmanaged. */
    static boolean isOneOf(final ServerGroup group) {
        final Worker current = CURRENT.get();
        return current != null && current.group == group;
    }

    /** The calling thread, if it is a worker, ends soon: its pool makes room for another one. */
    static void noteEnding() {
        final Worker current = CURRENT.get();
        if (current != null && !current.isEnding) {
            current.isEnding = true;
            current.group.slots().noteEnding();
        }
    }

    /**
     * Runs something in a worker. The calling thread has a place, and gives it back.
     *
     * @param body runs as a plain thread if the thread cannot become a worker: something waits for what it does
     */
    static void runOrRunUnmanaged(final ServerGroup group, final Runnable body) {
        final Worker worker;
        try {
            worker = newcomer(group);
        }
        catch (final Throwable t) {
            group.workerUnmanaged(t);
            body.run();
            return;
        }
        worker.run(body, false);
    }

    /** See {@link UmcgScheduler#runManaged}. */
    static void runManaged(final ServerGroup group, final Runnable body) {
        final Worker current = CURRENT.get();
        if (current == null || !current.isManaged && current.group != group) {
            group.enterWorker(false);
            newcomer(group).run(body, true);
        }
        else if (current.group != group) {
            throw new IllegalStateException("this thread is a worker of another scheduler;"
                + " UmcgScheduler.callUnmanaged() makes it a plain thread for as long as its body takes");
        }
        else if (current.isManaged) {
            body.run();
        }
        else {
            current.runRegistered(body, true);
        }
    }

    private static Worker newcomer(final ServerGroup group) {
        try {
            return new Worker(group);
        }
        catch (final Throwable t) {
            group.leaveWorker();
            throw t;
        }
    }

    /** See {@link UmcgScheduler#callUnmanaged}. */
    static <T> T callUnmanaged(final Callable<T> body) throws Exception {
        final Worker current = CURRENT.get();
        if (current == null || !current.isManaged) {
            return body.call();
        }
        current.unregister();
        try {
            return body.call();
        }
        finally {
            current.registerIfPossible();
        }
    }

    private void run(final Runnable body, final boolean mustRegister) {
        final Worker previous = CURRENT.get();
        number = group.slots().acquire(this);
        try {
            group.runQueue().forget(number);
            runRegistered(body, mustRegister);
        }
        finally {
            leave(previous);
        }
    }

    /** Gives the place back, also where what comes before has no memory left. */
    private void leave(final Worker previous) {
        try {
            group.newcomers().await();
        }
        finally {
            group.workerEnded(number, this);
            restore(previous);
        }
    }

    private void runRegistered(final Runnable body, final boolean mustRegister) {
        if (mustRegister) {
            register();
        }
        else {
            registerIfPossible();
        }
        try {
            body.run();
        }
        finally {
            unregister();
        }
    }

    private static void restore(final Worker previous) {
        if (previous == null) {
            CURRENT.remove();
        }
        else {
            CURRENT.set(previous);
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
        return thread;
    }

    @Override
    public boolean isEnding() {
        return isEnding;
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
        return UmcgTaskDescriptor.state(group.memory().workerTask(number).stateVolatile());
    }

    private void registerIfPossible() {
        try {
            register();
        }
        catch (final Throwable t) {
            group.workerUnmanaged(t);
        }
    }

    private void register() {
        // May allocate: in a heap that is full this fails as the rest of a registration does.
        CURRENT.set(this);
        group.memory().workerTidRelease(number, tid);
        task = group.memory().workerTask(number);
        task.clear();
        task.serverTidOpaque(group.serverTidFor(number));
        task.idleServerTidPtrOpaque(group.idleServers().wordAddress());
        if (group.hasCriticalWord()) {
            final long address = JvmThreadState.address(thread);
            group.memory().workerStateAddressRelease(number, address);
            task.criticalMaskOpaque(JvmThreadState.criticalMask());
            task.criticalPtrOpaque(address);
        }
        group.counters().registers(number);
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
        group.memory().workerStateAddressRelease(number, 0);
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
                thread.interrupt();
                Thread.yield();
            }
        }
    }
}
