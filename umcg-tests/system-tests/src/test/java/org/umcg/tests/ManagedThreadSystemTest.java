// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.ProcessCounter;
import org.umcg.testsupport.TestThread;

/** Threads that others have made are workers for as long as runManaged() takes. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManagedThreadSystemTest {

    private static final int PATIENCE_SECONDS = 60;
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    @Test
    void shouldBeWorkerWhileBodyRuns() {
        final List<Long> workers = new ArrayList<>();
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            workers.add(ProcessCounter.read("workers"));
            scheduler.runManaged(() -> {
                workers.add(ProcessCounter.read("workers"));
                workers.add(scheduler.metrics().running());
            });
            workers.add(ProcessCounter.read("workers"));
            workers.add(scheduler.metrics().workers());

            assertThat(workers).containsExactly(0L, 1L, 1L, 0L, 0L);
            assertThat(scheduler.workerFailure()).isNull();
        }
    }

    @Test
    void shouldBeWorkerInThreadOfForkJoinPool() throws Exception {
        final ForkJoinPool pool = new ForkJoinPool(1);
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            pool.submit(() -> scheduler.runManaged(() -> {
                assertThat(Thread.currentThread()).isInstanceOf(ForkJoinWorkerThread.class);
                assertThat(scheduler.metrics().running()).isOne();
            })).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        finally {
            pool.shutdownNow();
        }
    }

    /** Four threads that all want to run, and one server. */
    @Test
    void shouldRunOneAtATime() throws Exception {
        final int threads = 4;
        final AtomicInteger arrived = new AtomicInteger();
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final List<TestThread> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(TestThread.start("managed-" + i, () -> scheduler.runManaged(() -> {
                    arrived.incrementAndGet();
                    while (arrived.get() != threads) {
                        Thread.yield();
                    }
                })));
            }
            for (final TestThread thread : all) {
                thread.join();
            }

            assertThat(scheduler.metrics().maxRunning()).isOne();
        }
    }

    @Test
    void shouldLetAnotherRunWhenBodyBlocks() throws Exception {
        final CountDownLatch latch = new CountDownLatch(1);
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final TestThread waiting = TestThread.start("waiting", () -> scheduler.runManaged(
                () -> assertThat(await(latch)).isTrue()));
            TestThread.spinUntil(() -> scheduler.metrics().workers() == 1);
            scheduler.runManaged(latch::countDown);
            waiting.join();
        }
    }

    @Test
    void shouldMakeNoDifferenceInWorkerOfSameScheduler() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final List<Long> workers = scheduler.newExecutor().submit(() -> {
                final List<Long> seen = new ArrayList<>();
                scheduler.runManaged(() -> seen.add(scheduler.metrics().workers()));
                seen.add(scheduler.metrics().workers());
                return seen;
            }).get(PATIENCE_SECONDS, TimeUnit.SECONDS);

            assertThat(workers).containsExactly(1L, 1L);
        }
    }

    @Test
    void shouldBeWorkerAgainInsideOfBracket() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final List<Long> workers = scheduler.newExecutor().submit(() -> {
                final List<Long> seen = new ArrayList<>();
                UmcgScheduler.callUnmanaged(() -> {
                    scheduler.runManaged(() -> seen.add(scheduler.metrics().running()));
                    return seen.add(scheduler.metrics().running());
                });
                seen.add(scheduler.metrics().running());
                return seen;
            }).get(PATIENCE_SECONDS, TimeUnit.SECONDS);

            assertThat(workers).containsExactly(1L, 0L, 1L);
        }
    }

    @Test
    void shouldRefuseWorkerOfAnotherScheduler() {
        try (UmcgScheduler one = UmcgScheduler.start(1, 1); UmcgScheduler other = UmcgScheduler.start(1, 1)) {
            one.runManaged(() -> assertThatIllegalStateException()
                .isThrownBy(() -> other.runManaged(() -> { }))
                .withMessageStartingWith("this thread is a worker of another scheduler"));
        }
    }

    @Test
    void shouldBeWorkerOfAnotherSchedulerInsideOfBracket() {
        try (UmcgScheduler one = UmcgScheduler.start(1, 1); UmcgScheduler other = UmcgScheduler.start(1, 1)) {
            final List<Long> seen = new ArrayList<>();
            one.runManaged(() -> {
                callUnmanaged(() -> other.runManaged(
                    () -> seen.addAll(List.of(one.metrics().workers(), other.metrics().workers()))));
                seen.addAll(List.of(one.metrics().workers(), other.metrics().workers()));
            });

            assertThat(seen).containsExactly(0L, 1L, 1L, 0L);
        }
    }

    @Test
    void shouldRefuseWhenAllPlacesAreTaken() throws Exception {
        final CountDownLatch latch = new CountDownLatch(1);
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(1).workers(1).maxWorkers(1).start()) {
            final TestThread first = TestThread.start("first", () -> scheduler.runManaged(() -> await(latch)));
            TestThread.spinUntil(() -> scheduler.metrics().workers() == 1);
            assertThatThrownBy(() -> scheduler.runManaged(() -> { }))
                .isInstanceOf(RejectedExecutionException.class).hasMessageContaining("maxWorkers()");
            latch.countDown();
            first.join();
            scheduler.runManaged(() -> assertThat(scheduler.metrics().workers()).isOne());
        }
    }

    @Test
    void shouldRefuseAfterClose() {
        final UmcgScheduler scheduler = UmcgScheduler.start(1, 1);
        scheduler.close();

        assertThatThrownBy(() -> scheduler.runManaged(() -> { }))
            .isInstanceOf(RejectedExecutionException.class).hasMessage("the scheduler is closed");
    }

    @Test
    void shouldThrowWhatBodyThrows() {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final IllegalStateException problem = new IllegalStateException("on purpose");

            assertThatThrownBy(() -> scheduler.runManaged(() -> {
                throw problem;
            })).isSameAs(problem);
            assertThat(scheduler.metrics().workers()).isZero();
            scheduler.runManaged(() -> assertThat(scheduler.metrics().workers()).isOne());
        }
    }

    @Test
    void shouldBeWaitedForByCloseAndInterruptedByShutdownNow() throws Exception {
        final AtomicBoolean wasInterrupted = new AtomicBoolean();
        final UmcgScheduler scheduler = UmcgScheduler.start(1, 1);
        final TestThread thread = TestThread.start("sleeper", () -> scheduler.runManaged(() -> {
            await(new CountDownLatch(1));
            wasInterrupted.set(Thread.interrupted());
        }));
        TestThread.spinUntil(() -> scheduler.metrics().workers() == 1);
        scheduler.shutdownNow();
        scheduler.close();

        assertThat(wasInterrupted).isTrue();
        assertThat(scheduler.metrics().workers()).isZero();
        thread.join();
    }

    /** On a JDK without them there is none to refuse, nor a way to make one. */
    @Test
    void shouldRefuseVirtualThread() throws Throwable {
        final AtomicReference<Throwable> refusal = new AtomicReference<>();
        final boolean hasStarted;
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            hasStarted = runInVirtualThread(() -> {
                try {
                    scheduler.runManaged(() -> { });
                }
                catch (final Throwable t) {
                    refusal.set(t);
                }
            });
            assertThat(scheduler.metrics().workers()).isZero();
        }

        assertThat(hasStarted).isEqualTo(Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS);
        if (hasStarted) {
            assertThat(refusal.get()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use a platform thread");
        }
    }

    private static boolean runInVirtualThread(final Runnable body) throws Throwable {
        try {
            final Thread thread = (Thread) MethodHandles.publicLookup().findStatic(Thread.class,
                "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class)).invoke(body);
            thread.join();
            return true;
        }
        catch (final NoSuchMethodException e) {
            return false;
        }
    }

    private static boolean await(final CountDownLatch latch) {
        try {
            return latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void callUnmanaged(final Runnable body) {
        try {
            UmcgScheduler.callUnmanaged(() -> {
                body.run();
                return null;
            });
        }
        catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
