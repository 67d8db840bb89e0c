// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.nio.ByteBuffer;
import org.umcg.api.UmcgTask;
import org.umcg.memory.OffHeap;

/**
 * The steps of the servers in the words that they share with the sentinel: phase, lease, a worker's queue word, and
 * what a server says before it does it. {@code protocol.h} has the sentinel's steps, and {@code docs/35-protocol.md}
 * the table of all.
 *
 * <p>A safepoint may stop a server anywhere. So that no worker is known to a stopped server alone, each is on a list,
 * QUEUED, or named by a word here that was written before the worker was taken:
 *
 * <pre>
 *  taking a list              the sentinel, at any moment
 *    intent = the list's head   finds the head on the list still: takes the list
 *    list: head -&gt; 0            or not: intent -&gt; OVER, and the chain is its own
 *    for each worker
 *      current = the worker
 *      intent: it -&gt; the next   takes current, by a new round
 *      queue: QUEUED            takes what is QUEUED
 *
 *  claiming a worker
 *    picked = the worker
 *    queue: QUEUED -&gt; claimed   takes picked, by a new round
 *    umcg_wait()
 *    picked = 0
 * </pre>
 *
 * <p>Each step that makes a worker somebody's is a compare-and-set, and the queue word's round changes with it: so a
 * server that goes on, after the sentinel has taken a worker, fails at its next step, and has nothing to undo. One
 * server at a time takes a list; another one that finds it being taken leaves it to that one, which looks at the list
 * again when it is done.
 *
 * <table>
 * <caption>Access to the fields</caption>
 * <tr><th>field</th><th>writer</th><th>mode</th><th>pairs with</th></tr>
 * <tr><td>phase</td><td>the server; native code before umcg_wait, Java after</td><td>volatile</td>
 *   <td>sentinel: stand_in()</td></tr>
 * <tr><td>lease</td><td>sentinel; AWAITED: the server</td><td>volatile</td><td>server_calls.c: run()</td></tr>
 * <tr><td>turns</td><td>the server</td><td>release</td><td>sentinel: has_moved()</td></tr>
 * <tr><td>picked</td><td>the server; sentinel: 0</td><td>volatile</td><td>sentinel: claimed_worker()</td></tr>
 * <tr><td>intent</td><td>the one that takes the list; sentinel: OVER</td><td>volatile, compare-and-set</td>
 *   <td>sentinel: finish_take()</td></tr>
 * <tr><td>current</td><td>the one that takes the list</td><td>volatile</td><td>sentinel: take_current()</td></tr>
 * <tr><td>queue</td><td>servers and sentinel</td><td>volatile, compare-and-set</td>
 *   <td>each other: a new round owns the worker</td></tr>
 * </table>
 *
 * <p>To be called by the server that is the first argument, other methods by any. No method allocates or blocks.
 */
public class ServerProtocol {

    /** What {@link #takeList} returns when another server takes that list. */
    public static final int BEING_TAKEN = -1;

    static final int PHASE_WAIT = 0;
    static final int PHASE_JAVA = 1;
    static final int PHASE_STOPPED = 2;

    static final int LEASE_NONE = 0;
    static final int LEASE_TAKEN = 1;
    static final int LEASE_AWAITED = 2;

    static final long QUEUED = 1;
    static final long IN_POLICY = 1 << 1;
    static final int CLAIMER_SHIFT = 8;
    static final long CLAIMER_MASK = 0xffL << CLAIMER_SHIFT;
    static final long ROUND = 1L << 24;
    static final long ROUND_MASK = -ROUND;

    static final long NUMBER_MASK = 0xfffff;
    static final long OVER = NUMBER_MASK + 1;
    static final int TAKER_SHIFT = 24;
    static final long TAKER_MASK = 0xffL << TAKER_SHIFT;
    static final long SESSION = 1L << 32;
    static final long SESSION_MASK = -SESSION;

    private static final int NOBODY = -1;

    private final SchedulerMemory memory;
    private final ByteBuffer control;
    private final long base;
    /** The servers' tasks: the heads of their lists. */
    private final UmcgTask[] tasks;

    ServerProtocol(final SchedulerMemory memory) {
        this.memory = memory;
        control = memory.control();
        base = OffHeap.baseOf(control);
        tasks = new UmcgTask[memory.servers()];
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = memory.serverTask(i);
        }
    }

    final UmcgTask task(final int server) {
        return tasks[server];
    }

    /** In the second session, as the first one has no other before it, see work.c. */
    final void freeList(final int owner) {
        sayIntent(owner, 2 * SESSION);
    }

    /** Where a server is: a test can stop it there. */
    enum Step {
        /** Another server cannot take the list. */
        LIST_HELD,
        /** The intent has the list's head. */
        HEAD_SAID,
        /** The list is empty, none of its workers QUEUED. */
        LIST_TAKEN,
        /** The worker is the first one of the intent's chain, and current. */
        CURRENT_SAID,
        /** The worker is current only. */
        WORKER_PASSED,
        /** The worker is QUEUED. */
        WORKER_QUEUED,
        /** The worker is picked, and QUEUED. */
        WORKER_SAID,
        /** The worker is picked, and QUEUED no more. */
        WORKER_CLAIMED,
        /** Back from umcg_wait. */
        RETURNED,
        /** Nothing is picked. */
        RUN_ENDED
    }

    /** Does nothing, and is compiled to nothing. */
    void at(final Step step) {
    }

    /**
     * A server has control again after umcg_wait: phase JAVA, and one more turn. Volatile semantics.
     *
     * @param server its number
     */
    public final void beginTurn(final int server) {
        final int at = SchedulerMemory.serverOffset(server);
        OffHeap.setLongRelease(control, base, at + SchedulerMemory.SERVER_TURNS_OFFSET,
            OffHeap.getLongPlain(control, base, at + SchedulerMemory.SERVER_TURNS_OFFSET) + 1);
        OffHeap.setIntVolatile(control, base, at + SchedulerMemory.SERVER_PHASE_OFFSET, PHASE_JAVA);
    }

    /**
     * Where no sentinel watches: phase WAIT. Else native code sees to it, where no safepoint stops the server between
     * this and umcg_wait.
     */
    final void beginWait(final int server) {
        OffHeap.setIntVolatile(control, base, offset(server, SchedulerMemory.SERVER_PHASE_OFFSET), PHASE_WAIT);
    }

    /**
     * A server has ended, or has not started: nobody is to stand in for it. Volatile semantics.
     *
     * @param server its number
     */
    public final void stop(final int server) {
        OffHeap.setIntVolatile(control, base, offset(server, SchedulerMemory.SERVER_PHASE_OFFSET), PHASE_STOPPED);
    }

    /**
     * Whether the sentinel stands in for a server, which then must run nobody; if so, it will kick the server once it
     * has given the place back. Volatile semantics.
     *
     * @param server its number
     * @return false if the place is the server's own
     */
    public final boolean deferToLease(final int server) {
        final int lease = offset(server, SchedulerMemory.SERVER_LEASE_OFFSET);
        return OffHeap.getIntVolatile(control, base, lease) != LEASE_NONE
            && OffHeap.compareAndExchangeInt(control, base, lease, LEASE_TAKEN, LEASE_AWAITED) != LEASE_NONE;
    }

    /**
     * Notes that the policy is getting an entry for a worker. Volatile semantics.
     *
     * @param worker its number
     * @return false if the policy has one already, possibly an outdated one: add no other
     */
    public final boolean enterPolicy(final int worker) {
        return (OffHeap.getAndBitwiseOrLong(control, base, queueOffset(worker), IN_POLICY) & IN_POLICY) == 0;
    }

    /**
     * Notes that a worker's entry is out of the policy. Volatile semantics.
     *
     * @param worker its number
     * @return false if the entry was outdated, the worker is not to be run
     */
    public final boolean leavePolicy(final int worker) {
        return (OffHeap.getAndBitwiseAndLong(control, base, queueOffset(worker), ~IN_POLICY) & QUEUED) != 0;
    }

    /**
     * Whether a worker is on no list and waits to be run. Volatile semantics.
     *
     * @param worker its number
     * @return true until somebody claims it
     */
    public final boolean isQueued(final int worker) {
        return (queue(worker) & QUEUED) != 0;
    }

    /**
     * Takes a list of runnable workers: they may be claimed then.
     *
     * @param server the server that does
     * @param owner  whose list
     * @param taken  gets the workers, those that became runnable last first; has room for all there are
     * @return how many there were, or {@link #BEING_TAKEN}: another server looks at the list again
     */
    public final int takeList(final int server, final int owner, final int[] taken) {
        final long free = intent(owner);
        final long held = (free & SESSION_MASK) + SESSION | (long) (server + 1) << TAKER_SHIFT;
        if ((free & SESSION) != 0 || !moveIntent(owner, free, held)) {
            return BEING_TAKEN;
        }
        at(Step.LIST_HELD);
        final int count = queueChain(owner, held, takeHead(owner, held), taken);
        sayCurrent(owner, 0);
        sayIntent(owner, (held & SESSION_MASK) + SESSION);
        return count;
    }

    /** Takes the list; its first worker, or nobody if it has none. */
    private int takeHead(final int owner, final long held) {
        final UmcgTask list = tasks[owner];
        long first = list.runnableWorkersVolatile();
        while (first != 0) {
            final int head = memory.workerAt(first);
            sayIntent(owner, held | head + 1);
            at(Step.HEAD_SAID);
            if (list.compareAndSetRunnableWorkers(first, 0)) {
                at(Step.LIST_TAKEN);
                return head;
            }
            first = list.runnableWorkersVolatile();
        }
        return NOBODY;
    }

    /** Queues the workers of a chain, until the sentinel takes it over. How many were queued. */
    private int queueChain(final int owner, final long held, final int head, final int[] taken) {
        int count = 0;
        int worker = head;
        while (worker != NOBODY && count < taken.length) {
            final long queue = queue(worker);
            final int next = memory.workerAt(memory.workerTask(worker).runnableWorkersLinkAcquire());
            sayCurrent(owner, queue & ROUND_MASK | worker + 1);
            at(Step.CURRENT_SAID);
            if (!moveIntent(owner, held | worker + 1, held | next + 1)) {
                return count;
            }
            at(Step.WORKER_PASSED);
            if (queueWorker(worker, queue, queue)) {
                taken[count] = worker;
                count++;
            }
            at(Step.WORKER_QUEUED);
            worker = next;
        }
        return count;
    }

    /** The worker is anybody's to claim, unless it is in another round than it was when its word was read. */
    private boolean queueWorker(final int worker, final long round, final long read) {
        long old = read;
        while (((old ^ round) & ROUND_MASK) == 0 && (old & QUEUED) == 0) {
            final long seen = OffHeap.compareAndExchangeLong(control, base, queueOffset(worker), old, old | QUEUED);
            if (seen == old) {
                return true;
            }
            old = seen;
        }
        return false;
    }

    /**
     * Makes a worker that is QUEUED the server's, which is to run it.
     *
     * <p>next_tid is written first: without CONSUMED it tells the sentinel that the worker was not run yet.
     *
     * @param server the server that does
     * @param worker the worker's number
     * @return false if it is somebody else's
     */
    final boolean claimWorker(final int server, final int worker) {
        final long old = queue(worker);
        if ((old & QUEUED) == 0) {
            return false;
        }
        final long round = (old & ROUND_MASK) + ROUND;
        tasks[server].nextTidOpaque(memory.workerTidAcquire(worker));
        sayPicked(server, round | worker + 1);
        at(Step.WORKER_SAID);
        if (replaceQueue(worker, old, round | (long) (server + 1) << CLAIMER_SHIFT)) {
            at(Step.WORKER_CLAIMED);
            return true;
        }
        sayPicked(server, 0);
        return false;
    }

    /**
     * A server has run the worker that it had claimed, or lets it go.
     *
     * @param server      the server that does
     * @param isToBeRun   it was not run, and anybody may claim it again
     */
    final void endClaim(final int server, final boolean isToBeRun) {
        // Read in any case: the first read links, which allocates, and is to come before there are workers.
        final long picked = picked(server);
        if (isToBeRun && picked != 0) {
            final int worker = (int) (picked & NUMBER_MASK) - 1;
            queueWorker(worker, picked, queue(worker));
        }
        sayPicked(server, 0);
        at(Step.RUN_ENDED);
    }

    /** Whether what a server has claimed is still its own. Volatile semantics. */
    final boolean hasClaim(final int server) {
        return picked(server) != 0;
    }

    /** Replaces all of a worker's word but IN_POLICY, if it is as expected but for that. */
    private boolean replaceQueue(final int worker, final long expected, final long update) {
        long old = expected;
        while (((old ^ expected) & ~IN_POLICY) == 0) {
            final long seen = OffHeap.compareAndExchangeLong(
                control, base, queueOffset(worker), old, update | old & IN_POLICY);
            if (seen == old) {
                return true;
            }
            old = seen;
        }
        return false;
    }

    private long queue(final int worker) {
        return OffHeap.getLongVolatile(control, base, queueOffset(worker));
    }

    private static int offset(final int server, final int field) {
        return SchedulerMemory.serverOffset(server) + field;
    }

    private int queueOffset(final int worker) {
        return memory.workerOffset(worker) + SchedulerMemory.WORKER_QUEUE_OFFSET;
    }

    private long picked(final int server) {
        return OffHeap.getLongVolatile(control, base, offset(server, SchedulerMemory.SERVER_PICKED_OFFSET));
    }

    private void sayPicked(final int server, final long picked) {
        OffHeap.setLongVolatile(control, base, offset(server, SchedulerMemory.SERVER_PICKED_OFFSET), picked);
    }

    private long intent(final int owner) {
        return OffHeap.getLongVolatile(control, base, offset(owner, SchedulerMemory.SERVER_INTENT_OFFSET));
    }

    private void sayIntent(final int owner, final long intent) {
        OffHeap.setLongVolatile(control, base, offset(owner, SchedulerMemory.SERVER_INTENT_OFFSET), intent);
    }

    private boolean moveIntent(final int owner, final long from, final long to) {
        return OffHeap.compareAndSetLong(control, base, offset(owner, SchedulerMemory.SERVER_INTENT_OFFSET), from, to);
    }

    private void sayCurrent(final int owner, final long current) {
        OffHeap.setLongVolatile(control, base, offset(owner, SchedulerMemory.SERVER_CURRENT_OFFSET), current);
    }
}
