// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.umcg.scheduler.Policies;
import org.umcg.scheduler.SchedulingPolicy;
import org.umcg.scheduler.UmcgScheduler;

/**
 * Fails if a server allocates, from its first turn with a worker on: of the first scheduler, and of a later one,
 * which has a policy that the first one did not load.
 */
final class ServerAllocationProgram {

    private static final int SERVERS = 2;
    private static final int WORKERS = 8;
    private static final int STEPS = 25;
    private static final int PATIENCE_SECONDS = 100;

    private ServerAllocationProgram() {
    }

    public static void main(final String[] args) throws Exception {
        for (final SchedulingPolicy.Factory policy : List.of(Policies.fifo(), Policies.random(1))) {
            check(policy);
        }
    }

    private static void check(final SchedulingPolicy.Factory policy) throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(SERVERS).workers(WORKERS).policy(policy)
            .quantum(Duration.ofMillis(1)).start()) {
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long[] servers = serverThreadIds();
            final long[] before = threads.getThreadAllocatedBytes(servers);
            work(scheduler);

            assertThat(servers).hasSize(SERVERS);
            assertThat(scheduler.serverFailure()).isNull();
            assertThat(scheduler.metrics().runs()).isGreaterThan(WORKERS * STEPS / 2);
            assertThat(scheduler.metrics().preempts()).isPositive();
            assertThat(threads.getThreadAllocatedBytes(servers)).isEqualTo(before).doesNotContain(-1);
            assertThat(threads.getCurrentThreadAllocatedBytes()).as("the JVM counts").isPositive();
        }
    }

    /** Workers block, and use more than a quantum. */
    private static void work(final UmcgScheduler scheduler) throws Exception {
        final ExecutorService executor = scheduler.newExecutor();
        final List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            futures.add(executor.submit(() -> {
                for (int j = 0; j < STEPS; j++) {
                    LockSupport.parkNanos(100_000);
                    spinNanos(2_000_000);
                }
            }));
        }
        for (final Future<?> future : futures) {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        executor.shutdown();
        assertThat(executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    private static void spinNanos(final long duration) {
        final long end = System.nanoTime() + duration;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private static long[] serverThreadIds() {
        return Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("umcg-server"))
            .mapToLong(Thread::getId).toArray();
    }
}
