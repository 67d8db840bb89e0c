// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.FLAG_COND_WAIT;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_YIELD;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.api.UmcgTask;
import org.umcg.binding.Umcg;
import org.umcg.scheduler.TestSwitches;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.ProcessCounter;

/**
 * I2, R25: a server whose wait for a worker has ended runs nobody else as long as that one executes. Without a
 * sentinel, which would run somebody, and so without safepoints.
 */
@Tag("raw")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JoinSystemTest {

    private static final int PATIENCE_SECONDS = 100;
    private static final int ROUNDS = 20;
    private static final Duration QUANTUM = Duration.ofMillis(5);
    private static final long SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final AtomicLong steps = new AtomicLong();
    private final AtomicBoolean isOver = new AtomicBoolean();

    /** The worker says that it goes to wait, and takes longer for that than its quantum. */
    @Test
    void shouldRunNobodyElseWhenWorkerIsOnItsWayToWait() throws Exception {
        try (UmcgScheduler scheduler = TestSwitches.withoutSentinel(
            UmcgScheduler.builder().servers(1).workers(2).quantum(QUANTUM)).start()) {
            final ExecutorService executor = scheduler.newExecutor();
            final Future<Integer> undisturbed = executor.submit(goToWaitSlowly());
            final Future<?> other = executor.submit(() -> {
                while (!isOver.get()) {
                    steps.incrementAndGet();
                }
            });
            final int rounds;
            try {
                rounds = undisturbed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            finally {
                isOver.set(true);
            }
            other.get(PATIENCE_SECONDS, TimeUnit.SECONDS);

            assertThat(rounds).as("rounds that show something").isPositive();
            assertThat(steps).as("the other worker ran, too").hasPositiveValue();
            assertThat(ProcessCounter.read("max_running")).as("by the kernel's count").isOne();
        }
    }

    /** How many times it got through the time before its wait in one piece; nobody else runs meanwhile. */
    private Callable<Integer> goToWaitSlowly() {
        return () -> {
            final UmcgTask task = ownTask();
            int rounds = 0;
            for (int i = 0; i < ROUNDS; i++) {
                task.stateVolatile(RUNNABLE | FLAG_COND_WAIT);
                final long before = steps.get();
                spin();
                final long after = steps.get();
                // Else it has blocked in between, for the JVM say, and another one could run.
                if (task.stateVolatile() == (RUNNABLE | FLAG_COND_WAIT)) {
                    rounds++;
                    assertThat(after).isEqualTo(before);
                }
                Umcg.systemCalls().umcgWait(WAIT_YIELD, 0);
            }
            return rounds;
        };
    }

    private static void spin() {
        final long end = System.nanoTime() + SPIN_NANOS;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** What the scheduler does not give away. */
    private static UmcgTask ownTask() throws ReflectiveOperationException {
        final Class<?> worker = Class.forName("org.umcg.scheduler.Worker");
        final Field current = worker.getDeclaredField("CURRENT");
        final Field task = worker.getDeclaredField("task");
        current.setAccessible(true);
        task.setAccessible(true);
        return (UmcgTask) task.get(((ThreadLocal<?>) current.get(null)).get());
    }
}
