// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.scheduler.SchedulerMetrics;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.LogCapture;
import org.umcg.testsupport.TestThread;

/** How a scheduler is closed, by whom, and what is left of it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulerCloseSystemTest {

    private static final int PATIENCE_SECONDS = 100;
    private static final int LONG_MILLIS = 3_600_000;

    private final UmcgScheduler scheduler = UmcgScheduler.start(2, 2);
    private final ExecutorService executor = scheduler.newExecutor();
    private final CountDownLatch sleeping = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void closeInAnyCase() {
        end.countDown();
        scheduler.close();
    }

    @Test
    void shouldRefuseToCloseFromWorker() {
        final Future<?> closing = executor.submit(() -> scheduler.close());
        final Future<?> limited = executor.submit(() -> scheduler.close(Duration.ZERO));

        assertThatThrownBy(() -> closing.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> limited.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(executor.isShutdown()).isFalse();
    }

    @Test
    void shouldInterruptTasksWhenCloseIsInterrupted() throws Exception {
        final Future<Boolean> sleeper = executor.submit(sleepUntilInterrupted());
        awaitSleeper();

        Thread.currentThread().interrupt();
        scheduler.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(sleeper.get()).isTrue();
        assertThatThrownBy(() -> executor.submit(() -> { })).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(scheduler::newExecutor).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldCloseTwiceAndByTwoThreadsAtOnce() throws Exception {
        final Future<String> task = executor.submit(() -> {
            sleeping.countDown();
            end.await();
            return "done";
        });
        awaitSleeper();
        final TestThread other = TestThread.start("closes, too", scheduler::close);
        end.countDown();
        scheduler.close();

        assertThat(task.get()).isEqualTo("done");
        other.join();
        scheduler.close();
        assertThat(scheduler.close(Duration.ZERO)).isTrue();
    }

    @Test
    void shouldReturnAndInterruptWhenTimeIsOver() throws Exception {
        final Future<Boolean> sleeper = executor.submit(sleepUntilInterrupted());
        awaitSleeper();
        final long begin = System.nanoTime();

        assertThat(scheduler.close(Duration.ofMillis(200))).isFalse();

        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(sleeper.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(scheduler.close(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> scheduler.close(Duration.ofNanos(-1)));
    }

    /** A task that ignores interrupts has a server as long as it lives. */
    @Test
    void shouldServeTaskThatDoesNotEndInTime() throws Exception {
        final Future<String> stubborn = executor.submit(() -> {
            sleeping.countDown();
            while (end.getCount() != 0) {
                Thread.onSpinWait();
            }
            return "done";
        });
        awaitSleeper();

        assertThat(scheduler.close(Duration.ofMillis(100))).isFalse();
        assertThat(stubborn.isDone()).isFalse();
        end.countDown();

        assertThat(stubborn.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(scheduler.close(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    }

    @Test
    void shouldInterruptAllWorkersAndReturnTasksThatHaveNotBegun() throws Exception {
        final Future<Boolean> first = executor.submit(sleepUntilInterrupted());
        final Future<Boolean> second = executor.submit(sleepUntilInterrupted());
        final Future<?> third = executor.submit(() -> { });
        final boolean[] wasInterrupted = new boolean[1];
        final Thread ofFactory = scheduler.threadFactory().newThread(() -> {
            try {
                wasInterrupted[0] = sleepUntilInterrupted().call();
            }
            catch (final Exception e) {
                throw new IllegalStateException(e);
            }
        });
        ofFactory.start();
        TestThread.spinUntil(() -> scheduler.metrics().workers() == 3 && scheduler.metrics().running() == 0);

        assertThat(scheduler.shutdownNow()).containsExactly((Runnable) third);

        assertThat(first.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(second.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        ofFactory.join(LONG_MILLIS);
        assertThat(wasInterrupted[0]).isTrue();
        scheduler.close();
    }

    @Test
    void shouldSayOnceWhomItWaitsFor() throws Exception {
        executor.submit(() -> {
            sleeping.countDown();
            end.await();
            return null;
        });
        awaitSleeper();
        try (LogCapture log = new LogCapture("org.umcg.scheduler")) {
            final TestThread closing = TestThread.start("closes", scheduler::close);
            TestThread.spinUntil(() -> !log.messages().isEmpty());
            Thread.sleep(1000);
            end.countDown();
            closing.join();

            final List<String> messages = log.messages();
            assertThat(messages).hasSize(1);
            assertThat(messages.get(0))
                .startsWith("close() has waited for 10 s, and goes on waiting, for umcg-worker-1")
                .contains(getClass().getName());
        }
    }

    @Test
    void shouldKeepCountsAfterClose() throws Exception {
        executor.submit(() -> {
            for (int i = 0; i < 100; i++) {
                Thread.sleep(1);
            }
            return null;
        }).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        final SchedulerMetrics before = scheduler.metrics();
        scheduler.close();
        final SchedulerMetrics after = scheduler.metrics();

        assertThat(before.blocks()).isPositive();
        assertThat(after.workers()).isZero();
        assertThat(after.running()).isZero();
        assertThat(after.maxRunning()).as("there was one worker").isOne();
        assertThat(after.blocks()).isGreaterThanOrEqualTo(before.blocks());
        assertThat(after.runs()).isGreaterThanOrEqualTo(before.runs());
    }

    @Test
    void shouldCountWhatItsOwnWorkersDo() throws Exception {
        try (UmcgScheduler other = UmcgScheduler.start(1, 1)) {
            executor.submit(() -> {
                Thread.sleep(10);
                return null;
            }).get(PATIENCE_SECONDS, TimeUnit.SECONDS);

            assertThat(scheduler.metrics().workers()).isOne();
            assertThat(other.metrics().workers()).isZero();
            assertThat(other.metrics().blocks()).isZero();
            assertThat(other.metrics().runs()).isZero();
            assertThat(other.metrics().maxRunning()).isZero();
        }
        assertThat(scheduler.metrics().blocks()).isPositive();
    }

    private void awaitSleeper() throws InterruptedException {
        assertThat(sleeping.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private Callable<Boolean> sleepUntilInterrupted() {
        return () -> {
            sleeping.countDown();
            try {
                Thread.sleep(LONG_MILLIS);
                return false;
            }
            catch (final InterruptedException e) {
                return true;
            }
        };
    }
}
