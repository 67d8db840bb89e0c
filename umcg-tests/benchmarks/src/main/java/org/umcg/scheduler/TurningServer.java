// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.NEXT_TID_CONSUMED;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.binding.JniSystemCalls;

/**
 * A server that turns as ever, before a stand-in for the kernel: one worker that yields at once, whenever it is run.
 * So what is measured of it is the loop in Java, and the few words that the stand-in writes in the kernel's place. In
 * the package of the scheduler, which is possible on the class path only.
 *
 * <p>One thread measures at a time. It writes turnsLeft, in volatile mode, and the server counts it down; nanoseconds
 * the other way round.
 */
public final class TurningServer implements AutoCloseable {

    private static final int WORKER = 0;
    private static final int WORKER_TID = 1_000;

    private final ServerGroup group;
    private final ServerThreads threads;
    private final AtomicInteger turnsLeft = new AtomicInteger();
    private final AtomicLong nanoseconds = new AtomicLong();
    private volatile Thread server;
    private volatile Thread caller;

    /** Starts the server. */
    public TurningServer() {
        final SchedulerSettings settings = UmcgScheduler.builder().servers(1).workers(1).anyCpu().settings();
        settings.setSentinel(false);
        group = new ServerGroup(settings, new StandIn());
        threads = new ServerThreads(group);
        group.slots().enter(false);
        group.memory().noteWorkerVolatile(WORKER);
        group.memory().workerTidRelease(WORKER, WORKER_TID);
        if (threads.start() != null) {
            throw new IllegalStateException("the server did not start", group.awaitStart());
        }
    }

    /**
     * Has the server turn.
     *
     * @param turns how often, at least once
     * @return how long that took, in nanoseconds, from the first turn that finds the worker to the last that ran it
     */
    public long measure(final int turns) {
        caller = Thread.currentThread();
        nanoseconds.set(0);
        turnsLeft.set(turns);
        LockSupport.unpark(server);
        while (nanoseconds.get() == 0) {
            LockSupport.park(this);
        }
        return nanoseconds.get();
    }

    /** Ends the server, and fails if anything in it has. */
    @Override
    public void close() {
        group.slots().close();
        group.leaveWorker();
        final Throwable failure = group.failures().first(FailureHandler.Part.SERVER);
        if (failure != null) {
            throw new IllegalStateException("a server failed", failure);
        }
    }

    /** Allocates nothing while the server turns. */
    private final class StandIn implements UmcgSystemCalls {

        private final JniSystemCalls addresses = new JniSystemCalls();
        private long begin;

        @Override
        public int ctl(final int flags, final long selfAddress, final int size, final int clockId) {
            server = Thread.currentThread();
            return 0;
        }

        @Override
        public int umcgWait(final int flags, final long absTimeoutNanos) {
            final UmcgTask task = group.memory().serverTask(0);
            final int tid = task.nextTidAcquire();
            if (absTimeoutNanos != 0 || tid != 0 && tid != WORKER_TID) {
                return -Errno.ETIMEDOUT; // a turn to warm up
            }
            if (tid == 0) {
                awaitTurns();
            }
            else {
                task.nextTidOpaque(tid | NEXT_TID_CONSUMED);
                endTurn(task);
            }
            task.stateVolatile(RUNNING);
            return 0;
        }

        private void awaitTurns() {
            while (turnsLeft.get() == 0 && !group.isDone()) {
                LockSupport.park(this);
            }
            begin = System.nanoTime();
            if (turnsLeft.get() != 0) {
                listWorker(group.memory().serverTask(0));
            }
        }

        private void endTurn(final UmcgTask task) {
            final int left = turnsLeft.get() - 1;
            turnsLeft.set(left);
            if (left != 0) {
                listWorker(task);
                return;
            }
            group.memory().workerTask(WORKER).stateVolatile(BLOCKED);
            nanoseconds.set(Math.max(1, System.nanoTime() - begin));
            LockSupport.unpark(caller);
        }

        private void listWorker(final UmcgTask task) {
            group.memory().workerTask(WORKER).stateVolatile(RUNNABLE);
            task.pushRunnableWorker(group.memory().workerTask(WORKER));
        }

        @Override
        public int kick(final int flags, final int tid) {
            LockSupport.unpark(server);
            return 0;
        }

        @Override
        public int gettid() {
            return 1;
        }

        @Override
        public long addressOf(final ByteBuffer buffer) {
            return addresses.addressOf(buffer);
        }
    }
}
