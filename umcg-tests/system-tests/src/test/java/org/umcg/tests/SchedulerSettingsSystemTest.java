// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.binding.Umcg;
import org.umcg.scheduler.FailureHandler.Part;
import org.umcg.scheduler.SchedulingPolicy;
import org.umcg.scheduler.TestSwitches;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.LogCapture;
import org.umcg.testsupport.ProcessCounter;
import org.umcg.testsupport.TestJvm;
import org.umcg.testsupport.TestThread;

/** What a scheduler does as its builder says, and what its servers never do. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulerSettingsSystemTest {

    private static final int WORKERS = 8;
    private static final int PATIENCE_SECONDS = 100;

    /**
     * The rule that all of the server's loop is written for, from the first turn with a worker on. Without
     * C2: the thread whose call makes a method hot enough for C2 resolves all string constants of the
     * method's class first, which allocates, in whatever class of the JDK that is.
     */
    @Test
    void shouldAllocateNothingInServers() throws Exception {
        final List<String> withoutC2 = List.of("-XX:TieredStopAtLevel=1");
        assertThat(TestJvm.exitCodeOf(TestJvm.start(withoutC2, ServerAllocationProgram.class))).isZero();
    }

    /** R47: more workers than servers never stop, and all of them get somewhere. */
    @Test
    void shouldPreemptWhenQuantumEnds() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final CountDownLatch moved = new CountDownLatch(WORKERS);
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(1).workers(WORKERS)
            .quantum(Duration.ofMillis(5)).start()) {
            final ExecutorService executor = scheduler.newExecutor();
            for (int i = 0; i < WORKERS; i++) {
                executor.execute(() -> {
                    moved.countDown();
                    while (end.getCount() != 0) {
                        Thread.onSpinWait();
                    }
                });
            }
            final boolean haveAllMoved = moved.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            final long before = scheduler.metrics().preempts();
            Thread.sleep(3000);
            final long preempts = scheduler.metrics().preempts() - before;
            end.countDown();

            assertThat(haveAllMoved).isTrue();
            assertThat(preempts).as("the sentinel does it 10 times a second, too").isGreaterThan(45);
        }
    }

    /** J8 */
    @Test
    void shouldUseFifoWhenPolicyThrows() throws Exception {
        final IllegalStateException problem = new IllegalStateException("on purpose");
        final AtomicInteger picks = new AtomicInteger(Integer.MIN_VALUE);
        final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
        try (LogCapture log = new LogCapture("org.umcg.scheduler");
             UmcgScheduler scheduler = UmcgScheduler.builder().servers(2).workers(WORKERS)
                 .policy(failingWith(problem, picks)).failureHandler((part, thrown) -> {
                     told.add(part);
                     told.add(thrown);
                 }).start()) {
            picks.set(-300);
            parkInAllWorkers(scheduler);

            assertThat(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(Part.POLICY);
            assertThat(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isSameAs(problem);
            assertThat(log.messages()).containsExactly("the scheduling policy failed, FIFO takes over");
            assertThat(scheduler.policyFailure()).isSameAs(problem);
            assertThat(scheduler.serverFailure()).isNull();
        }
    }

    /** A policy that keeps some workers to itself: nobody is lost. */
    @Test
    void shouldFindWorkersThatPolicyLoses() throws Exception {
        try (UmcgScheduler scheduler =
                 UmcgScheduler.builder().servers(1).workers(WORKERS).policy(losing()).start()) {
            parkInAllWorkers(scheduler);

            assertThat(scheduler.metrics().requeues()).isPositive();
        }
    }

    /**
     * R24: a server that finds two workers in the queue wakes the other one, for which the kernel has no
     * reason. Without a sentinel, which would find the second worker after a while.
     */
    @Test
    void shouldWakeOtherServerWhenThereIsMoreWorkThanOneTakes() throws Exception {
        final AtomicInteger meeting = new AtomicInteger();
        final Gated policy = new Gated();
        boolean haveMetWithoutBlock = false;
        try (UmcgScheduler scheduler = TestSwitches.withoutSentinel(UmcgScheduler.builder().servers(2).workers(2))
            .policy(policy::create).start()) {
            // A worker that blocks, at a safepoint say, lets its server run the other one: that shows nothing.
            for (int i = 0; i < 10 && !haveMetWithoutBlock; i++) {
                meeting.set(0);
                final List<Thread> threads = queueTwoWorkers(scheduler, policy, () -> {
                    meeting.incrementAndGet();
                    while (meeting.get() <= 2) {
                        Thread.onSpinWait();
                    }
                });
                final long blocks = ProcessCounter.read("blocks");
                policy.open();
                TestThread.spinUntil(() -> meeting.get() == 2);
                haveMetWithoutBlock = ProcessCounter.read("blocks") == blocks;
                meeting.set(3);
                joinAll(threads);
            }
        }

        assertThat(haveMetWithoutBlock).isTrue();
    }

    /** R44: the worker that was picked when a kick came is the next one to run, and not the last one. */
    @Test
    void shouldRunPickedWorkerNextWhenServerIsKicked() throws Exception {
        final List<Thread> order = new CopyOnWriteArrayList<>();
        final Gated policy = new Gated();
        try (UmcgScheduler scheduler = TestSwitches.withoutSentinel(UmcgScheduler.builder().servers(1).workers(2))
            .policy(policy::create).start()) {
            final List<Thread> threads =
                queueTwoWorkers(scheduler, policy, () -> order.add(Thread.currentThread()));
            policy.kicksAtPick = true;
            policy.open();
            joinAll(threads);

            assertThat(order).containsExactlyElementsOf(threads);
        }
    }

    /** Two workers that the policy has, and that is closed. */
    private static List<Thread> queueTwoWorkers(
        final UmcgScheduler scheduler, final Gated policy, final Runnable body) throws Exception {
        final AtomicBoolean isOpen = new AtomicBoolean();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            final Thread thread = scheduler.threadFactory().newThread(() -> {
                while (!isOpen.get()) {
                    LockSupport.park();
                }
                body.run();
            });
            thread.start();
            threads.add(thread);
        }
        TestThread.spinUntil(() -> scheduler.metrics().running() == 0
            && threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING));
        Thread.sleep(200);
        policy.refused.set(0);
        policy.isClosed = true;
        isOpen.set(true);
        for (int i = 0; i < 2; i++) {
            final int count = i + 1;
            LockSupport.unpark(threads.get(i));
            TestThread.spinUntil(() -> policy.refused.get() >= count);
        }
        Thread.sleep(50);
        return threads;
    }

    private static void joinAll(final List<Thread> threads) throws InterruptedException {
        for (final Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        }
    }

    @Test
    void shouldBeNoWorkerInBracket() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final Future<List<Long>> workers = scheduler.newExecutor().submit(() -> List.of(
                scheduler.metrics().workers(),
                UmcgScheduler.callUnmanaged(() -> scheduler.metrics().workers()),
                scheduler.metrics().workers()));

            assertThat(workers.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).containsExactly(1L, 0L, 1L);
        }
        assertThat(UmcgScheduler.callUnmanaged(() -> "no worker")).isEqualTo("no worker");
    }

    /** Throws once the number of picks is positive. */
    private static SchedulingPolicy.Factory failingWith(
        final RuntimeException problem, final AtomicInteger picks) {
        return workers -> new FifoDelegate(workers) {
            @Override
            public int pick(final int server) {
                if (picks.incrementAndGet() > 0) {
                    throw problem;
                }
                return super.pick(server);
            }
        };
    }

    private static SchedulingPolicy.Factory losing() {
        return workers -> new FifoDelegate(workers) {
            private int enqueued;

            @Override
            public void enqueue(final int worker, final Arrival arrival) {
                if (++enqueued % 50 != 0) {
                    super.enqueue(worker, arrival);
                }
            }
        };
    }

    private static void parkInAllWorkers(final UmcgScheduler scheduler) throws Exception {
        final ExecutorService executor = scheduler.newExecutor();
        final List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            futures.add(executor.submit(() -> {
                for (int j = 0; j < 50; j++) {
                    LockSupport.parkNanos(100_000);
                }
            }));
        }
        for (final Future<?> future : futures) {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        executor.shutdown();
        assertThat(executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** FIFO, which gives nobody out while it is closed. */
    private static final class Gated {

        /** Enqueued while it was closed. */
        private final AtomicInteger refused = new AtomicInteger();
        private volatile boolean isClosed;
        private volatile boolean kicksAtPick;

        SchedulingPolicy create(final SchedulingPolicy.Workers workers) {
            return new FifoDelegate(workers) {
                @Override
                public void enqueue(final int worker, final Arrival arrival) {
                    super.enqueue(worker, arrival);
                    if (isClosed) {
                        refused.incrementAndGet();
                    }
                }

                @Override
                public int pick(final int server) {
                    if (isClosed) {
                        return NOBODY;
                    }
                    final int worker = super.pick(server);
                    if (kicksAtPick && worker != NOBODY) {
                        kicksAtPick = false;
                        Umcg.systemCalls().kick(0, Umcg.systemCalls().gettid());
                    }
                    return worker;
                }
            };
        }

        /** One server looks again. */
        void open() throws IOException {
            isClosed = false;
            assertThat(Umcg.systemCalls().kick(0, TestThread.tidOf("umcg-server-0"))).isZero();
        }
    }
}
