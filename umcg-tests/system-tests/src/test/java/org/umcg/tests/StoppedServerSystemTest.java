// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.binding.Umcg;
import org.umcg.sentinel.Counter;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.Sentinel;
import org.umcg.sentinel.ServerCalls;
import org.umcg.sentinel.StoppingProtocol;
import org.umcg.testsupport.TestThread;

/**
 * A server that stops at each step of taking a list and claiming a worker, as a safepoint may stop it, while a
 * collection is asked for. No worker is hidden from the sentinel there: all run until the server goes on, in the middle
 * of what the sentinel has finished, and then until they end.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoppedServerSystemTest {

    private static final int WORKERS = 4;
    private static final int ROUNDS = 20;

    private final UmcgSystemCalls calls = Umcg.systemCalls();
    private final RawScheduler scheduler = new RawScheduler(1, WORKERS);
    private final SchedulerMemory memory = scheduler.memory();
    private final AtomicIntegerArray rounds = new AtomicIntegerArray(WORKERS);
    private final CountDownLatch areAllRunnable = new CountDownLatch(1);
    private final int[] taken = new int[WORKERS];

    static List<String> steps() {
        return StoppingProtocol.steps();
    }

    @ParameterizedTest
    @MethodSource("steps")
    void shouldHideNoWorkerWhenServerStops(final String step) throws Exception {
        final StoppingProtocol protocol = new StoppingProtocol(memory, step, this::collectUntilHalfIsDone);
        final Sentinel sentinel = new Sentinel(memory, 0);
        final TestThread server = scheduler.startServer(() -> serve(protocol));
        final List<TestThread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            final int worker = i;
            workers.add(scheduler.startWorker(worker, () -> work(worker)));
            TestThread.spinUntil(() -> scheduler.workerState(worker) == RUNNABLE);
        }
        areAllRunnable.countDown();
        for (final TestThread worker : workers) {
            worker.join();
        }
        calls.kick(0, memory.serverTidAcquire(0));
        server.join();
        sentinel.close();

        assertThat(protocol.hasStopped()).isTrue();
        assertThat(memory.counterOpaque(Counter.SENTINEL_RUNS)).isGreaterThanOrEqualTo(WORKERS);
    }

    private void work(final int worker) throws InterruptedException {
        // Unsafe, so that the sentinel does not wait before it runs this one.
        memory.workerStateAddressRelease(worker, 0);
        for (int i = 0; i < ROUNDS; i++) {
            Thread.sleep(1);
            rounds.incrementAndGet(worker);
        }
    }

    /** The place where the server stops. */
    private void collectUntilHalfIsDone() {
        final Thread collector = new Thread(System::gc);
        collector.start();
        while (!haveAllDone(ROUNDS / 2) || collector.isAlive()) {
            try {
                Thread.sleep(1);
            }
            catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private boolean haveAllDone(final int count) {
        for (int i = 0; i < WORKERS; i++) {
            if (rounds.get(i) < count) {
                return false;
            }
        }
        return true;
    }

    private void serve(final StoppingProtocol protocol) throws InterruptedException {
        final ServerCalls serverCalls = protocol.serverCalls(calls);
        memory.protocol().stop(0);
        areAllRunnable.await();
        memory.protocol().beginTurn(0);
        runFirstInVain(protocol, serverCalls);
        final UmcgTask task = memory.serverTask(0);
        while (!haveAllDone(ROUNDS)) {
            task.stateVolatile(RUNNABLE);
            protocol.takeList(0, 0, taken);
            final int next = firstQueued(protocol);
            if (protocol.deferToLease(0) || next == WORKERS) {
                serverCalls.idle(0, System.nanoTime() + 10_000_000);
            }
            else {
                serverCalls.run(0, next, 0);
            }
        }
    }

    /** As if a worker had been listed meanwhile: umcg_wait refuses, and the claimed worker is nobody's again. */
    private void runFirstInVain(final StoppingProtocol protocol, final ServerCalls serverCalls) {
        protocol.takeList(0, 0, taken);
        memory.serverTask(0).stateVolatile(RUNNING);
        assertThat(serverCalls.run(0, taken[0], 0)).isIn(-Errno.EAGAIN, -Errno.EBUSY);
    }

    private static int firstQueued(final StoppingProtocol protocol) {
        int worker = 0;
        while (worker < WORKERS && !protocol.isQueued(worker)) {
            worker++;
        }
        return worker;
    }
}
