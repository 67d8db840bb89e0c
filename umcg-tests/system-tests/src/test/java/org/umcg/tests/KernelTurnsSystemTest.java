// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.ProcessCounter;

/** Turns of a server that the kernel takes in its place, as there is nothing to decide. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class KernelTurnsSystemTest {

    private static final int ROUNDS = 2_000;
    private static final Duration QUANTUM = Duration.ofMillis(5);

    /** Hears of all workers. */
    private static final class AttentivePolicy extends FifoDelegate {

        private final AtomicInteger picks;

        AttentivePolicy(final Workers workers, final AtomicInteger picks) {
            super(workers);
            this.picks = picks;
        }

        @Override
        public int pick(final int server) {
            final int worker = super.pick(server);
            if (worker != NOBODY) {
                picks.incrementAndGet();
            }
            return worker;
        }
    }

    @Test
    void shouldHandOverWithoutServerWhenPolicyLeavesNoChoiceToKernel() throws Exception {
        final long turns = ProcessCounter.read("turns");
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 2)) {
            handOver(scheduler.newExecutor());

            assertThat(ProcessCounter.read("turns") - turns).isGreaterThan(ROUNDS);
            assertThat(scheduler.metrics().runs()).isGreaterThan(ROUNDS);
            assertThat(scheduler.metrics().blocks()).isGreaterThan(ROUNDS);
            assertThat(scheduler.metrics().maxRunning()).isOne();
        }
    }

    @Test
    void shouldAskPolicyForEachWorkerWhenItDoesNotLeaveThemToKernel() throws Exception {
        final AtomicInteger picks = new AtomicInteger();
        final long turns = ProcessCounter.read("turns");
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(1).workers(2)
            .policy(workers -> new AttentivePolicy(workers, picks)).start()) {
            picks.set(0);
            handOver(scheduler.newExecutor());
        }

        assertThat(ProcessCounter.read("turns")).isEqualTo(turns);
        assertThat(picks.get()).isGreaterThan(ROUNDS);
    }

    @Test
    void shouldLeaveYieldsOfTwoWorkersToKernelWhenPolicyPicksInOrder() throws Exception {
        final long turns = ProcessCounter.read("turns");
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 2)) {
            assertThat(yieldOutOfTurn(scheduler, 2)).isLessThan(ROUNDS / 20);
        }

        assertThat(ProcessCounter.read("turns") - turns).isGreaterThan(ROUNDS);
    }

    @Test
    void shouldRunYieldingWorkersInOrderOfArrivalWhenKernelHasChoice() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 3)) {
            assertThat(yieldOutOfTurn(scheduler, 3)).isLessThan(ROUNDS / 20);
        }
    }

    /**
     * Workers yield to each other, in some order: how often another one runs after a worker than the last time. At a
     * safepoint one may block, and comes later then.
     */
    private static int yieldOutOfTurn(final UmcgScheduler scheduler, final int workers) throws Exception {
        final int[] after = new int[workers];
        final int[] last = new int[1];
        final AtomicInteger outOfTurn = new AtomicInteger();
        final AtomicInteger arrived = new AtomicInteger();
        final ExecutorService executor = scheduler.newExecutor();
        final List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            futures.add(executor.submit(() -> {
                final int number = arrived.getAndIncrement();
                while (arrived.get() < workers) {
                    Thread.yield();
                }
                for (int round = 0; round < ROUNDS; round++) {
                    if (number == last[0] || number != after[last[0]]) {
                        outOfTurn.incrementAndGet();
                    }
                    after[last[0]] = number;
                    last[0] = number;
                    Thread.yield();
                }
            }));
        }
        for (final Future<?> future : futures) {
            future.get();
        }
        return outOfTurn.get();
    }

    /** That it is not empty is a hint, no more: the server must not wait for what the policy does not have. */
    @Test
    void shouldLookAtListWhenPolicyOnlySeemsToHaveSomebody() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(1).workers(2)
            .policy(PromisingPolicy::new).start()) {
            handOver(scheduler.newExecutor());

            assertThat(scheduler.metrics().runs()).isGreaterThan(ROUNDS);
        }
    }

    /** Says at any time that it has somebody. */
    private static final class PromisingPolicy extends FifoDelegate {

        PromisingPolicy(final Workers workers) {
            super(workers);
        }

        @Override
        public boolean picksInOrderOfArrival() {
            return true;
        }

        @Override
        public boolean isEmpty() {
            return false;
        }
    }

    /** There and back: a block, and a worker that can go on, each time. */
    private static void handOver(final ExecutorService executor) throws Exception {
        final Semaphore there = new Semaphore(0);
        final Semaphore back = new Semaphore(0);
        final Future<?> echo = executor.submit(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                there.acquire();
                back.release();
            }
            return null;
        });
        final Future<?> caller = executor.submit(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                there.release();
                back.acquire();
            }
            return null;
        });
        caller.get();
        echo.get();
    }

    @Test
    void shouldPreemptWorkerThatKernelHasRunWhenQuantumIsOver() throws Exception {
        final AtomicBoolean isOver = new AtomicBoolean();
        final CountDownLatch spins = new CountDownLatch(1);
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(1).workers(3).quantum(QUANTUM).start()) {
            final ExecutorService executor = scheduler.newExecutor();
            final Future<?> first = executor.submit(() -> {
                spins.await();
                return null;
            });
            executor.execute(() -> {
                spins.countDown();
                while (!isOver.get()) {
                    Thread.onSpinWait();
                }
            });
            spins.await();
            first.get();
            // Nobody blocks by itself from here on: this one has to have a quantum of its own.
            executor.submit(() -> isOver.set(true)).get();
        }
    }

    @Test
    void shouldRunWorkerThatWakesWhenServerWasLeftWithoutOne() throws Exception {
        final AtomicInteger count = new AtomicInteger();
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 4)) {
            final ExecutorService executor = scheduler.newExecutor();
            for (int i = 0; i < ROUNDS / 10; i++) {
                // By a plain thread, when all workers wait; and from time to time when the server idles.
                executor.submit(count::incrementAndGet).get();
                if (i % 10 == 0) {
                    Thread.sleep(2);
                }
            }
        }

        assertThat(count.get()).isEqualTo(ROUNDS / 10);
    }
}
