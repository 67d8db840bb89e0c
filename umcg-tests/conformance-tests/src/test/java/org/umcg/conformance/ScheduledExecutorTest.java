// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Delays, periods and shutdown policies of {@link ScheduledThreadPoolExecutor}. */
class ScheduledExecutorTest extends ConformanceTest {

    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS);

    private ScheduledThreadPoolExecutor pool(final int threads) {
        return endWithTest(new ScheduledThreadPoolExecutor(threads, factory()));
    }

    @Test
    void shouldRunTaskNotBeforeItsDelayHasPassed() throws Exception {
        final long began = System.nanoTime();
        final long ran = get(pool(1).schedule(System::nanoTime, SHORT_MILLIS, TimeUnit.MILLISECONDS));

        assertTrue(ran - began >= SHORT_NANOS);
    }

    @Test
    void shouldRunDelayedAndPeriodicTasksOnThreadsOfItsFactory() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(2);
        final BlockingQueue<Boolean> seen = new LinkedBlockingQueue<>();
        pool.scheduleAtFixedRate(() -> seen.add(isMember()), 1, 1, TimeUnit.MILLISECONDS);

        assertTrue(get(pool.schedule(this::isMember, 1, TimeUnit.MILLISECONDS)));
        assertEquals(true, seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldReturnNullFromFutureOfDelayedRunnable() throws Exception {
        final AtomicBoolean ran = new AtomicBoolean();

        assertSame(null, get(pool(1).schedule(() -> ran.set(true), 1, TimeUnit.MILLISECONDS)));
        assertTrue(ran.get());
    }

    @Test
    void shouldRunTaskAtOnceWhenDelayIsZeroOrNegative() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);

        assertEquals("now", get(pool.schedule(() -> "now", 0, TimeUnit.DAYS)));
        assertEquals("now", get(pool.schedule(() -> "now", -1, TimeUnit.DAYS)));
    }

    /** Its one thread can run nothing until the latch is counted down. */
    private static CountDownLatch keepBusy(final ScheduledThreadPoolExecutor pool) {
        final CountDownLatch end = new CountDownLatch(1);
        pool.execute(() -> eventually(() -> end.getCount() == 0));
        return end;
    }

    /** The order is that of the futures: however long it took to submit one after the other. */
    @Test
    void shouldRunTasksInOrderOfTheirDelays() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        final CountDownLatch end = keepBusy(pool);
        final List<Long> order = new CopyOnWriteArrayList<>();
        final Map<ScheduledFuture<?>, Long> delays = new TreeMap<>();
        for (final long delay : new long[] {30, 1, 15}) {
            delays.put(pool.schedule(() -> order.add(delay), delay, TimeUnit.MILLISECONDS), delay);
        }
        end.countDown();
        for (final ScheduledFuture<?> each : delays.keySet()) {
            get(each);
        }

        assertEquals(List.copyOf(delays.values()), order);
    }

    /** Their thread is busy until all of them are due. */
    @Test
    void shouldRunTasksOfSameTimeInOrderOfSubmission() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        final List<Integer> order = new CopyOnWriteArrayList<>();
        final CountDownLatch end = keepBusy(pool);
        ScheduledFuture<?> last = null;
        for (int i = 0; i < 5; i++) {
            final int number = i;
            last = pool.schedule(() -> order.add(number), 0, TimeUnit.NANOSECONDS);
        }
        end.countDown();
        get(last);

        assertEquals(List.of(0, 1, 2, 3, 4), order);
    }

    @Test
    void shouldTellRemainingDelayUntilItIsOver() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        final ScheduledFuture<?> late = pool.schedule(() -> { }, 1, TimeUnit.HOURS);
        final ScheduledFuture<?> soon = pool.schedule(() -> { }, 1, TimeUnit.MILLISECONDS);
        get(soon);

        assertTrue(late.getDelay(TimeUnit.MINUTES) > 50 && late.getDelay(TimeUnit.MINUTES) < 60);
        assertTrue(soon.getDelay(TimeUnit.NANOSECONDS) <= 0);
        assertTrue(soon.compareTo(late) < 0);
    }

    @Test
    void shouldRunPeriodicTaskUntilCancelled() throws Exception {
        final CountDownLatch three = new CountDownLatch(3);
        final AtomicInteger runs = new AtomicInteger();
        final ScheduledThreadPoolExecutor pool = pool(1);
        final ScheduledFuture<?> periodic = pool.scheduleAtFixedRate(() -> {
            runs.incrementAndGet();
            three.countDown();
        }, 0, 1, TimeUnit.MILLISECONDS);
        await(three);
        assertFalse(periodic.isDone());

        assertTrue(periodic.cancel(false));
        assertThrows(CancellationException.class, periodic::get);
        get(pool.submit(() -> { }));
        final int count = runs.get();
        Thread.sleep(SHORT_MILLIS);
        assertEquals(count, runs.get());
    }

    @Test
    void shouldCommenceRunsOfFixedRateNotBeforeTheirTimes() throws Exception {
        final List<Long> starts = new CopyOnWriteArrayList<>();
        final CountDownLatch four = new CountDownLatch(4);
        final long began = System.nanoTime();
        pool(1).scheduleAtFixedRate(() -> {
            starts.add(System.nanoTime());
            four.countDown();
        }, SHORT_MILLIS, SHORT_MILLIS, TimeUnit.MILLISECONDS);
        await(four);

        for (int i = 0; i < 4; i++) {
            assertTrue(starts.get(i) - began >= (i + 1) * SHORT_NANOS);
        }
    }

    /** Each run takes longer than the delay, so that runs at a fixed rate would follow at once. */
    @Test
    void shouldWaitBetweenEndAndNextStartWhenDelayIsFixed() throws Exception {
        final List<Long> times = new CopyOnWriteArrayList<>();
        final CountDownLatch three = new CountDownLatch(3);
        pool(2).scheduleWithFixedDelay(() -> {
            final long began = System.nanoTime();
            times.add(began);
            eventually(() -> System.nanoTime() - began > SHORT_NANOS);
            times.add(System.nanoTime());
            three.countDown();
        }, 0, SHORT_MILLIS, TimeUnit.MILLISECONDS);
        await(three);

        assertTrue(times.get(2) - times.get(1) >= SHORT_NANOS);
        assertTrue(times.get(4) - times.get(3) >= SHORT_NANOS);
    }

    @Test
    void shouldNeverRunPeriodicTaskConcurrentlyWithItself() throws Exception {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final CountDownLatch runs = new CountDownLatch(5);
        pool(4).scheduleAtFixedRate(() -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            final long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3);
            eventually(() -> System.nanoTime() - until > 0);
            inside.decrementAndGet();
            runs.countDown();
        }, 0, 1, TimeUnit.MILLISECONDS);
        await(runs);

        assertEquals(1, most.get());
    }

    @Test
    void shouldSuppressFurtherRunsAndTellWhyWhenPeriodicTaskThrows() throws Exception {
        final AtomicInteger runs = new AtomicInteger();
        final ScheduledFuture<?> periodic = pool(1).scheduleAtFixedRate(() -> {
            if (runs.incrementAndGet() == 2) {
                throw new IllegalStateException("on purpose");
            }
        }, 0, 1, TimeUnit.MILLISECONDS);

        final Throwable problem = assertThrows(ExecutionException.class, () -> get(periodic));
        assertEquals("on purpose", problem.getCause().getMessage());
        Thread.sleep(SHORT_MILLIS);
        assertEquals(2, runs.get());
    }

    @Test
    void shouldRefusePeriodThatIsNotPositive() {
        final ScheduledThreadPoolExecutor pool = pool(1);

        assertThrows(IllegalArgumentException.class,
            () -> pool.scheduleAtFixedRate(() -> { }, 0, 0, TimeUnit.SECONDS));
        assertThrows(IllegalArgumentException.class,
            () -> pool.scheduleWithFixedDelay(() -> { }, 0, -1, TimeUnit.SECONDS));
    }

    @Test
    void shouldNotRunDelayedTaskThatWasCancelled() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        final AtomicBoolean ran = new AtomicBoolean();
        final CountDownLatch end = keepBusy(pool);
        final ScheduledFuture<?> cancelled = pool.schedule(() -> ran.set(true), 1, TimeUnit.MILLISECONDS);
        assertTrue(cancelled.cancel(false));
        final ScheduledFuture<?> next = pool.schedule(() -> { }, 2, TimeUnit.MILLISECONDS);
        end.countDown();
        get(next);

        assertFalse(ran.get());
    }

    @Test
    void shouldKeepCancelledTaskInQueueUnlessRemoveOnCancelIsSet() {
        final ScheduledThreadPoolExecutor pool = pool(1);
        pool.schedule(() -> { }, 1, TimeUnit.HOURS).cancel(false);
        assertEquals(1, pool.getQueue().size());
        pool.purge();
        pool.setRemoveOnCancelPolicy(true);
        pool.schedule(() -> { }, 1, TimeUnit.HOURS).cancel(false);

        assertTrue(pool.getQueue().isEmpty());
    }

    @Test
    void shouldRunDelayedTasksAfterShutdownByDefault() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        final ScheduledFuture<String> delayed = pool.schedule(() -> "ran", SHORT_MILLIS, TimeUnit.MILLISECONDS);
        pool.shutdown();

        assertEquals("ran", get(delayed));
        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldCancelDelayedTasksOnShutdownWhenPolicySaysSo() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        final ScheduledFuture<?> delayed = pool.schedule(() -> { }, 1, TimeUnit.HOURS);
        pool.shutdown();

        assertTrue(delayed.isCancelled());
        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldCancelPeriodicTasksOnShutdownByDefault() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        final ScheduledFuture<?> periodic = pool.scheduleAtFixedRate(() -> { }, 0, 1, TimeUnit.MILLISECONDS);
        pool.shutdown();

        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(periodic.isCancelled());
    }

    @Test
    void shouldReturnDelayedTasksThatHaveNotBegunWhenShutDownNow() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        final ScheduledFuture<?> delayed = pool.schedule(() -> { }, 1, TimeUnit.HOURS);

        assertEquals(List.of(delayed), pool.shutdownNow());
        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldRejectDelayedTaskAfterShutdown() {
        final ScheduledThreadPoolExecutor pool = pool(1);
        pool.shutdown();

        assertThrows(RejectedExecutionException.class, () -> pool.schedule(() -> { }, 1, TimeUnit.SECONDS));
        assertThrows(RejectedExecutionException.class,
            () -> pool.scheduleAtFixedRate(() -> { }, 1, 1, TimeUnit.SECONDS));
    }

    @Test
    void shouldLetShorterDelayGoFirstThatWasSubmittedLater() throws Exception {
        final ScheduledThreadPoolExecutor pool = pool(1);
        final ScheduledFuture<?> late = pool.schedule(() -> { }, 1, TimeUnit.HOURS);
        eventually(() -> pool.getPoolSize() == 1);

        assertEquals("soon", get(pool.schedule(() -> "soon", 1, TimeUnit.MILLISECONDS)));
        assertFalse(late.isDone());
    }
}
