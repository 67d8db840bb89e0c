// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.TestThread;

/** Many executors of one scheduler, and what becomes of a task that there is no thread for. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExecutorsSystemTest {

    private static final int WORKERS = 2;
    private static final int PATIENCE_SECONDS = 100;

    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void shouldRunTasksOfAnyNumberOfExecutors() throws Exception {
        final AtomicInteger ran = new AtomicInteger();
        final List<ExecutorService> executors = new ArrayList<>();
        try (UmcgScheduler scheduler = UmcgScheduler.start(2, WORKERS)) {
            for (int i = 0; i < 20; i++) {
                final ExecutorService executor = scheduler.newExecutor();
                executors.add(executor);
                for (int j = 0; j < 2 * WORKERS; j++) {
                    executor.execute(ran::incrementAndGet);
                }
            }
        }

        assertThat(ran).hasValue(20 * 2 * WORKERS);
        assertThat(executors).allMatch(ExecutorService::isTerminated);
    }

    /** All workers that there may be are in use, and die; a pool makes a successor in the thread that dies. */
    @Test
    void shouldReplaceWorkersOfFullPoolsWhenTasksThrow() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(2).workers(WORKERS).maxWorkers(2 * WORKERS)
            .uncaughtExceptionHandler((thread, problem) -> { }).start()) {
            final List<Future<String>> behind = new ArrayList<>();
            final List<ExecutorService> executors = List.of(scheduler.newExecutor(), scheduler.newExecutor());
            final CountDownLatch full = new CountDownLatch(2 * WORKERS);
            for (final ExecutorService executor : executors) {
                for (int i = 0; i < WORKERS; i++) {
                    executor.execute(() -> {
                        full.countDown();
                        await(full);
                        throw new IllegalStateException("on purpose");
                    });
                }
            }
            for (final ExecutorService executor : executors) {
                for (int i = 0; i < WORKERS; i++) {
                    behind.add(executor.submit(() -> "served"));
                }
            }

            for (final Future<String> task : behind) {
                assertThat(task.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("served");
            }
            assertThat(scheduler.metrics().refused()).isZero();
        }
    }

    @Test
    void shouldRefuseTaskThatThereIsNoThreadForAndSayWhatToSet() throws Exception {
        try (UmcgScheduler scheduler =
                 UmcgScheduler.builder().servers(1).workers(WORKERS).maxWorkers(WORKERS).start()) {
            final ExecutorService first = scheduler.newExecutor();
            final ExecutorService second = scheduler.newExecutor();
            for (int i = 0; i < WORKERS; i++) {
                first.execute(() -> await(end));
            }

            assertThatThrownBy(() -> second.execute(() -> { }))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("all 2 workers of the scheduler are in use;"
                    + " UmcgScheduler.Builder.maxWorkers() says how many there may be");
            assertThat(scheduler.metrics().refused()).isOne();

            end.countDown();
            first.shutdown();
            assertThat(first.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            TestThread.spinUntil(() -> scheduler.metrics().workers() == 0);
            assertThat(second.submit(() -> "served").get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("served");
        }
    }

    /** A thread that was made and not started is in nobody's way, and no collection is asked for. */
    @Test
    void shouldRefuseWithoutCollectionWhenThreadIsNotStarted() {
        try (UmcgScheduler scheduler =
                 UmcgScheduler.builder().servers(1).workers(WORKERS).maxWorkers(WORKERS).start()) {
            final ThreadFactory factory = scheduler.threadFactory();
            final Thread spare = factory.newThread(() -> { });
            final ThreadPoolExecutor pool = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), factory);
            for (int i = 0; i < WORKERS; i++) {
                pool.execute(() -> await(end));
            }
            final long before = collections();
            for (int i = 0; i < 100; i++) {
                assertThatThrownBy(() -> pool.execute(() -> { })).isInstanceOf(RejectedExecutionException.class);
            }
            final long after = collections();
            assertThatThrownBy(spare::start).isInstanceOf(RejectedExecutionException.class);
            end.countDown();
            pool.shutdown();

            assertThat(after).isEqualTo(before);
            assertThat(scheduler.metrics().refused()).isEqualTo(101);
        }
    }

    /** As the contract of a factory allows. */
    @Test
    void shouldMakeNoThreadAfterClose() {
        final UmcgScheduler scheduler = UmcgScheduler.start(1, 1);
        scheduler.close();

        assertThat(scheduler.threadFactory().newThread(() -> { })).isNull();
        assertThat(scheduler.threadFactory().newThread(() -> { })).isNull();
        assertThat(scheduler.metrics().refused()).isEqualTo(2);
        assertThatThrownBy(scheduler::newExecutor)
            .isInstanceOf(IllegalStateException.class).hasMessage("the scheduler is closed");
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }

    private static void await(final CountDownLatch latch) {
        try {
            latch.await();
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
