// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.umcg.scheduler.SchedulingPolicy;
import org.umcg.scheduler.TestSwitches;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.ProcessCounter;
import org.umcg.testsupport.TestThread;

/** J7, J8: a worker's thread ends by an exception of any kind, and leaves its place in order. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerLifeSystemTest {

    private static final int PATIENCE_MILLIS = 60_000;

    @ParameterizedTest
    @EnumSource(Death.class)
    void shouldUnregisterWhenThreadDies(final Death death) throws Exception {
        final AtomicReference<Throwable> cause = new AtomicReference<>();
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 2)) {
            final Thread thread = scheduler.threadFactory().newThread(death);
            thread.setUncaughtExceptionHandler((dead, problem) -> cause.set(problem));
            thread.start();
            thread.join(PATIENCE_MILLIS);

            assertThat(thread.isAlive()).isFalse();
            assertThat(cause.get()).isInstanceOf(death.problem());
            assertThat(scheduler.metrics().workers()).isZero();
            assertServes(scheduler);
            assertThat(scheduler.serverFailure()).isNull();
        }
    }

    /** The pool replaces it; who waits is told. */
    @ParameterizedTest
    @EnumSource(Death.class)
    void shouldTellWhoWaitsWhenTaskDies(final Death death) throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 2)) {
            final ExecutorService executor = scheduler.newExecutor();

            final Throwable problem = catchThrowable(
                () -> executor.submit(death).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));

            assertThat(problem).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(death.problem());
            assertServes(scheduler);
        }
    }

    /** In the bracket it is no worker, and afterwards it ends as one. */
    @Test
    void shouldBeWorkerAgainWhenBracketThrows() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final long workers = scheduler.newExecutor().submit(() -> {
                catchThrowable(() -> UmcgScheduler.callUnmanaged(() -> {
                    throw new IllegalStateException("on purpose");
                }));
                return scheduler.metrics().workers();
            }).get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);

            assertThat(workers).isOne();
        }
    }

    /** A pool drops threads that it has made when it is shut down meanwhile. */
    @Test
    void shouldCloseWhenThreadIsNotStarted() {
        final UmcgScheduler scheduler = UmcgScheduler.start(1, 1);
        final Thread thread = scheduler.threadFactory().newThread(() -> { });
        scheduler.close();

        assertThatThrownBy(thread::start)
            .isInstanceOf(RejectedExecutionException.class).hasMessage("the scheduler is closed");
    }

    @Test
    void shouldMakeAnotherThreadWhenOneIsDropped() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(1).workers(1).maxWorkers(1).start()) {
            for (int i = 0; i < 10; i++) {
                assertThat(scheduler.threadFactory().newThread(() -> { })).isNotNull();
            }
            assertServes(scheduler);
        }
    }

    /** What it does when its target is run by somebody else, or twice, is that it runs. */
    @Test
    void shouldBeWorkerOnlyOnceAndOnlyInItsOwnThread() throws Exception {
        final List<Thread> runners = new CopyOnWriteArrayList<>();
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final Thread thread = scheduler.threadFactory().newThread(() -> runners.add(Thread.currentThread()));
            thread.run();
            thread.start();
            thread.join(PATIENCE_MILLIS);

            assertThat(runners).containsExactly(Thread.currentThread(), thread);
            assertThatThrownBy(thread::start).isInstanceOf(IllegalThreadStateException.class);
            assertThat(scheduler.metrics().workers()).isZero();
        }
    }

    /** From JDK 19 on a pool's threads ask for a place when they run, which may be after close() has begun. */
    @Test
    void shouldRunWhatWasSubmittedWhenClosedAtOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            final AtomicReference<String> result = new AtomicReference<>();
            try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
                scheduler.newExecutor().execute(() -> result.set("done"));
            }

            assertThat(result).hasValue("done");
        }
    }

    /** As the contract of a pool has it: what was submitted before is done. */
    @Test
    void shouldRunQueuedTasksWhenWorkerDiesDuringClose() throws Exception {
        final AtomicReference<String> result = new AtomicReference<>();
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final ExecutorService executor = scheduler.newExecutor();
            executor.execute(() -> {
                TestThread.spinUntil(executor::isShutdown);
                throw new IllegalStateException("on purpose");
            });
            executor.execute(() -> result.set("done"));
        }

        assertThat(result).hasValue("done");
    }

    /**
     * R18: the kernel releases a listed worker when its server is stuck for long. Its thread does not end before
     * a server has taken it off the list. Without a sentinel, which would do so.
     */
    @Test
    void shouldNotEndBeforeServerHasTakenWorkerOffItsList() throws Exception {
        final AtomicBoolean isStuck = new AtomicBoolean();
        final CountDownLatch isReleased = new CountDownLatch(1);
        try (UmcgScheduler scheduler = TestSwitches.withoutSentinel(UmcgScheduler.builder().servers(1).workers(2))
                 .holdLimit(Duration.ofMillis(10)).policy(stickyWhile(isStuck)).start()) {
            final long before = ProcessCounter.read("releases");
            final Thread thread = scheduler.threadFactory().newThread(() -> {
                isStuck.set(true);
                while (ProcessCounter.read("releases") == before) {
                    LockSupport.parkNanos(1_000_000);
                }
                isReleased.countDown();
            });
            thread.start();
            assertThat(isReleased.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            thread.join(500);
            final boolean hasEnded = !thread.isAlive();
            isStuck.set(false);
            thread.join(PATIENCE_MILLIS);

            assertThat(hasEnded).isFalse();
            assertThat(thread.isAlive()).isFalse();
            assertServes(scheduler);
        }
    }

    private static void assertServes(final UmcgScheduler scheduler) throws Exception {
        assertThat(scheduler.newExecutor().submit(() -> "served").get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
            .isEqualTo("served");
    }

    /** FIFO in which a server gets stuck on request. */
    private static SchedulingPolicy.Factory stickyWhile(final AtomicBoolean isStuck) {
        return workers -> new FifoDelegate(workers) {
            @Override
            public int pick(final int server) {
                TestThread.spinUntil(() -> !isStuck.get());
                return super.pick(server);
            }
        };
    }

    /** Ways to die. */
    enum Death implements Runnable {

        EXCEPTION(IllegalStateException.class) {
            @Override
            public void run() {
                throw new IllegalStateException("on purpose");
            }
        },

        STACK_OVERFLOW(StackOverflowError.class) {
            @Override
            public void run() {
                overflow(0);
            }
        },

        OUT_OF_MEMORY(OutOfMemoryError.class) {
            @Override
            public void run() {
                touch(new long[Integer.MAX_VALUE - 2]);
            }
        },

        /** By Thread.stop(), where the JDK still has it; else the same error out of nothing. */
        STOPPED(ThreadDeath.class) {
            @Override
            public void run() {
                final Thread victim = Thread.currentThread();
                if (Runtime.version().feature() >= FIRST_RELEASE_WITHOUT_STOP) {
                    throw new ThreadDeath();
                }
                new Thread(() -> stop(victim)).start();
                while (true) {
                    LockSupport.parkNanos(100_000);
                }
            }
        };

        private static final int FIRST_RELEASE_WITHOUT_STOP = 20;

        private static volatile long sink;

        private final Class<? extends Throwable> problem;

        Death(final Class<? extends Throwable> problem) {
            this.problem = problem;
        }

        Class<? extends Throwable> problem() {
            return problem;
        }

        private static void stop(final Thread victim) {
            try {
                Thread.class.getMethod("stop").invoke(victim);
            }
            catch (final ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private static int overflow(final int depth) {
            return overflow(depth + 1) + 1;
        }

        private static void touch(final long[] array) {
            sink = array.length;
        }
    }
}
