// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.FLAG_COND_WAIT;
import static org.umcg.api.UmcgTaskDescriptor.KICK_BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;
import static org.umcg.api.UmcgTaskDescriptor.TURNS_IDLE;

import java.util.concurrent.TimeUnit;
import org.umcg.api.Clock;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.ServerCalls;
import org.umcg.sentinel.ServerProtocol;

/**
 * What one server does, turn after turn.
 *
 * <pre>
 *  turn:  state = RUNNABLE                       (1)
 *         advertise another idle server          (2)
 *         take its own list, and another one's   (3), unless the next worker is known
 *         pick a worker -&gt; umcg_wait runs it     (4)
 *         or none: idle, take all lists if there are more, pick, umcg_wait
 * </pre>
 *
 * <p>While the sentinel has the lease, only (1) and (2), as it may void entries in the policy.
 *
 * <p>A worker that is listed between (1) and (4) finds the state RUNNABLE and makes it RUNNING, so that
 * (4) returns at once: EAGAIN, and the worker that was picked is the next turn's: in the queue it would have
 * to wait for all others again. The state is written in volatile mode for that; the kernel's side of it is at
 * the top of umcg.c.
 *
 * <p>The lists of other servers are taken too, as a busy server does not look at its own: one in each turn, in
 * rotation, and all of them before a server idles.
 *
 * <p>The run queue is a hint: who may run a worker is decided in {@link ServerCalls#run}, where the
 * sentinel competes, and then by the kernel's cmpxchg of the worker's state. A safepoint may stop this
 * thread anywhere, so a worker is never known to it alone: see {@link ServerProtocol}.
 *
 * <p>All of this class but {@link #run()} keeps the rules of the package.
 */
final class ServerLoop implements Runnable {

    private static final int NOBODY = SchedulingPolicy.NOBODY;
    private static final long LEASE_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** So many calls have a method compiled. */
    private static final int FIRST_WARM_UP_TURNS = 200;
    /** One for what a policy loads and links, one for what it does only when it has been called before. */
    private static final int WARM_UP_TURNS = 2;
    private static final Object WARM_UP = new Object();

    /** This process has had a server that warmed up. Guarded by WARM_UP. */
    private static boolean isWarm;
    /** How many turns the kernel may take in a row for a server that is alone, which it may leave without a worker. */
    private static final int TURNS_ALONE = 4_096 | TURNS_IDLE;
    /** For one of several, which looks at the lists of the others and the queue in the next turn. */
    private static final int TURNS = 8;
    /** How often a worker is tried that was picked: each kick costs one time, and it may not be ready yet. */
    private static final int MAX_TRIES = 4;

    private final int server;
    private final ServerGroup group;
    private final UmcgSystemCalls calls;
    private final ServerCalls serverCalls;
    private final SchedulerMemory memory;
    private final ServerProtocol protocol;
    private final RunQueue runQueue;
    private final long quantumNanos;
    private final IdleServers idleServers;
    private final ServerCounters counters;
    private final UmcgTask task;
    /** All servers' tasks: their lists. */
    private final UmcgTask[] lists;
    /** The workers of one list, the newest first. */
    private final int[] taken;

    private int tid;
    /** Whose list is looked at beside the own one. */
    private int neighbour;
    /** Taken out of the run queue and not run yet; the sentinel may claim it. */
    private int picked = NOBODY;
    private int tries;
    /** The worker whose wait ended before it stopped. */
    private int stillRunning = NOBODY;

    ServerLoop(final int server, final ServerGroup group, final ServerCalls serverCalls) {
        this.server = server;
        this.group = group;
        this.serverCalls = serverCalls;
        calls = group.calls();
        memory = group.memory();
        protocol = memory.protocol();
        runQueue = group.runQueue();
        quantumNanos = group.quantumNanos();
        idleServers = group.idleServers();
        counters = group.counters();
        task = memory.serverTask(server);
        lists = new UmcgTask[memory.servers()];
        for (int i = 0; i < lists.length; i++) {
            lists[i] = memory.serverTask(i);
        }
        taken = new int[memory.workers()];
        neighbour = server;
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
                requeuePicked();
            }
        }
        protocol.stop(server);
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
     * loaded, initialised and linked, all of which allocates. The entries for worker 0 are outdated ones: other
     * servers may be running by now, and must find nobody there. What needs a worker is done in memory of its own.
     */
    private void warmUp(final int turns) {
        final SchedulerMemory own = SchedulerMemory.allocate(1, 1, calls);
        final ServerCalls ownCalls = ServerCalls.of(own, calls);
        protocol.beginTurn(server);
        for (int i = 0; i < turns; i++) {
            task.stateVolatile(RUNNABLE);
            if (i < WARM_UP_TURNS) {
                own.serverTask(0).pushRunnableWorker(own.workerTask(0));
                own.protocol().takeList(0, 0, taken);
                ownCalls.run(0, 0, 1);
            }
            warmUpTurn();
        }
        picked = NOBODY;
        stillRunning = NOBODY;
    }

    private void warmUpTurn() {
        task.pushBlockedWorker(memory.workerTask(0));
        takeRunnable(server);
        drain();
        drainAll();
        drainUnlessFirstIsKnown();
        taken[0] = 0;
        enqueueTaken(1);
        counters.ran(server);
        counters.leaveTurns(server, turnsForKernel());
        task.turnsOpaque(0);
        noteStillRunning(0);
        protocol.deferToLease(server);
        isStillRunning(0);
        isSomebodyRunnable();
        endOfQuantum();
        picked = 0;
        requeuePicked();
        runQueue.enqueue(0);
        wakeAnother();
        pick();
        runWorker(0, 1);
        stillRunning = 0;
        endQuantum();
        joinWorker(0, 1);
        runQueue.notePreempted(0);
        runQueue.enqueue(0);
        pick();
        runQueue.forget(0);
        idleServers.enter(server);
        idleServers.anyTid();
        serverCalls.idle(server, 1);
        idleServers.leave(server);
    }

    private void turn() {
        task.stateVolatile(RUNNABLE);
        idleServers.advertise();
        if (protocol.deferToLease(server)) {
            awaitEndOfLease();
            return;
        }
        final boolean hasDrained = drainUnlessFirstIsKnown();
        if (stillRunning != NOBODY && isStillRunning(stillRunning)) {
            wakeAnother();
            joinWorker(stillRunning, endOfQuantum());
        }
        else if (pick() || !hasDrained && drainAndPick()) {
            stillRunning = NOBODY;
            wakeAnother();
            runWorker(picked, endOfQuantum());
        }
        else {
            idle();
        }
    }

    /** The sentinel runs workers in this server's place; it kicks the server when it is done. */
    private void awaitEndOfLease() {
        counters.leaveTurns(server, 0);
        serverCalls.idle(server, System.nanoTime() + LEASE_WAIT_NANOS);
    }

    /** A server that is alone, and knows whom to run, leaves its list for later, without a quantum: see the policy. */
    private boolean drainUnlessFirstIsKnown() {
        if (lists.length == 1 && quantumNanos == 0 && runQueue.isFirstKnown()) {
            drainBlocked(task);
            return false;
        }
        drain();
        return true;
    }

    /** All that the policy had were outdated entries. */
    private boolean drainAndPick() {
        drain();
        return pick();
    }

    private void drain() {
        drain(server);
        if (lists.length != 1) {
            neighbour = neighbour + 1 == lists.length ? 0 : neighbour + 1;
            drain(neighbour);
        }
    }

    private void drainAll() {
        for (int owner = 0; owner < lists.length; owner++) {
            drain(owner);
        }
    }

    /**
     * The blocked ones first, so that the policy hears that a worker has blocked before it hears that it is runnable
     * again. A server that decided by the blocked list would have to take the runnable one before, see the manual.
     */
    private void drain(final int owner) {
        final UmcgTask list = lists[owner];
        drainBlocked(list);
        boolean isMine = true;
        while (isMine && list.hasRunnableWorkersVolatile()) {
            // Again, as another server may have found this one at it, and rely on it.
            isMine = takeRunnable(owner);
        }
    }

    private void drainBlocked(final UmcgTask list) {
        if (list.hasBlockedWorkersVolatile()) {
            takeBlocked(list);
        }
    }

    /**
     * Tells the policy who has blocked. That is news, no more: such a worker may have run and blocked elsewhere since,
     * and its link with it, so the walk ends after as many as there are.
     */
    private void takeBlocked(final UmcgTask list) {
        int worker = memory.workerAt(list.takeBlockedWorkers());
        for (int left = taken.length; worker != NOBODY && left > 0; left--) {
            final int next = memory.workerAt(memory.workerTask(worker).blockedWorkersLinkAcquire());
            runQueue.blocked(worker);
            worker = next;
        }
    }

    /** Puts a list into the run queue; false if another server is at it. */
    private boolean takeRunnable(final int owner) {
        final int count = protocol.takeList(server, owner, taken);
        enqueueTaken(count);
        return count != ServerProtocol.BEING_TAKEN;
    }

    private void enqueueTaken(final int count) {
        for (int i = count - 1; i >= 0; i--) {
            counters.listed(server, taken[i]);
            runQueue.enqueue(taken[i]);
        }
    }

    /** The one that it could not run in the last turn, unless somebody else has claimed it; or another one. */
    private boolean pick() {
        if (picked == NOBODY || !protocol.isQueued(picked)) {
            picked = runQueue.pick(server);
            tries = 0;
        }
        return picked != NOBODY;
    }

    /** More work than this server takes, and a server without any: wake it. */
    private void wakeAnother() {
        if (lists.length != 1 && !runQueue.isEmpty()) {
            final int idleTid = idleServers.anyTid();
            if (idleTid != 0) {
                calls.kick(0, idleTid);
            }
        }
    }

    private void idle() {
        stillRunning = NOBODY;
        idleServers.enter(server);
        if (findElsewhere()) {
            idleServers.leave(server);
            idleServers.advertise();
            wakeAnother();
            runWorker(picked, endOfQuantum());
            return;
        }
        if (!group.isDone()) {
            // A worker that the kernel runs meanwhile has no end of its quantum.
            counters.leaveTurns(server, quantumNanos == 0 ? turnsForKernel() : 0);
            serverCalls.idle(server, 0);
            noteStillRunning(NOBODY);
        }
        idleServers.leave(server);
    }

    /** Looks at the lists that this turn has not seen; a server that is alone has seen all there are. */
    private boolean findElsewhere() {
        if (lists.length == 1) {
            return false;
        }
        drainAll();
        return pick();
    }

    private long endOfQuantum() {
        return quantumNanos == 0 ? 0 : System.nanoTime() + quantumNanos;
    }

    private void runWorker(final int worker, final long end) {
        counters.begin(server, worker);
        counters.leaveTurns(server, turnsForKernel());
        final int result = serverCalls.run(server, worker, end);
        if (result >= 0) {
            picked = NOBODY;
            counters.ran(server);
            noteStillRunning(worker);
        }
        else {
            tries++;
            if (tries == MAX_TRIES) {
                requeuePicked();
            }
        }
        afterWait(result);
    }

    /** How many turns the kernel may take before this server looks again. */
    private int turnsForKernel() {
        if (!runQueue.leavesNoChoiceToKernel()) {
            return 0;
        }
        return lists.length == 1 ? TURNS_ALONE : TURNS;
    }

    /** After a wait for a worker: whoever ran last may run still, that one or one that the kernel has run since. */
    private void noteStillRunning(final int worker) {
        int last = worker;
        if (counters.takeTurns(server) != 0) {
            last = memory.workerOfTid(UmcgTaskDescriptor.tid(task.nextTidAcquire()));
            counters.begin(server, last);
        }
        stillRunning = last != NOBODY && isStillRunning(last) ? last : NOBODY;
    }

    private void joinWorker(final int worker, final long end) {
        counters.begin(server, worker);
        counters.leaveTurns(server, turnsForKernel());
        final int result = serverCalls.join(server, worker, end);
        noteStillRunning(worker);
        afterWait(result);
    }

    private void afterWait(final int result) {
        if (stillRunning == NOBODY) {
            counters.end(server);
        }
        else if (result == ServerCalls.TIMED_OUT) {
            endQuantum();
        }
    }

    /**
     * The worker that this server waits for has used its time up. If it sleeps, and its critical word hides
     * that, it is blocked from now on; else it is preempted, if others want to run. In a critical section it
     * stops later, and has another quantum for that.
     */
    private void endQuantum() {
        final int workerTid = memory.workerTidAcquire(stillRunning);
        if (calls.kick(KICK_BLOCKED, workerTid) != 0 && isSomebodyRunnable()) {
            runQueue.notePreempted(stillRunning);
            calls.kick(0, workerTid);
        }
    }

    private boolean isSomebodyRunnable() {
        boolean found = !runQueue.isEmpty();
        for (int owner = 0; owner < lists.length && !found; owner++) {
            found = lists[owner].hasRunnableWorkersVolatile();
        }
        return found;
    }

    /** A kick or a signal has ended the wait, not the worker. A worker that is only on its way to wait runs, too. */
    private boolean isStillRunning(final int worker) {
        final UmcgTask workerTask = memory.workerTask(worker);
        final int word = workerTask.stateVolatile();
        final int state = UmcgTaskDescriptor.state(word);
        return (state == RUNNING || state == RUNNABLE && (word & FLAG_COND_WAIT) != 0)
            && workerTask.serverTidOpaque() == tid;
    }

    /** It was not run: back into the run queue, unless somebody else has claimed it. */
    private void requeuePicked() {
        final int worker = picked;
        picked = NOBODY;
        if (worker != NOBODY && protocol.isQueued(worker)) {
            runQueue.enqueue(worker);
        }
    }
}
