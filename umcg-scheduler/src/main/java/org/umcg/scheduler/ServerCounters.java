// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.sentinel.SchedulerMemory;

/**
 * What the servers of one scheduler see their workers do. Counts only grow, and stay when the scheduler is closed.
 *
 * <p>A worker that is listed has blocked, or was stopped while it ran: the kernel's two time stamps in its task
 * tell which, and whether this was counted before. The sentinel, which does not count, may take it off its list
 * once, and put it back.
 *
 * <p>counts: each server has its own, volatile; no method allocates or blocks. listed: volatile, by whoever has
 * taken the worker off a list.
 */
final class ServerCounters {

    private static final int SWITCHES = 0;
    private static final int BLOCKS = 1;
    private static final int PREEMPTS = 2;
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

    /** A server is about to run a worker, or to wait for it once more. */
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
        add(server, SWITCHES);
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
            add(server, blocked - before >= 0 ? BLOCKS : PREEMPTS);
        }
    }

    /** Times a server ran a worker. */
    long switches() {
        return sum(SWITCHES);
    }

    /** Times a worker blocked, and became runnable again. */
    long blocks() {
        return sum(BLOCKS);
    }

    /** Times a worker stopped that could have gone on. */
    long preempts() {
        return sum(PREEMPTS);
    }

    /** The most workers that ever ran at a time, each on a server. */
    int maxRunning() {
        return maxRunning.get();
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
        for (int i = 0; i < counts.length(); i++) {
            counts.set(i, 0);
        }
    }

    private void add(final int server, final int count) {
        final int at = server * STRIDE + count;
        counts.set(at, counts.get(at) + 1);
    }

    private long sum(final int count) {
        long sum = 0;
        for (int server = 0; server < memory.servers(); server++) {
            sum += counts.get(server * STRIDE + count);
        }
        return sum;
    }
}
