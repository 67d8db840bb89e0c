// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.umcg.scheduler.UmcgScheduler;

/** {@code Thread.yield()} of a worker lets other workers run, as that of a thread lets other threads run. */
class YieldSystemTest {

    private static final int PLAYERS = 3;
    private static final int SERVERS = 2;
    private static final long MEASURE_MILLIS = 2_000;
    /** Without that, what is handed over waits for the end of a time slice: some thousandths are left. */
    private static final double LEAST_SHARE = 0.1;

    @Test
    void shouldHandOverAsOftenAsThreadsWhenTasksWaitByYielding() throws Exception {
        final int byThreads;
        final ExecutorService pool = Executors.newFixedThreadPool(PLAYERS);
        try {
            byThreads = countHandOvers(pool);
        }
        finally {
            pool.shutdown();
        }
        final int byWorkers;
        try (UmcgScheduler scheduler = UmcgScheduler.start(SERVERS, PLAYERS)) {
            byWorkers = countHandOvers(scheduler.newExecutor());
        }

        assertThat(byWorkers).isGreaterThan((int) (byThreads * LEAST_SHARE));
    }

    /** How often tasks pass a token on, each of which waits for its turn by yielding. */
    private static int countHandOvers(final ExecutorService executor) throws InterruptedException {
        final AtomicInteger turn = new AtomicInteger();
        final AtomicBoolean isOver = new AtomicBoolean();
        for (int i = 0; i < PLAYERS; i++) {
            final int me = i;
            executor.execute(() -> {
                while (!isOver.get()) {
                    if (turn.get() % PLAYERS == me) {
                        turn.incrementAndGet();
                    }
                    else {
                        Thread.yield();
                    }
                }
            });
        }
        Thread.sleep(MEASURE_MILLIS / 2);
        final int before = turn.get();
        Thread.sleep(MEASURE_MILLIS);
        final int count = turn.get() - before;
        isOver.set(true);
        return count;
    }
}
