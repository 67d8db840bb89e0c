// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.NONE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.Umcg;
import org.umcg.sentinel.Counter;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.Sentinel;
import org.umcg.sentinel.ServerCalls;
import org.umcg.testsupport.KernelDelays;
import org.umcg.testsupport.TestTask;
import org.umcg.testsupport.TestThread;

/** Workers that the kernel releases, because no server has moved for too long. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HoldLimitSystemTest {

    private static final int MILLIS = 10;
    private static final int ROUNDS = 5;

    private final UmcgSystemCalls calls = Umcg.systemCalls();
    private final RawScheduler scheduler = new RawScheduler(1, 1, MILLIS);
    private final SchedulerMemory memory = scheduler.memory();
    private final ServerCalls serverCalls = scheduler.serverCalls();
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicBoolean isTried = new AtomicBoolean();
    private final CountDownLatch end = new CountDownLatch(1);

    /** R18: the kernel counts it as listed until it has been run, so nobody lists it a second time. */
    @Test
    void shouldKeepReleasedWorkerWhenServerIsKicked() throws Exception {
        final TestThread server = scheduler.startServer(() -> {
            tryToRunReleasedWorker();
            isTried.set(true);
            scheduler.serveFirst(1, () -> steps.get() == 2);
        });
        final TestThread worker = scheduler.startWorker(0, () -> {
            steps.incrementAndGet();
            TestThread.spinUntil(isTried::get);
            Thread.sleep(1);
            steps.incrementAndGet();
        });
        worker.join();
        server.join();

        assertThat(steps).hasValue(2);
    }

    /** R18: the kernel has released a worker, and a kick comes before the sentinel gets to run it. */
    @Test
    void shouldKeepReleasedWorkerWhenSentinelIsKicked() throws Exception {
        final AtomicBoolean isOver = new AtomicBoolean();
        final TestThread server = scheduler.startServer(end::await);
        memory.protocol().stop(0);
        try (Sentinel sentinel = new Sentinel(memory, MILLIS); KernelDelays delays = new KernelDelays()) {
            assertThat(sentinel).hasToString("Sentinel of 1 servers");
            final TestThread worker = scheduler.startWorker(0, () -> {
                steps.incrementAndGet();
                TestThread.spinUntil(isOver::get);
                for (int i = 1; i < ROUNDS; i++) {
                    Thread.sleep(1);
                    steps.incrementAndGet();
                }
            });
            TestThread.spinUntil(() -> steps.get() == 1);
            final int tid = TestThread.tidOf("umcg-sentinel");
            delays.set("found", tid, 1_000);
            final TestThread kicker = TestThread.start("kicker", () ->
                TestThread.spinUntil(() -> calls.kick(0, tid) == 0 && isOver.get()));
            final TestThread unlimited = startUnlimitedServer();
            memory.protocol().beginTurn(0);
            // From here on the sentinel has to find it whenever it is held.
            TestThread.spinUntil(() -> memory.counterOpaque(Counter.RESCUES_JAVA) != 0);
            Thread.sleep(500);
            isOver.set(true);
            kicker.join();
            worker.join();
            end.countDown();
            unlimited.join();
        }
        server.join();

        assertThat(steps).hasValue(ROUNDS);
    }

    /** While there is one, no worker of the process is released. Returns once it is registered. */
    private TestThread startUnlimitedServer() throws InterruptedException {
        final CountDownLatch isUp = new CountDownLatch(1);
        final TestTask task = new TestTask(calls);
        final TestThread thread = TestThread.start("unlimited", () -> {
            assertThat(task.asServer().registerServer()).isZero();
            isUp.countDown();
            end.await();
            assertThat(task.unregisterServer()).isZero();
        });
        isUp.await();
        return thread;
    }

    private void tryToRunReleasedWorker() {
        TestThread.spinUntil(() -> scheduler.takeList() == 1);
        TestThread.spinUntil(() -> scheduler.workerState(0) == NONE);
        assertThat(calls.kick(0, memory.serverTidAcquire(0))).isZero();
        memory.serverTask(0).stateVolatile(RUNNABLE);
        assertThat(serverCalls.run(0, 0, 0)).isEqualTo(-Errno.EAGAIN);
        assertThat(memory.protocol().isQueued(0)).isTrue();
        assertThat(scheduler.workerState(0)).isEqualTo(NONE);
    }
}
