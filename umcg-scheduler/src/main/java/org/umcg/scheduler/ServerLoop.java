// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.FLAG_COND_WAIT;
import static org.umcg.api.UmcgTaskDescriptor.KICK_BLOCKED;
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
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.ServerCalls;

/**
 * What one server does, turn after turn.
 *
 * <pre>
 *  turn:  state = RUNNABLE                       (1)
 *         advertise another idle server          (2)
 *         take all servers' lists                (3)
 *         pick a worker -&gt; umcg_wait runs it     (4)
 *         or none: idle, look again, umcg_wait
 * </pre>
 *
 * <p>While the sentinel has the lease, only (1) and (2), as it may void entries in the policy.
 *
 * <p>Whoever lists a worker between (1) and (4) finds the state RUNNABLE and makes it RUNNING, so that
 * (4) returns at once: EAGAIN, and the worker that was picked is the next turn's: in the queue it would have
 * to wait for all others again. The state is written in volatile mode for that; the kernel's side of it is at
 * the top of umcg.c.
 *
 * <p>The run queue is a hint: who may run a worker is decided in {@link ServerCalls#run}, where the
 * sentinel competes, and then by the kernel's cmpxchg of the worker's state. A safepoint may stop this
 * thread anywhere in between, so a worker is never known to it alone.
 *
 * <p>All of this class but {@link #run()} keeps the rules of the package.
 */
final class ServerLoop implements Runnable {

    private static final int NOBODY = -1;
    private static final long LEASE_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** So many calls have a method compiled. */
    private static final int FIRST_WARM_UP_TURNS = 200;
    /** One for what a policy loads and links, one for what it does only when it has been called before. */
    private static final int WARM_UP_TURNS = 2;
    private static final Object WARM_UP = new Object();

    /** This process has had a server that warmed up. Guarded by WARM_UP. */
    private static boolean isWarm;
    /** How often a worker is tried that was picked: each kick costs one time, and it may not be ready yet. */
    private static final int MOST_TRIES = 4;

    private final int server;
    private final ServerGroup group;
    private final UmcgSystemCalls calls;
    private final ServerCalls serverCalls;
    private final SchedulerMemory memory;
    private final RunQueue runQueue;
    private final long quantumNanos;
    private final IdleServers idleServers;
    private final ServerCounters counters;
    private final UmcgTask task;

    private int tid;
    /** Taken out of the run queue and not run yet; the sentinel may claim it. */
    private int inHand = NOBODY;
    private int tries;
    /** Still running when the wait for it ended. */
    private int joined = NOBODY;

    ServerLoop(final int server, final ServerGroup group, final ServerCalls serverCalls) {
        this.server = server;
        this.group = group;
        this.serverCalls = serverCalls;
        calls = group.calls();
        memory = group.memory();
        runQueue = group.runQueue();
        quantumNanos = group.quantumNanos();
        idleServers = group.idleServers();
        counters = group.counters();
        task = memory.serverTask(server);
    }

    @Override
    public void run() {
        try {
            if (start()) {
                turnUntilDone();
            }
        }
        finally {
            group.serverEnded();
        }
    }

    private boolean start() {
        Throwable problem = null;
        try {
            register();
            warmUpOneByOne();
        }
        catch (final Throwable t) {
            problem = t;
        }
        group.serverStarted(problem);
        return problem == null;
    }

    private void turnUntilDone() {
        while (!group.isDone()) {
            try {
                turn();
            }
            catch (final Throwable t) {
                group.serverFailed(t);
                requeueInHand();
            }
        }
        memory.phaseStopped(server);
        task.stateVolatile(RUNNING);
        calls.ctl(CTL_UNREGISTER, task.address(), SIZE, 0);
    }

    private void register() {
        group.cpus().pin(server);
        tid = calls.gettid();
        task.clear();
        task.serverTidOpaque(tid);
        task.holdLimitMillisOpaque(group.holdLimitMillis());
        task.stateVolatile(RUNNING);
        final int result = calls.ctl(CTL_REGISTER, task.address(), SIZE, Clock.MONOTONIC.id());
        UmcgException.check(result, UmcgSystemCalls.CTL);
        memory.serverTidRelease(server, tid);
    }

    /** One server at a time, so that each finds what the one before it has loaded. */
    private void warmUpOneByOne() {
        synchronized (WARM_UP) {
            warmUp(isWarm ? WARM_UP_TURNS : FIRST_WARM_UP_TURNS);
            isWarm = true;
        }
    }

    /**
     * Turns without workers, through everything that a turn can need, however seldom: so that it is
     * loaded, initialised and linked, all of which allocates. The entries for worker 0 are outdated ones.
     */
    private void warmUp(final int turns) {
        memory.beginTurn(server);
        for (int i = 0; i < turns; i++) {
            task.stateVolatile(RUNNABLE);
            task.takeBlockedWorkers();
            takeRunnable(server);
            drain();
            memory.taken(server, 0);
            counters.listed(server, 0);
            counters.ran(server);
            memory.awaitsLease(server);
            isStillRunning(0);
            isSomebodyRunnable();
            task.serverTidOpaque();
            task.runnableTsOpaque();
            inHand = 0;
            requeueInHand();
            runQueue.enqueue(0);
            wakeAnother();
            pick();
            runWorker(0, 0);
            joined = 0;
            endQuantum();
            runQueue.notePreempted(0);
            runQueue.enqueue(0);
            pick();
            runQueue.forget(0);
            idleServers.enter(server);
            idleServers.anyTid();
            serverCalls.idle(server, 1);
            idleServers.leave(server);
        }
        inHand = NOBODY;
        joined = NOBODY;
    }

    private void turn() {
        task.stateVolatile(RUNNABLE);
        idleServers.advertise();
        if (memory.awaitsLease(server)) {
            awaitEndOfLease();
            return;
        }
        drain();
        if (joined != NOBODY && isStillRunning(joined)) {
            wakeAnother();
            runWorker(joined, WAIT_JOIN);
        }
        else if (pick()) {
            joined = NOBODY;
            wakeAnother();
            runWorker(inHand, 0);
        }
        else {
            idle();
        }
    }

    /** The sentinel runs workers in this server's place; it kicks the server when it is done. */
    private void awaitEndOfLease() {
        serverCalls.idle(server, System.nanoTime() + LEASE_WAIT_NANOS);
    }

    /** Takes the lists of all servers, as a busy server does not look at its own. */
    private void drain() {
        for (int owner = 0; owner < memory.servers(); owner++) {
            final UmcgTask ownerTask = memory.serverTask(owner);
            if (ownerTask.hasBlockedWorkersVolatile()) {
                ownerTask.takeBlockedWorkers();
            }
            if (ownerTask.hasRunnableWorkersVolatile()) {
                takeRunnable(owner);
            }
        }
    }

    /** Appends a list, whose newest worker is first, to the run queue. */
    private void takeRunnable(final int owner) {
        for (int i = serverCalls.takeRunnable(server, owner) - 1; i >= 0; i--) {
            final int worker = memory.taken(server, i);
            counters.listed(server, worker);
            runQueue.enqueue(worker);
        }
    }

    /** Whom it could not run in the last turn, unless somebody else has claimed that one; or another one. */
    private boolean pick() {
        if (inHand == NOBODY || !memory.isQueuedVolatile(inHand)) {
            inHand = runQueue.pick(server);
            tries = 0;
        }
        return inHand != NOBODY;
    }

    /** More work than this server takes, and a server without any: wake it. */
    private void wakeAnother() {
        if (!runQueue.isEmpty()) {
            final int idleTid = idleServers.anyTid();
            if (idleTid != 0) {
                calls.kick(0, idleTid);
            }
        }
    }

    private void idle() {
        joined = NOBODY;
        idleServers.enter(server);
        drain();
        if (pick()) {
            idleServers.leave(server);
            idleServers.advertise();
            wakeAnother();
            runWorker(inHand, 0);
            return;
        }
        if (!group.isDone()) {
            serverCalls.idle(server, 0);
        }
        idleServers.leave(server);
    }

    private void runWorker(final int worker, final int flags) {
        final long end = quantumNanos == 0 ? 0 : System.nanoTime() + quantumNanos;
        counters.begin(server, worker);
        final int result = serverCalls.run(server, worker, flags, end);
        if (UmcgTaskDescriptor.isConsumed(task.nextTidAcquire())) {
            inHand = NOBODY;
            if (flags != WAIT_JOIN) {
                counters.ran(server);
            }
            joined = isStillRunning(worker) ? worker : NOBODY;
        }
        else if (flags != WAIT_JOIN) {
            tries++;
            if (tries == MOST_TRIES) {
                requeueInHand();
            }
        }
        else if (!isStillRunning(worker)) {
            joined = NOBODY;
        }
        if (joined == NOBODY) {
            counters.end(server);
        }
        else if (result == -Errno.ETIMEDOUT) {
            endQuantum();
        }
    }

    /**
     * The worker that this server waits for has used its time up. If it sleeps, and its critical word hides
     * that, it is blocked from now on; else it is preempted, if others want to run. In a critical section it
     * stops later, and has another quantum for that.
     */
    private void endQuantum() {
        final int workerTid = memory.workerTidAcquire(joined);
        if (calls.kick(KICK_BLOCKED, workerTid) != 0 && isSomebodyRunnable()) {
            runQueue.notePreempted(joined);
            calls.kick(0, workerTid);
        }
    }

    private boolean isSomebodyRunnable() {
        boolean found = !runQueue.isEmpty();
        for (int owner = 0; owner < memory.servers() && !found; owner++) {
            found = memory.serverTask(owner).hasRunnableWorkersVolatile();
        }
        return found;
    }

    /** A kick or a signal has ended the wait, not the worker. One that is only on its way to wait runs, too. */
    private boolean isStillRunning(final int worker) {
        final UmcgTask workerTask = memory.workerTask(worker);
        final int word = workerTask.stateVolatile();
        final int state = UmcgTaskDescriptor.state(word);
        return (state == RUNNING || state == RUNNABLE && (word & FLAG_COND_WAIT) != 0)
            && workerTask.serverTidOpaque() == tid;
    }

    /** It was not run: back into the run queue, unless somebody else has claimed it. */
    private void requeueInHand() {
        final int worker = inHand;
        inHand = NOBODY;
        if (worker != NOBODY && memory.isQueuedVolatile(worker)) {
            runQueue.enqueue(worker);
        }
    }
}
