// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_JOIN;

import java.util.concurrent.TimeUnit;
import org.umcg.api.Clock;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.binding.SchedulerMemory;
import org.umcg.binding.ServerCalls;

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
 * <p>Whoever lists a worker between (1) and (4) finds the state RUNNABLE and makes it RUNNING, so that
 * (4) returns at once: EAGAIN, and the worker that was picked goes back into the queue. The state is
 * written in volatile mode for that; the kernel's side of it is at the top of umcg.c.
 *
 * <p>A list is a hint and so is the run queue: who may run a worker is decided by
 * {@link SchedulerMemory#claimQueued}, where the sentinel competes, and then by the kernel's cmpxchg of
 * the worker's state.
 *
 * <p>All of this class but {@link #run()} keeps the rules of the package.
 */
final class ServerLoop implements Runnable {

    private static final int NOBODY = -1;
    private static final long LEASE_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int WARM_UP_TURNS = 200;

    private final int server;
    private final UmcgScheduler scheduler;
    private final UmcgSystemCalls calls;
    private final ServerCalls serverCalls;
    private final SchedulerMemory memory;
    private final FifoRunQueue runQueue;
    private final IdleServers idleServers;
    private final UmcgTask task;
    private final int[] taken;

    private int tid;
    /** Claimed and not run yet. */
    private int inHand = NOBODY;
    /** Still running when the wait for it ended. */
    private int joined = NOBODY;

    ServerLoop(final int server, final UmcgScheduler scheduler, final ServerCalls serverCalls) {
        this.server = server;
        this.scheduler = scheduler;
        this.serverCalls = serverCalls;
        calls = scheduler.calls();
        memory = scheduler.memory();
        runQueue = scheduler.runQueue();
        idleServers = scheduler.idleServers();
        task = memory.serverTask(server);
        taken = new int[memory.workers()];
    }

    @Override
    public void run() {
        try {
            register();
            warmUp();
        } catch (final Throwable t) {
            scheduler.serverStarted(t);
            return;
        }
        scheduler.serverStarted(null);
        while (!scheduler.isDone()) {
            try {
                turn();
            } catch (final Throwable t) {
                scheduler.serverFailed(t);
                requeueInHand();
            }
        }
        memory.phaseStopped(server);
        task.stateVolatile(RUNNING);
        calls.ctl(CTL_UNREGISTER, task.address(), 0);
    }

    private void register() {
        final int cpu = ServerCalls.allowedCpu(server);
        UmcgException.check(cpu, "sched_getaffinity");
        UmcgException.check(ServerCalls.pin(cpu), "sched_setaffinity");
        tid = calls.gettid();
        task.clear();
        task.serverTidOpaque(tid);
        task.stateVolatile(RUNNING);
        final int result = calls.ctl(CTL_REGISTER, task.address(), Clock.MONOTONIC.id());
        UmcgException.check(result, UmcgSystemCalls.CTL);
        memory.serverTidRelease(server, tid);
    }

    /** Turns without workers, so that what a turn needs is loaded and initialised. */
    private void warmUp() {
        final FifoRunQueue unused = new FifoRunQueue(1);
        unused.offer(0);
        unused.poll();
        memory.beginTurn(server);
        for (int i = 0; i < WARM_UP_TURNS; i++) {
            task.stateVolatile(RUNNABLE);
            drain();
            idleServers.enter(server);
            idleServers.anyTid();
            task.nextTidPlain(0);
            serverCalls.idle(server, 1);
            idleServers.leave(server);
        }
    }

    private void turn() {
        task.stateVolatile(RUNNABLE);
        idleServers.advertise();
        drain();
        if (memory.isLeasedVolatile(server)) {
            awaitEndOfLease();
        } else if (joined != NOBODY) {
            runWorker(joined, WAIT_JOIN);
        } else if (pick()) {
            wakeAnother();
            runWorker(inHand, 0);
        } else {
            idle();
        }
    }

    /** The sentinel runs workers in this server's place; it kicks the server when it is done. */
    private void awaitEndOfLease() {
        task.nextTidPlain(0);
        serverCalls.idle(server, System.nanoTime() + LEASE_WAIT_NANOS);
    }

    /** Takes the lists of all servers, as a busy server does not look at its own. */
    private void drain() {
        for (int i = 0; i < memory.servers(); i++) {
            final UmcgTask owner = memory.serverTask(i);
            if (owner.hasBlockedWorkersVolatile()) {
                owner.takeBlockedWorkers();
            }
            if (owner.hasRunnableWorkersVolatile()) {
                enqueue(owner.takeRunnableWorkers());
            }
        }
    }

    /** Appends a list, whose newest worker is first, to the run queue. */
    private void enqueue(final long list) {
        int count = 0;
        int worker = memory.workerAt(list);
        while (worker != NOBODY && count < taken.length) {
            taken[count++] = worker;
            worker = memory.workerAt(memory.workerTask(worker).runnableWorkersLinkAcquire());
        }
        while (count > 0) {
            enqueue(taken[--count]);
        }
    }

    private void enqueue(final int worker) {
        if (memory.markQueued(worker)) {
            runQueue.offer(worker);
        }
    }

    private boolean pick() {
        for (int worker = runQueue.poll(); worker != NOBODY; worker = runQueue.poll()) {
            if (memory.claimQueued(worker)) {
                inHand = worker;
                return true;
            }
        }
        return false;
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
        idleServers.enter(server);
        drain();
        if (pick()) {
            idleServers.leave(server);
            idleServers.advertise();
            runWorker(inHand, 0);
            return;
        }
        if (!scheduler.isDone()) {
            task.nextTidPlain(0);
            serverCalls.idle(server, 0);
        }
        idleServers.leave(server);
    }

    private void runWorker(final int worker, final int flags) {
        final UmcgTask workerTask = memory.workerTask(worker);
        workerTask.serverTidOpaque(tid);
        task.nextTidPlain(memory.workerTidAcquire(worker));
        serverCalls.run(server, flags, 0);
        if (UmcgTaskDescriptor.isConsumed(task.nextTidAcquire())) {
            inHand = NOBODY;
            joined = isStillRunning(workerTask) ? worker : NOBODY;
        } else if (flags != WAIT_JOIN) {
            requeueInHand();
        } else if (!isStillRunning(workerTask)) {
            joined = NOBODY;
        }
    }

    /** A kick or a signal has ended the wait, not the worker. */
    private boolean isStillRunning(final UmcgTask workerTask) {
        return UmcgTaskDescriptor.state(workerTask.stateVolatile()) == RUNNING
            && workerTask.serverTidOpaque() == tid;
    }

    /** It was not run: back into the queue, unless it has blocked or gone meanwhile. */
    private void requeueInHand() {
        final int worker = inHand;
        inHand = NOBODY;
        if (worker != NOBODY
            && UmcgTaskDescriptor.state(memory.workerTask(worker).stateVolatile()) == RUNNABLE) {
            enqueue(worker);
        }
    }
}
