// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.api.Errno;
import org.umcg.api.OffHeapWords;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.Umcg;
import org.umcg.sentinel.Counter;
import org.umcg.sentinel.CpuClaim;
import org.umcg.sentinel.JvmThreadState;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.Sentinel;
import org.umcg.testsupport.KernelDelays;
import org.umcg.testsupport.ProcessCounter;
import org.umcg.testsupport.TestThread;

/** The sentinel, with a server that does what the test wants. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SentinelSystemTest {

    private static final int WORKERS = 4;
    private static final int ROUNDS = 5;
    /** As in sentinel.c, at least. */
    private static final long LIMIT_SAFE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    /** From the bits of critical_mask that hide blocks to those that defer preemption. */
    private static final int DEFERRING_SHIFT = 16;
    /** The sentinel aims at less than one of 32, see sentinel.c. */
    private static final int MOST_CPU_PARTS = 25;
    /** Less than the 0.1 s after which workers are preempted. */
    private static final int HIDDEN_MILLIS = 50;
    /** A value of a critical word whose bit is not in the mask. */
    private static final int NOT_CRITICAL = 1;
    /** Of JavaThreadState. */
    private static final int IN_VM = 6;

    private final UmcgSystemCalls calls = Umcg.systemCalls();
    private final RawScheduler scheduler = new RawScheduler(1, WORKERS);
    private final SchedulerMemory memory = scheduler.memory();
    private final Sentinel sentinel = new Sentinel(memory, 0);
    /** Critical words: in a field, so that they stay as long as the kernel reads them. */
    private final OffHeapWords words = OffHeapWords.allocate(WORKERS, calls);
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
        final TestThread server = scheduler.startServer(end::await);
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
        assertThat(memory.counterOpaque(Counter.RESCUES_JAVA)).isPositive();
        assertThat(memory.counterOpaque(Counter.SENTINEL_RUNS)).isGreaterThanOrEqualTo(WORKERS);
    }

    /** J8, R57: the server's thread has ended, without a word to anybody. */
    @Test
    void shouldRunWorkersWhenServerHasDied() throws Exception {
        final CountDownLatch areAllRunnable = new CountDownLatch(1);
        final TestThread server = scheduler.startServer(() -> {
            memory.protocol().stop(0);
            areAllRunnable.await();
            memory.protocol().beginTurn(0);
            throw new IllegalStateException("on purpose");
        });
        final List<TestThread> workers = startWorkers(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                Thread.sleep(1);
                steps.incrementAndGet();
            }
        });
        for (int i = 0; i < WORKERS; i++) {
            final int worker = i;
            TestThread.spinUntil(() -> isRunnable(worker));
        }
        areAllRunnable.countDown();
        for (final TestThread worker : workers) {
            worker.join();
        }

        assertThatThrownBy(server::join).hasMessageContaining("on purpose");
        assertThat(steps).hasValue(WORKERS * ROUNDS);
        assertThat(memory.counterOpaque(Counter.RESCUES_DEAD)).isPositive();
    }

    /** R48: each worker waits for all others to run, without ever blocking. */
    @Test
    void shouldTakeTurnsWhenWorkersSpin() throws Exception {
        final TestThread server = scheduler.startServer(end::await);
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

    /** Most stops are short, and no safepoint waits for a worker in native code. */
    @Test
    void shouldNotRunSafeWorkersAtOnce() throws Exception {
        final TestThread server = scheduler.startServer(end::await);
        final long nanos = nanosUntilWorkerHasRun(0, () -> { });
        end.countDown();
        server.join();

        assertThat(steps).hasValue(1);
        assertThat(nanos).isGreaterThanOrEqualTo(LIMIT_SAFE_NANOS);
    }

    /** A server that waits for a CPU goes on as soon as it has one. Some rounds: a safepoint may stop it in one. */
    @Test
    void shouldNotRunWorkersAtOnceWhenServerRuns() throws Exception {
        final TestThread server = scheduler.startServer(() -> TestThread.spinUntil(() -> end.getCount() == 0));
        long longest = 0;
        for (int i = 0; i < WORKERS; i++) {
            final int worker = i;
            final long nanos = nanosUntilWorkerHasRun(i, () -> memory.workerStateAddressRelease(worker, 0));
            longest = Math.max(longest, nanos);
        }
        end.countDown();
        server.join();

        assertThat(steps).hasValue(WORKERS);
        assertThat(longest).isGreaterThanOrEqualTo(LIMIT_SAFE_NANOS);
    }

    /** J1: one that blocked while its server was stopped may have to go through the next barrier. */
    @Test
    void shouldFirstRunWorkersThatBlockedAtLastStop() throws Exception {
        final CountDownLatch gate = new CountDownLatch(1);
        final AtomicLong listed = new AtomicLong();
        final AtomicBoolean isFirst = new AtomicBoolean();
        final TestThread server = scheduler.startServer(end::await);
        final TestThread leaving = scheduler.startWorker(0, gate::await);
        TestThread.spinUntil(() -> memory.counterOpaque(Counter.SENTINEL_RUNS) > 0 && !isRunnable(0));
        Thread.sleep(200);
        memory.protocol().stop(0);
        final TestThread safe = scheduler.startWorker(1, () ->
            isFirst.set(isRunnable(0) && memory.workerTask(0).runnableTsOpaque() == listed.get()));
        TestThread.spinUntil(() -> isRunnable(1));
        gate.countDown();
        TestThread.spinUntil(() -> isRunnable(0));
        listed.set(memory.workerTask(0).runnableTsOpaque());
        memory.protocol().beginTurn(0);
        leaving.join();
        safe.join();
        end.countDown();
        server.join();

        assertThat(listed).doesNotHaveValue(0);
        assertThat(isFirst).isFalse();
    }

    /** R48: a lock of the VM's, a worker that spins for it there, and an owner whom the policy never picks. */
    @Test
    void shouldRunWorkerInsideVmThatPolicyNeverPicks() throws Exception {
        words.setVolatile(0, IN_VM);
        words.setVolatile(1, IN_VM);
        memory.workerTask(0).criticalPtrOpaque(words.addressOf(0));
        memory.workerTask(0).criticalMaskOpaque(JvmThreadState.criticalMask());
        final TestThread server = scheduler.startServer(() -> scheduler.serveFirst(1, () -> end.getCount() == 0));
        final TestThread owner = scheduler.startWorker(1, steps::incrementAndGet);
        TestThread.spinUntil(() -> isRunnable(1));
        memory.workerStateAddressRelease(1, words.addressOf(1));
        final TestThread spinner = scheduler.startWorker(0, () -> {
            while (steps.get() == 0) {
                Thread.onSpinWait();
            }
        });
        spinner.join();
        owner.join();
        end.countDown();
        server.join();

        assertThat(steps).hasValue(1);
        assertThat(memory.counterOpaque(Counter.SENTINEL_RUNS)).isPositive();
    }

    /** Else whoever was queued last could be passed over each time, and starve. */
    @Test
    void shouldGiveWorkersBackInOrderOfTheirWait() throws Exception {
        final List<Integer> order = new ArrayList<>();
        final CountDownLatch areAllRunnable = new CountDownLatch(1);
        final TestThread server = scheduler.startServer(() -> {
            memory.protocol().stop(0);
            areAllRunnable.await();
            int count = 0;
            while (count < WORKERS) {
                count += scheduler.takeList();
            }
            // They are queued now, and idle so long that the sentinel takes them.
            memory.serverTask(0).stateVolatile(RUNNABLE);
            scheduler.serverCalls().idle(0, 0);
            count = scheduler.takeList();
            while (count > 0) {
                order.add(scheduler.taken(--count));
            }
            scheduler.serveFirst(WORKERS, () -> steps.get() == WORKERS);
        });
        final List<TestThread> workers = new ArrayList<>();
        for (final int worker : List.of(2, 0, 3, 1)) {
            workers.add(scheduler.startWorker(worker, steps::incrementAndGet));
            TestThread.spinUntil(() -> isRunnable(worker));
        }
        areAllRunnable.countDown();
        for (final TestThread worker : workers) {
            worker.join();
        }
        server.join();

        assertThat(order).containsExactly(2, 0, 3, 1);
        assertThat(memory.counterOpaque(Counter.REQUEUES)).isEqualTo(WORKERS);
    }

    @Test
    void shouldLeaveWorkersAloneWhenServerWaits() throws Exception {
        final AtomicBoolean isOver = new AtomicBoolean();
        final TestThread server = scheduler.startServer(() -> {
            while (!isOver.get()) {
                memory.serverTask(0).stateVolatile(RUNNABLE);
                scheduler.serverCalls().idle(0, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20));
            }
        });
        Thread.sleep(500);
        isOver.set(true);
        server.join();

        assertThat(memory.counterOpaque(Counter.SENTINEL_RUNS)).isZero();
    }

    /** Watching a busy server takes little of a CPU, however slow the machine is. */
    @Test
    void shouldUseLittleCpuWhenServerRuns() throws Exception {
        final TestThread server = scheduler.startServer(() -> TestThread.spinUntil(() -> end.getCount() == 0));
        Thread.sleep(1000);
        final long cpu = sentinelCpuNanos();
        final long start = System.nanoTime();
        Thread.sleep(3000);
        final long used = sentinelCpuNanos() - cpu;
        final long elapsed = System.nanoTime() - start;
        end.countDown();
        server.join();

        assertThat(used).isPositive();
        assertThat(used).isLessThan(elapsed / MOST_CPU_PARTS);
    }

    /**
     * I2: a worker whose preemption waits still runs when the one before it, late, tells the sentinel that it
     * has blocked. The sentinel does not take that for the end of its wait.
     */
    @Test
    void shouldRunOneAtATimeWhenNewsComeLate() throws Exception {
        deferPreemption(1);
        final AtomicBoolean isOver = new AtomicBoolean();
        final TestThread server = scheduler.startServer(end::await);
        final List<TestThread> workers = startWorkers(() -> {
            final boolean blocks = calls.gettid() == memory.workerTidAcquire(0);
            // Late, it must not keep the sentinel from its CPU.
            assertThat(CpuClaim.pin(CpuClaim.allowed()[blocks ? 1 : 0])).isZero();
            steps.incrementAndGet();
            while (!isOver.get()) {
                if (blocks) {
                    Thread.sleep(1);
                }
            }
        });
        TestThread.spinUntil(() -> steps.get() == WORKERS);
        final long slices = memory.counterOpaque(Counter.SENTINEL_RUNS);
        try (KernelDelays delays = new KernelDelays()) {
            pin(TestThread.tidOf("umcg-sentinel"), CpuClaim.allowed()[0]);
            delays.set("tell", memory.workerTidAcquire(0), 20_000);
            delays.set("found", TestThread.tidOf("umcg-sentinel"), 1_000);
            Thread.sleep(3000);
        }
        isOver.set(true);
        for (final TestThread worker : workers) {
            worker.join();
        }
        final long maxRunning = ProcessCounter.read("max_running");
        end.countDown();
        server.join();

        assertThat(memory.counterOpaque(Counter.SENTINEL_RUNS) - slices).isGreaterThan(5L * WORKERS);
        assertThat(maxRunning).isOne();
    }

    /** I3: until the sentinel has ended a slice, the server in whose place that is runs nobody. */
    @Test
    void shouldLetServerRunNobodyDuringSlice() throws Exception {
        deferPreemption(0);
        final AtomicInteger result = new AtomicInteger();
        final AtomicBoolean isTried = new AtomicBoolean();
        final TestThread server = scheduler.startServer(() -> {
            TestThread.spinUntil(() -> steps.get() == 1);
            memory.serverTask(0).stateVolatile(RUNNABLE);
            result.set(scheduler.serverCalls().join(0, 1, 0));
            isTried.set(true);
            scheduler.serveFirst(WORKERS, () -> end.getCount() == 0);
        });
        final TestThread worker = scheduler.startWorker(0, () -> {
            // Unsafe from here on, even while a safepoint stops it: the sentinel goes on with it.
            memory.workerStateAddressRelease(0, 0);
            steps.incrementAndGet();
            TestThread.spinUntil(isTried::get);
        });
        worker.join();
        end.countDown();
        server.join();

        assertThat(result).hasValue(-Errno.EBUSY);
    }

    /** J2: a worker sleeps, its critical word hides that, and another one waits to be run. */
    @Test
    void shouldRevealHiddenBlocksWhenOthersWait() throws Exception {
        memory.workerTask(0).criticalPtrOpaque(words.addressOf(0));
        memory.workerTask(0).criticalMaskOpaque(1);
        final AtomicBoolean isOver = new AtomicBoolean();
        final TestThread server =
            scheduler.startServer(() -> scheduler.serveFirst(WORKERS, () -> end.getCount() == 0));
        final TestThread waiting = scheduler.startWorker(1, () -> {
            while (!isOver.get()) {
                Thread.sleep(1);
            }
        });
        final TestThread hiding = scheduler.startWorker(0, () -> {
            for (int i = 0; i < ROUNDS; i++) {
                Thread.sleep(HIDDEN_MILLIS);
                words.setVolatile(0, NOT_CRITICAL);
                Thread.sleep(1);
                words.setVolatile(0, 0);
            }
        });
        hiding.join();
        isOver.set(true);
        waiting.join();
        end.countDown();
        server.join();

        assertThat(memory.counterOpaque(Counter.REVEALS)).isPositive();
    }

    private void deferPreemption(final int worker) {
        memory.workerTask(worker).criticalPtrOpaque(words.addressOf(0));
        memory.workerTask(worker).criticalMaskOpaque(1 << DEFERRING_SHIFT);
    }

    private static void pin(final int tid, final int cpu) throws Exception {
        final Process process = new ProcessBuilder("taskset", "-pc", Integer.toString(cpu), Integer.toString(tid))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(process.waitFor()).isZero();
    }

    private static long sentinelCpuNanos() throws IOException {
        final Path file = Path.of("/proc/self/task/" + TestThread.tidOf("umcg-sentinel") + "/schedstat");
        return Long.parseLong(Files.readString(file).split(" ")[0]);
    }

    /** From when the server is in Java, where it stays, until one worker that was runnable before has ended. */
    private long nanosUntilWorkerHasRun(final int worker, final Runnable beforeTurn) throws Exception {
        memory.protocol().stop(0);
        final TestThread thread = scheduler.startWorker(worker, steps::incrementAndGet);
        TestThread.spinUntil(() -> isRunnable(worker));
        beforeTurn.run();
        final long start = System.nanoTime();
        memory.protocol().beginTurn(0);
        thread.join();
        return System.nanoTime() - start;
    }

    private List<TestThread> startWorkers(final TestThread.Body body) {
        final List<TestThread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            workers.add(scheduler.startWorker(i, body));
        }
        return workers;
    }

    private boolean isRunnable(final int worker) {
        return scheduler.workerState(worker) == RUNNABLE;
    }
}
