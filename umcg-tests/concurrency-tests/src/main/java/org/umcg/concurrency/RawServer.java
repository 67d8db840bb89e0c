// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_JOIN;

import java.util.concurrent.TimeUnit;
import org.umcg.api.Clock;
import org.umcg.api.Errno;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.api.UmcgTaskSlab;

/**
 * An actor that is a server, and its struct umcg_task. There are two, of actor1 and actor2; all methods but those that
 * say otherwise are for the actor itself. No sentinel watches, so nothing here may keep the JVM from a safepoint while
 * a worker is held that has a lock of the JVM: {@link Puppet}s have none.
 */
public final class RawServer {

    /** How long a server waits for what may be lost. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    /** How long it waits for what must come, on a machine that may stand still for a while. */
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);
    static final UmcgSystemCalls CALLS = Calls.CALLS;
    static final int SLOTS = 32;
    /** Two servers, then puppets. */
    static final UmcgTaskSlab TASKS = UmcgTaskSlab.allocate(SLOTS, CALLS);
    private static final RawServer[] SERVERS = {new RawServer(0), new RawServer(1)};

    private final UmcgTask task;
    /** Volatile: the other actor's kicks. */
    private volatile int tid;
    private Puppet puppet;

    private RawServer(final int index) {
        task = TASKS.task(index);
    }

    /** The server of an actor, 0 or 1. */
    public static RawServer of(final int index) {
        return SERVERS[index];
    }

    /** Its task, for any thread. */
    public UmcgTask task() {
        return task;
    }

    /** Its thread, for any thread; 0 while it is not registered. */
    public int tid() {
        return tid;
    }

    void runRegistered(final Runnable body) {
        register();
        try {
            body.run();
        }
        finally {
            if (puppet != null) {
                puppet.end();
                puppet = null;
            }
            unregister();
        }
    }

    void register() {
        task.clear();
        task.serverTidOpaque(CALLS.gettid());
        task.stateVolatile(RUNNING);
        UmcgException.check(
            CALLS.ctl(CTL_REGISTER, task.address(), SIZE, Clock.MONOTONIC.id()), UmcgSystemCalls.CTL);
        tid = CALLS.gettid();
    }

    void unregister() {
        tid = 0;
        task.stateVolatile(RUNNING);
        UmcgException.check(CALLS.ctl(CTL_UNREGISTER, task.address(), SIZE, 0), UmcgSystemCalls.CTL);
    }

    /** When a wait ends for which nobody has come: lost, if somebody had done so before. */
    static long deadline() {
        return System.nanoTime() + PATIENCE_NANOS;
    }

    /** When a test that does not end is given up. */
    static long limit() {
        return System.nanoTime() + LIMIT_NANOS;
    }

    /** umcg_wait without a worker; the state is RUNNABLE already. */
    int idle(final long deadline) {
        return await(0, 0, deadline);
    }

    /** umcg_wait for a worker, or for none: its result; the state is RUNNABLE already. */
    int await(final int workerTid, final int flags, final long deadline) {
        task.nextTidPlain(workerTid);
        return CALLS.umcgWait(flags, deadline);
    }

    /** Whether the last umcg_wait has run the worker. */
    boolean hasRun() {
        return UmcgTaskDescriptor.isConsumed(task.nextTidAcquire());
    }

    /**
     * Serves a worker until it has done so many steps and waits, taking lists and running it whenever it may be run.
     *
     * @return false if that takes too long
     */
    boolean serveUntil(final Puppet worker, final int goal) {
        final long deadline = limit();
        while (!worker.hasFinished(goal) || !hasStopped(worker, deadline)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            if (!worker.hasFinished(goal)) {
                task.stateVolatile(RUNNABLE);
                task.takeRunnableWorkers();
                task.takeBlockedWorkers();
                await(worker.tid(), worker.isRunning() ? WAIT_JOIN : 0, deadline);
            }
        }
        return true;
    }

    /** Whether a worker is not only on its way to wait: it is joined, and does not run. */
    private boolean hasStopped(final Puppet worker, final long deadline) {
        task.stateVolatile(RUNNABLE);
        final int result = await(worker.tid(), WAIT_JOIN, deadline);
        return (result == -Errno.EAGAIN || result == -Errno.ESRCH) && !hasRun();
    }

    /** A worker that ends with this actor's iteration. */
    void endWith(final Puppet worker) {
        puppet = worker;
    }

    /** A kick, by any thread; false if it finds nobody. */
    boolean kick() {
        return CALLS.kick(0, tid) != -Errno.ESRCH;
    }
}
