// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.umcg.api.UmcgTaskDescriptor.TURNS_TAKING;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.sentinel.Counter;
import org.umcg.sentinel.SchedulerMemory;

/**
 * What the servers of one scheduler see their workers do. Counts only grow, and stay when the scheduler is closed.
 *
 * <p>A worker that is listed has blocked, or was stopped while it ran: the kernel's two time stamps in its task
 * tell which, and whether this was counted before. The sentinel, which does not count, may take it off its list
 * once, and put it back.
 *
 * <table>
 * <caption>Access to the fields</caption>
 * <tr><th>field</th><th>writer</th><th>mode</th><th>pairs with</th></tr>
 * <tr><td>counts</td><td>each server its own row</td><td>volatile; TURNS says while it changes that others do</td>
 *   <td>metrics, which look again then</td></tr>
 * <tr><td>listed</td><td>the server that has taken the worker off a list; the worker, before it registers</td>
 *   <td>volatile</td><td>each other: a worker is on one list at most</td></tr>
 * <tr><td>busy</td><td>each server its own</td><td>volatile</td><td>begin() of other servers</td></tr>
 * <tr><td>maxRunning, unmanaged</td><td>all</td><td>read-modify-write</td><td>metrics</td></tr>
 * </table>
 *
 * <p>No method that servers call allocates or blocks.
 */
final class ServerCounters {

    private static final int BLOCKS = Counter.BLOCKS.id();
    private static final int PREEMPTS = Counter.PREEMPTS.id();
    private static final int RUNS = Counter.RUNS.id();
    /** How many turns were left to the kernel, low half, and how often that was written, high half: odd while it is. */
    private static final int TURNS = Counter.MAX_RUNNING.id() + 1;
    private static final long TURNS_WRITTEN = 1L << Integer.SIZE;
    private static final long TURNS_NUMBER = TURNS_WRITTEN - 1;
    /** A server that was stopped while it writes keeps no metrics waiting. */
    private static final int MAX_LOOKS = 1_000;
    /** Two cache lines for each server. */
    private static final int STRIDE = 16;

    private final SchedulerMemory memory;
    private final AtomicLongArray counts;
    /** When each worker had last become runnable, as it was last seen on a list. */
    private final AtomicLongArray listed;
    /** For each server the number of its worker, plus 1. */
    private final AtomicIntegerArray busy;
    private final AtomicInteger maxRunning = new AtomicInteger();
    private final AtomicLong unmanaged = new AtomicLong();

    ServerCounters(final SchedulerMemory memory) {
        this.memory = memory;
        counts = new AtomicLongArray(memory.servers() * STRIDE);
        listed = new AtomicLongArray(memory.workers());
        busy = new AtomicIntegerArray(memory.servers());
    }

    /** A server is about to run a worker, or to wait for it once more; or nobody: -1, after the kernel has run some. */
    void begin(final int server, final int worker) {
        if (maxRunning.get() == busy.length()) {
            return;
        }
        busy.set(server, worker + 1);
        int sum = 1;
        for (int i = 0; i < busy.length(); i++) {
            sum += i != server && isRunning(busy.get(i) - 1) ? 1 : 0;
        }
        int max = maxRunning.get();
        while (sum > max && !maxRunning.compareAndSet(max, sum)) {
            max = maxRunning.get();
        }
    }

    /** A server may not know yet that its worker has stopped. */
    private boolean isRunning(final int worker) {
        return worker >= 0
            && UmcgTaskDescriptor.state(memory.workerTask(worker).stateVolatile()) == UmcgTaskDescriptor.RUNNING;
    }

    /** Nobody runs on a server. */
    void end(final int server) {
        if (busy.get(server) != 0) {
            busy.set(server, 0);
        }
    }

    /** A server has run a worker. */
    void ran(final int server) {
        add(server, RUNS, 1);
    }

    /** A server leaves turns to the kernel from now on, which counts them down in its task. */
    void leaveTurns(final int server, final int turns) {
        final int at = server * STRIDE + TURNS;
        final long before = counts.get(at);
        if ((int) before != turns) {
            counts.set(at, before + TURNS_WRITTEN);
            VarHandle.storeStoreFence();
            memory.serverTask(server).turnsOpaque(turns);
            counts.set(at, written(before, turns));
        }
    }

    /**
     * Counts the turns that the kernel has taken: in each it has run a worker that had become runnable again, as no
     * server has seen, or has left the server without one.
     *
     * @return how many
     */
    int takeTurns(final int server) {
        final int at = server * STRIDE + TURNS;
        final long before = counts.get(at);
        final int left = turnsLeft(server);
        final int taken = (int) before - left;
        if (taken != 0) {
            counts.set(at, before + TURNS_WRITTEN);
            add(server, RUNS, taken);
            add(server, BLOCKS, taken);
            counts.set(at, written(before, left));
        }
        return taken;
    }

    private int turnsLeft(final int server) {
        return memory.serverTask(server).turnsOpaque() & ~TURNS_TAKING;
    }

    private static long written(final long before, final int turns) {
        return (before & ~TURNS_NUMBER) + 2 * TURNS_WRITTEN + Integer.toUnsignedLong(turns);
    }

    /** A worker is about to register: when it is found on a list for the first time, it has neither blocked nor run. */
    void registers(final int worker) {
        listed.set(worker, 0);
    }

    /** A server has found a worker on a list. */
    void listed(final int server, final int worker) {
        final UmcgTask task = memory.workerTask(worker);
        final long runnable = task.runnableTsOpaque();
        final long blocked = task.blockedTsOpaque();
        final long before = listed.get(worker);
        if (runnable == before) {
            return;
        }
        listed.set(worker, runnable);
        if (before != 0) {
            add(server, blocked - before >= 0 ? BLOCKS : PREEMPTS, 1);
        }
    }

    /** One of the servers' counters. */
    long get(final Counter counter) {
        if (counter != Counter.MAX_RUNNING) {
            return sum(counter.id());
        }
        // The kernel may have run some, and no server has looked since.
        return Math.max(maxRunning.get(), sum(RUNS) == 0 ? 0 : 1);
    }

    /** A thread could not become a worker. */
    void noteUnmanaged() {
        unmanaged.incrementAndGet();
    }

    /** How many could not. */
    long unmanaged() {
        return unmanaged.get();
    }

    /** Before there is a worker, and after the servers' turns without any. */
    void forgetWarmUp() {
        maxRunning.set(0);
        for (int server = 0; server < memory.servers(); server++) {
            counts.set(server * STRIDE + BLOCKS, 0);
            counts.set(server * STRIDE + PREEMPTS, 0);
            counts.set(server * STRIDE + RUNS, 0);
        }
    }

    private void add(final int server, final int count, final int times) {
        final int at = server * STRIDE + count;
        counts.set(at, counts.get(at) + times);
    }

    private long sum(final int count) {
        long sum = 0;
        for (int server = 0; server < memory.servers(); server++) {
            sum += count == PREEMPTS ? counts.get(server * STRIDE + count) : withTurns(server, count);
        }
        return sum;
    }

    /** What a server has counted, and the turns that the kernel takes in its place now. */
    private long withTurns(final int server, final int count) {
        final int at = server * STRIDE;
        long sum = 0;
        for (int i = 0; i < MAX_LOOKS; i++) {
            final long turns = counts.get(at + TURNS);
            sum = counts.get(at + count) + (int) turns - turnsLeft(server);
            VarHandle.loadLoadFence();
            if ((turns & TURNS_WRITTEN) == 0 && counts.get(at + TURNS) == turns) {
                return sum;
            }
            sum = counts.get(at + count);
            Thread.onSpinWait();
        }
        return sum;
    }
}
