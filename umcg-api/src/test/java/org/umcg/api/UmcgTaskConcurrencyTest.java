// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UmcgTaskConcurrencyTest {

    private static final int PUSHERS = 3;
    private static final int WORKERS_EACH = 8;
    private static final int ROUNDS = 2_000;

    private final UmcgTaskSlab slab =
        UmcgTaskSlab.allocate(1 + PUSHERS * WORKERS_EACH, new FixedAddress());
    private final UmcgTask server = slab.task(0);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldTakeEachWorkerOncePerPushWhenPushersRace() throws Exception {
        final List<Future<Void>> pushers = new ArrayList<>();
        for (int i = 0; i < PUSHERS; i++) {
            final int first = 1 + i * WORKERS_EACH;
            pushers.add(threads.submit(() -> pushRounds(first)));
        }

        final int[] timesTaken = new int[slab.capacity()];
        for (int left = PUSHERS * WORKERS_EACH * ROUNDS; left > 0; ) {
            left -= takeAll(timesTaken);
        }

        for (final Future<Void> pusher : pushers) {
            pusher.get();
        }
        assertThat(server.takeRunnableWorkers()).isZero();
        for (int i = 1; i < timesTaken.length; i++) {
            assertThat(timesTaken[i]).as("worker %d", i).isEqualTo(ROUNDS);
        }
    }

    @Test
    void shouldMakeOneOwnerWhenManyWantTheWorker() throws Exception {
        final UmcgTask worker = slab.task(1);
        final AtomicInteger owners = new AtomicInteger();
        final int[] inside = new int[1];
        final Callable<Void> claimer = () -> {
            for (int won = 0; won < ROUNDS; ) {
                if (worker.compareAndSetState(RUNNABLE, RUNNING)) {
                    assertThat(owners.incrementAndGet()).isOne();
                    inside[0]++;
                    owners.decrementAndGet();
                    worker.stateRelease(RUNNABLE);
                    won++;
                }
            }
            return null;
        };
        worker.stateRelease(RUNNABLE);

        final List<Future<Void>> claimers = new ArrayList<>();
        for (int i = 0; i < PUSHERS; i++) {
            claimers.add(threads.submit(claimer));
        }
        for (final Future<Void> each : claimers) {
            each.get();
        }

        assertThat(inside[0]).isEqualTo(PUSHERS * ROUNDS);
    }

    private Void pushRounds(final int first) {
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = first; i < first + WORKERS_EACH; i++) {
                final UmcgTask worker = slab.task(i);
                while (worker.stateAcquire() == RUNNABLE) {
                    Thread.yield();
                }
                worker.stateRelease(RUNNABLE);
                server.pushRunnableWorker(worker);
            }
        }
        return null;
    }

    private int takeAll(final int[] timesTaken) {
        int count = 0;
        long address = server.takeRunnableWorkers();
        while (address != 0) {
            final int index = slab.indexOf(address);
            assertThat(index).isPositive();
            final UmcgTask worker = slab.task(index);
            address = worker.runnableWorkersLinkAcquire();
            assertThat(worker.stateAcquire()).isEqualTo(RUNNABLE);
            timesTaken[index]++;
            worker.stateRelease(RUNNING);
            count++;
        }
        return count;
    }
}
