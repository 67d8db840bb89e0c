// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;
import static org.umcg.api.UmcgTaskDescriptor.NONE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.umcg.api.Clock;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.binding.Umcg;
import org.umcg.sentinel.JvmThreadState;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.ServerCalls;
import org.umcg.testsupport.TestThread;

/**
 * The memory of a scheduler, and threads in it: servers, which do what the test wants, and workers of server 0.
 */
final class RawScheduler {

    private static final int NOBODY = -1;

    private final UmcgSystemCalls calls = Umcg.systemCalls();
    private final SchedulerMemory memory;
    private final ServerCalls serverCalls;
    private final int[] taken;
    private final int holdLimitMillis;

    /** The kernel releases no worker of it. */
    RawScheduler(final int servers, final int workers) {
        this(servers, workers, 0);
    }

    /** The kernel releases listed workers when the server has been stuck for so long. */
    RawScheduler(final int servers, final int workers, final int holdLimitMillis) {
        this.holdLimitMillis = holdLimitMillis;
        memory = SchedulerMemory.allocate(servers, workers, calls);
        serverCalls = ServerCalls.of(memory, calls);
        taken = new int[workers];
    }

    SchedulerMemory memory() {
        return memory;
    }

    ServerCalls serverCalls() {
        return serverCalls;
    }

    /** Takes the server's list, by the server: how many workers there were. */
    int takeList() {
        return memory.protocol().takeList(0, 0, taken);
    }

    /** One of those, 0 is the one that became runnable last. */
    int taken(final int index) {
        return taken[index];
    }

    /** Server 0; it is registered, and in Java, when this returns. */
    TestThread startServer(final TestThread.Body body) throws InterruptedException {
        return startServer(0, body);
    }

    /** The same for another server. */
    TestThread startServer(final int server, final TestThread.Body body) throws InterruptedException {
        final CountDownLatch isUp = new CountDownLatch(1);
        final TestThread thread = TestThread.start("server-" + server, () -> runAsServer(server, isUp, body));
        isUp.await();
        return thread;
    }

    /** A worker of server 0. */
    TestThread startWorker(final int worker, final TestThread.Body body) {
        return TestThread.start("worker-" + worker, () -> runAsWorker(worker, body));
    }

    /** What a server does whose policy knows only the first so many workers; to be called by the server. */
    void serveFirst(final int workers, final BooleanSupplier isOver) {
        final UmcgTask task = memory.serverTask(0);
        int running = NOBODY;
        while (!isOver.getAsBoolean()) {
            task.stateVolatile(RUNNABLE);
            takeList();
            final int next = running == NOBODY ? firstQueued(workers) : running;
            if (memory.protocol().deferToLease(0)) {
                serverCalls.idle(0, 0);
                running = NOBODY;
            }
            else if (next == NOBODY) {
                serverCalls.idle(0, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20));
            }
            else {
                if (next == running) {
                    serverCalls.join(0, next, 0);
                }
                else {
                    serverCalls.run(0, next, 0);
                }
                running = isRunning(next) ? next : NOBODY;
            }
        }
    }

    int workerState(final int worker) {
        return UmcgTaskDescriptor.state(memory.workerTask(worker).stateVolatile());
    }

    /** Whether it is no worker any more; of one that was. */
    boolean hasLeft(final int worker) {
        return workerState(worker) == NONE;
    }

    private int firstQueued(final int workers) {
        for (int i = 0; i < workers; i++) {
            if (memory.protocol().isQueued(i)) {
                return i;
            }
        }
        return NOBODY;
    }

    private boolean isRunning(final int worker) {
        return workerState(worker) == RUNNING
            && memory.workerTask(worker).serverTidOpaque() == memory.serverTidAcquire(0);
    }

    private void runAsServer(final int server, final CountDownLatch isUp, final TestThread.Body body)
        throws Exception {
        final UmcgTask task = memory.serverTask(server);
        final int tid = calls.gettid();
        task.serverTidOpaque(tid);
        task.holdLimitMillisOpaque(holdLimitMillis);
        task.stateVolatile(RUNNING);
        assertThat(calls.ctl(CTL_REGISTER, task.address(), SIZE, Clock.MONOTONIC.id())).isZero();
        memory.serverTidRelease(server, tid);
        memory.protocol().beginTurn(server);
        isUp.countDown();
        body.run();
        memory.protocol().stop(server);
        task.stateVolatile(RUNNING);
        assertThat(calls.ctl(CTL_UNREGISTER, task.address(), SIZE, 0)).isZero();
    }

    private void runAsWorker(final int worker, final TestThread.Body body) throws Exception {
        final UmcgTask task = memory.workerTask(worker);
        memory.noteWorkerVolatile(worker);
        memory.workerStateAddressRelease(worker, JvmThreadState.address(Thread.currentThread()));
        memory.workerTidRelease(worker, calls.gettid());
        task.serverTidOpaque(memory.serverTidAcquire(0));
        task.stateVolatile(BLOCKED);
        final int result =
            calls.ctl(CTL_REGISTER | CTL_WORKER, task.address(), SIZE, Clock.MONOTONIC.id());
        if (result != 0) {
            throw new AssertionError("umcg_ctl: " + result);
        }
        try {
            body.run();
        }
        finally {
            calls.ctl(CTL_UNREGISTER | CTL_WORKER, task.address(), SIZE, 0);
            memory.workerStateAddressRelease(worker, 0);
        }
    }
}
