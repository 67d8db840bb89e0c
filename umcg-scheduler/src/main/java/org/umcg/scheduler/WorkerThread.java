// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.umcg.api.Clock;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.binding.JvmThreadState;

/**
 * A platform thread that is a worker while its target runs: it registers first, so that the target's
 * first step is one that a server has allowed, and unregisters last, whatever the target throws.
 */
final class WorkerThread extends Thread {

    private static final Path THREADS = Path.of("/proc/self/task");

    private final UmcgScheduler scheduler;
    private final int worker;
    private final Runnable target;
    private final UmcgTask task;
    /** By itself, when it begins, or by {@link #discard()}: whoever is first has its number. */
    private final AtomicBoolean isClaimed = new AtomicBoolean();
    private volatile int tid;
    /** Own use only. */
    private boolean isManaged;

    WorkerThread(
        final UmcgScheduler scheduler, final int worker, final Runnable target, final String name) {
        super(null, null, name);
        this.scheduler = scheduler;
        this.worker = worker;
        this.target = target;
        task = scheduler.memory().workerTask(worker);
    }

    @Override
    public void run() {
        tid = scheduler.calls().gettid();
        if (!isClaimed.compareAndSet(false, true)) {
            scheduler.workerUnmanaged(new IllegalStateException("the scheduler is closed"));
            target.run();
            return;
        }
        try {
            scheduler.runQueue().forget(worker);
            registerIfPossible();
            try {
                target.run();
            }
            finally {
                unregister();
            }
        }
        finally {
            scheduler.workerEnded(this);
        }
    }

    /** It has begun, and is no thread any more, though the JVM does not know: by pthread_exit in native code, say. */
    boolean hasEndedSilently() {
        return tid != 0 && !Files.exists(THREADS.resolve(Integer.toString(tid)));
    }

    /** If it has not been started, it will be no worker. */
    boolean discard() {
        return getState() == State.NEW && isClaimed.compareAndSet(false, true);
    }

    int worker() {
        return worker;
    }

    boolean belongsTo(final UmcgScheduler other) {
        return scheduler == other;
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

    /** Whoever has given this thread something to do waits for it, so it is done in any case. */
    private void registerIfPossible() {
        try {
            register();
        }
        catch (final Throwable t) {
            scheduler.workerUnmanaged(t);
        }
    }

    private void register() {
        scheduler.memory().workerTidRelease(worker, tid);
        task.clear();
        task.serverTidOpaque(scheduler.serverTidFor(worker));
        task.idleServerTidPtrOpaque(scheduler.idleServers().wordAddress());
        if (scheduler.hasCriticalWord()) {
            final long address = JvmThreadState.address(this);
            scheduler.memory().workerStateAddressRelease(worker, address);
            task.criticalMaskOpaque(JvmThreadState.criticalMask());
            task.criticalPtrOpaque(address);
        }
        task.stateVolatile(BLOCKED);
        final int result =
            scheduler.calls().ctl(CTL_REGISTER | CTL_WORKER, task.address(), SIZE, Clock.MONOTONIC.id());
        UmcgException.check(result, UmcgSystemCalls.CTL);
        isManaged = true;
    }

    private void unregister() {
        if (!isManaged) {
            return;
        }
        awaitServer();
        final int result =
            scheduler.calls().ctl(CTL_UNREGISTER | CTL_WORKER, task.address(), SIZE, 0);
        UmcgException.check(result, UmcgSystemCalls.CTL);
        isManaged = false;
        scheduler.memory().workerStateAddressRelease(worker, 0);
    }

    /**
     * The kernel lets listed workers go when all servers are stuck for long. Such a one is on its list
     * still, which it must not leave by itself. Whoever lets it go on from its next sleep has taken it off.
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
