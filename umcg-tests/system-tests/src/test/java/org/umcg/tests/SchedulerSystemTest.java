// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.binding.Umcg;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.ProcessCounter;
import org.umcg.testsupport.TestThread;

/** The scheduler and its executor on real workers: contracts, invariants, and no stall. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulerSystemTest {

    private static final int SERVERS = 2;
    private static final int WORKERS = 16;
    private static final long PATIENCE_SECONDS = 100;

    private final UmcgScheduler scheduler = UmcgScheduler.start(SERVERS, WORKERS);
    private final ExecutorService executor = scheduler.newExecutor();

    @AfterEach
    void shouldCloseInOrderAndHaveRunNoMoreWorkersThanServers() {
        final long maxRunning = ProcessCounter.read("max_running");
        scheduler.close();
        assertThat(maxRunning).isLessThanOrEqualTo(SERVERS);
        assertThat(scheduler.serverFailure()).isNull();
        assertThat(executor.isTerminated()).isTrue();
    }

    @Test
    void shouldRunTasksAsWorkers() throws Exception {
        final Future<Long> workers = executor.submit(() -> scheduler.metrics().workers());

        assertThat(workers.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isPositive();
        TestThread.spinUntil(() -> scheduler.metrics().runs() > 0);
    }

    @Test
    void shouldRunOthersWhenWorkerBlocks() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(WORKERS);

        inAllWorkers(() -> barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS));

        assertThat(scheduler.metrics().blocks()).isGreaterThanOrEqualTo(WORKERS - 1);
    }

    /** I2, R25: as the kernel counts; a worker that counts itself may be stopped while it does. */
    @Test
    void shouldNeverRunMoreWorkersThanServers() throws Exception {
        inAllWorkers(() -> {
            for (int i = 0; i < 200; i++) {
                for (int j = 0; j < 2000; j++) {
                    Thread.onSpinWait();
                }
                LockSupport.parkNanos(1_000_000);
            }
            return null;
        });

        assertThat(ProcessCounter.read("max_running")).isBetween(1L, (long) SERVERS);
        assertThat(scheduler.metrics().blocks()).isGreaterThan(100L * WORKERS);
    }

    /** I2, R25: a kick ends the server's wait, and not the worker: the server waits for it once more. */
    @Test
    void shouldRunNobodyElseWhenServerIsKicked() throws Exception {
        final AtomicBoolean isOver = new AtomicBoolean();
        final List<Future<?>> spinners = new ArrayList<>();
        for (int i = 0; i < 2 * SERVERS; i++) {
            spinners.add(executor.submit(() -> {
                while (!isOver.get()) {
                    Thread.onSpinWait();
                }
            }));
        }
        for (int i = 0; i < 50; i++) {
            for (int server = 0; server < SERVERS; server++) {
                assertThat(Umcg.systemCalls().kick(0, TestThread.tidOf("umcg-server-" + server))).isZero();
            }
            Thread.sleep(2);
        }
        isOver.set(true);
        for (final Future<?> spinner : spinners) {
            spinner.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        assertThat(ProcessCounter.read("max_running")).isBetween(1L, (long) SERVERS);
    }

    /** R24: a server whose worker never blocks does not keep its other workers from the idle one. */
    @Test
    void shouldRunAllWorkersWhenOneServerIsBusy() throws Exception {
        final AtomicBoolean isOver = new AtomicBoolean();
        final CountDownLatch spinning = new CountDownLatch(1);
        final Future<?> spinner = executor.submit(() -> {
            spinning.countDown();
            while (!isOver.get()) {
                Thread.onSpinWait();
            }
        });
        assertThat(spinning.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        final List<Future<?>> sleepers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            sleepers.add(executor.submit(() -> LockSupport.parkNanos(1_000_000)));
        }
        for (final Future<?> sleeper : sleepers) {
            sleeper.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        isOver.set(true);
        spinner.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** S1, J1: collections, with workers held in every state. */
    @Test
    void shouldFinishWhenCollectorsRunAllTheTime() throws Exception {
        final AtomicBoolean isOver = new AtomicBoolean();
        final AtomicInteger collections = new AtomicInteger();
        final Thread collector = new Thread(() -> {
            while (!isOver.get()) {
                System.gc();
                collections.incrementAndGet();
                LockSupport.parkNanos(5_000_000);
            }
        });
        collector.start();

        inAllWorkers(() -> {
            int sum = 0;
            for (int i = 0; i < 100; i++) {
                sum += new byte[10_000].length;
                LockSupport.parkNanos(20_000);
            }
            return sum;
        });
        isOver.set(true);
        collector.join();

        assertThat(collections).hasPositiveValue();
    }

    /** S5, J2: the monitor passes between workers and a plain thread. */
    @Test
    void shouldFinishWhenWorkersAndPlainThreadShareMonitor() throws Exception {
        final int[] counter = new int[1];
        final Runnable body = () -> {
            for (int i = 0; i < 500; i++) {
                synchronized (counter) {
                    counter[0]++;
                }
            }
        };
        final Thread plain = new Thread(body);
        plain.start();

        inAllWorkers(() -> {
            body.run();
            return null;
        });
        plain.join();

        assertThat(counter[0]).isEqualTo(500 * (WORKERS + 1));
    }

    @Test
    void shouldKeepPoolSizeWhenTasksThrow() throws Exception {
        final CountDownLatch thrown = new CountDownLatch(5 * WORKERS);
        final Thread.UncaughtExceptionHandler old = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, throwable) -> thrown.countDown());
        try {
            for (int i = 0; i < 5 * WORKERS; i++) {
                executor.execute(() -> {
                    throw new IllegalStateException("on purpose");
                });
            }
            assertThat(thrown.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
        finally {
            Thread.setDefaultUncaughtExceptionHandler(old);
        }
        shouldRunOthersWhenWorkerBlocks();
    }

    @Test
    void shouldTellFailureThroughFuture() {
        final Future<?> failing = executor.submit((Callable<Void>) () -> {
            throw new IllegalStateException("on purpose");
        });

        assertThatThrownBy(() -> failing.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasRootCauseMessage("on purpose");
    }

    private <T> void inAllWorkers(final Callable<T> body) throws Exception {
        final List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            futures.add(executor.submit(body));
        }
        for (final Future<T> future : futures) {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
