// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.api.Clock;
import org.umcg.api.OffHeapWords;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.binding.SchedulerMemory;
import org.umcg.binding.Sentinel;
import org.umcg.binding.ServerCalls;
import org.umcg.binding.Umcg;

/** The sentinel, with a server that does what the test wants. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SentinelSystemTest {

    private static final int WORKERS = 4;
    private static final int ROUNDS = 5;
    /** From the bits of critical_mask that hide blocks to those that defer preemption. */
    private static final int DEFERRING_SHIFT = 16;

    private final UmcgSystemCalls calls = Umcg.systemCalls();
    private final SchedulerMemory memory = SchedulerMemory.allocate(1, WORKERS, calls);
    private final Sentinel sentinel = new Sentinel(memory);
    private final CountDownLatch isUp = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger steps = new AtomicInteger();

    @AfterEach
    void closeSentinel() {
        sentinel.close();
    }

    /** By then the sentinel has found nothing to watch for a while. */
    @Test
    void shouldRunWorkersWhenServerStartsLateAndIsStuck() throws Exception {
        Thread.sleep(500);
        shouldRunWorkersWhenServerIsStuckInJava();
    }

    /** J8: the server is in Java, and does not come back. */
    @Test
    void shouldRunWorkersWhenServerIsStuckInJava() throws Exception {
        final TestThread server = startServer(end::await);
        final List<TestThread> workers = startWorkers(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                Thread.sleep(1);
                steps.incrementAndGet();
            }
        });
        for (final TestThread worker : workers) {
            worker.join();
        }
        end.countDown();
        server.join();

        assertThat(steps).hasValue(WORKERS * ROUNDS);
        assertThat(memory.rescuesJavaOpaque()).isPositive();
        assertThat(memory.slicesOpaque()).isGreaterThanOrEqualTo(WORKERS);
    }

    /** R48: each worker waits for all others to run, without ever blocking. */
    @Test
    void shouldTakeTurnsWhenWorkersSpin() throws Exception {
        final TestThread server = startServer(end::await);
        final List<TestThread> workers = startWorkers(() -> {
            steps.incrementAndGet();
            while (steps.get() < WORKERS) {
                Thread.onSpinWait();
            }
        });
        for (final TestThread worker : workers) {
            worker.join();
        }
        end.countDown();
        server.join();

        assertThat(steps).hasValue(WORKERS);
    }

    @Test
    void shouldLeaveWorkersAloneWhenServerWaits() throws Exception {
        final AtomicBoolean isOver = new AtomicBoolean();
        final ServerCalls serverCalls = new ServerCalls(memory);
        final TestThread server = startServer(() -> {
            while (!isOver.get()) {
                memory.serverTask(0).stateVolatile(RUNNABLE);
                serverCalls.idle(0, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20));
            }
        });
        Thread.sleep(500);
        isOver.set(true);
        server.join();

        assertThat(memory.slicesOpaque()).isZero();
    }

    /**
     * I2: a worker whose preemption waits still runs when the one before it, late, tells the sentinel that it
     * has blocked. The sentinel does not take that for the end of its wait.
     */
    @Test
    void shouldRunOneAtATimeWhenNewsComeLate() throws Exception {
        final OffHeapWords words = OffHeapWords.allocate(1, calls);
        memory.workerTask(1).criticalPtrOpaque(words.addressOf(0));
        memory.workerTask(1).criticalMaskOpaque(1 << DEFERRING_SHIFT);
        final AtomicBoolean isOver = new AtomicBoolean();
        final TestThread server = startServer(end::await);
        final List<TestThread> workers = startWorkers(() -> {
            final boolean blocks = calls.gettid() == memory.workerTidAcquire(0);
            // Late, it must not keep the sentinel from its CPU.
            assertThat(ServerCalls.pin(ServerCalls.allowedCpu(blocks ? 1 : 0))).isZero();
            steps.incrementAndGet();
            while (!isOver.get()) {
                if (blocks) {
                    Thread.sleep(1);
                }
            }
        });
        TestThread.spinUntil(() -> steps.get() == WORKERS);
        final long slices = memory.slicesOpaque();
        try (KernelDelays delays = new KernelDelays()) {
            pin(sentinelTid(), ServerCalls.allowedCpu(0));
            delays.set("tell", memory.workerTidAcquire(0), 20_000);
            delays.set("found", sentinelTid(), 1_000);
            Thread.sleep(3000);
        }
        isOver.set(true);
        for (final TestThread worker : workers) {
            worker.join();
        }
        final long maxRunning = maxRunning();
        end.countDown();
        server.join();

        assertThat(memory.slicesOpaque() - slices).isGreaterThan(5L * WORKERS);
        assertThat(maxRunning).isOne();
    }

    private static void pin(final int tid, final int cpu) throws Exception {
        final Process process = new ProcessBuilder("taskset", "-pc", Integer.toString(cpu), Integer.toString(tid))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(process.waitFor()).isZero();
    }

    private static long maxRunning() throws IOException {
        final String name = "max_running ";
        return Files.readAllLines(Path.of("/proc/self/umcg")).stream()
            .filter(line -> line.startsWith(name))
            .mapToLong(line -> Long.parseLong(line.substring(name.length())))
            .findFirst().orElseThrow();
    }

    private static int sentinelTid() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (final Path thread : threads.toList()) {
                if ("umcg-sentinel\n".equals(Files.readString(thread.resolve("comm")))) {
                    return Integer.parseInt(thread.getFileName().toString());
                }
            }
        }
        throw new AssertionError("no sentinel");
    }

    private TestThread startServer(final TestThread.Body body) throws InterruptedException {
        final UmcgTask task = memory.serverTask(0);
        final TestThread thread = TestThread.start("server", () -> {
            final int tid = calls.gettid();
            task.serverTidOpaque(tid);
            task.stateVolatile(RUNNING);
            assertThat(calls.ctl(CTL_REGISTER, task.address(), Clock.MONOTONIC.id())).isZero();
            memory.serverTidRelease(0, tid);
            memory.beginTurn(0);
            isUp.countDown();
            body.run();
            memory.phaseStopped(0);
            task.stateVolatile(RUNNING);
            assertThat(calls.ctl(CTL_UNREGISTER, task.address(), 0)).isZero();
        });
        isUp.await();
        return thread;
    }

    private List<TestThread> startWorkers(final TestThread.Body body) {
        final List<TestThread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            final int worker = i;
            workers.add(TestThread.start("worker-" + i, () -> runAsWorker(worker, body)));
        }
        return workers;
    }

    private void runAsWorker(final int worker, final TestThread.Body body) throws Exception {
        final UmcgTask task = memory.workerTask(worker);
        memory.workerTidRelease(worker, calls.gettid());
        task.serverTidOpaque(memory.serverTidAcquire(0));
        task.stateVolatile(BLOCKED);
        final int result =
            calls.ctl(CTL_REGISTER | CTL_WORKER, task.address(), Clock.MONOTONIC.id());
        if (result != 0) {
            throw new AssertionError("umcg_ctl: " + result);
        }
        try {
            body.run();
        }
        finally {
            calls.ctl(CTL_UNREGISTER | CTL_WORKER, task.address(), 0);
        }
    }
}
