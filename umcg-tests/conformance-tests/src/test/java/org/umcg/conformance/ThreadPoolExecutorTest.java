// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Sizes, queueing, keep-alive, rejection and hooks of {@link ThreadPoolExecutor}. */
class ThreadPoolExecutorTest extends ConformanceTest {

    private final CountDownLatch end = new CountDownLatch(1);
    private final Runnable untilEnd = () -> {
        try {
            await(end);
        }
        catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    };

    private ThreadPoolExecutor pool(final int core, final int max, final BlockingQueue<Runnable> queue) {
        return endWithTest(new ThreadPoolExecutor(core, max, 10, TimeUnit.MILLISECONDS, queue, factory()));
    }

    @Test
    void shouldStartThreadForEachTaskUntilCoreSizeIsReached() {
        final ThreadPoolExecutor pool = pool(2, 4, new LinkedBlockingQueue<>());
        assertEquals(0, pool.getPoolSize());
        for (int i = 1; i <= 5; i++) {
            pool.execute(untilEnd);
            assertEquals(Math.min(i, 2), pool.getPoolSize());
        }

        assertEquals(3, pool.getQueue().size());
        end.countDown();
    }

    @Test
    void shouldStartMoreThreadsThanCoreSizeOnlyWhenQueueIsFull() {
        final ThreadPoolExecutor pool = pool(1, 2, new ArrayBlockingQueue<>(1));
        pool.execute(untilEnd);
        pool.execute(untilEnd);
        assertEquals(1, pool.getPoolSize());
        pool.execute(untilEnd);

        assertEquals(2, pool.getPoolSize());
        assertEquals(2, pool.getLargestPoolSize());
        end.countDown();
    }

    @Test
    void shouldRejectTaskWhenQueueAndPoolAreFull() {
        final ThreadPoolExecutor pool = pool(1, 1, new ArrayBlockingQueue<>(1));
        pool.execute(untilEnd);
        pool.execute(untilEnd);

        assertThrows(RejectedExecutionException.class, () -> pool.execute(untilEnd));
        end.countDown();
    }

    @Test
    void shouldRunRejectedTaskInCallerWhenPolicyIsCallerRuns() {
        final ThreadPoolExecutor pool = pool(1, 1, new SynchronousQueue<>());
        pool.setRejectedExecutionHandler(new ThreadPoolExecutor.CallerRunsPolicy());
        pool.execute(untilEnd);
        final AtomicReference<Thread> ranBy = new AtomicReference<>();
        pool.execute(() -> ranBy.set(Thread.currentThread()));

        assertSame(Thread.currentThread(), ranBy.get());
        end.countDown();
    }

    @Test
    void shouldDropRejectedTaskWhenPolicyIsDiscard() throws Exception {
        final ThreadPoolExecutor pool = pool(1, 1, new SynchronousQueue<>());
        pool.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        pool.execute(untilEnd);
        final AtomicInteger ran = new AtomicInteger();
        pool.execute(ran::incrementAndGet);
        end.countDown();
        pool.shutdown();

        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, ran.get());
    }

    @Test
    void shouldDropOldestQueuedTaskWhenPolicyIsDiscardOldest() throws Exception {
        final ThreadPoolExecutor pool = pool(1, 1, new ArrayBlockingQueue<>(1));
        pool.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardOldestPolicy());
        final List<String> ran = new CopyOnWriteArrayList<>();
        pool.execute(untilEnd);
        pool.execute(() -> ran.add("oldest"));
        pool.execute(() -> ran.add("newest"));
        end.countDown();
        pool.shutdown();

        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(List.of("newest"), ran);
    }

    @Test
    void shouldEndThreadsBeyondCoreSizeAfterKeepAliveTime() {
        final ThreadPoolExecutor pool = pool(1, 3, new SynchronousQueue<>());
        for (int i = 0; i < 3; i++) {
            pool.execute(untilEnd);
        }
        assertEquals(3, pool.getPoolSize());
        end.countDown();

        eventually(() -> pool.getPoolSize() == 1);
    }

    @Test
    void shouldEndCoreThreadsAfterKeepAliveTimeWhenAllowed() {
        final ThreadPoolExecutor pool = pool(2, 2, new LinkedBlockingQueue<>());
        pool.allowCoreThreadTimeOut(true);
        pool.execute(() -> { });
        pool.execute(() -> { });

        eventually(() -> pool.getPoolSize() == 0);
    }

    @Test
    void shouldStartCoreThreadsBeforeTasksComeWhenToldTo() {
        final ThreadPoolExecutor pool = pool(3, 3, new LinkedBlockingQueue<>());

        assertTrue(pool.prestartCoreThread());
        assertEquals(1, pool.getPoolSize());
        assertEquals(2, pool.prestartAllCoreThreads());
        assertEquals(3, pool.getPoolSize());
        assertFalse(pool.prestartCoreThread());
    }

    @Test
    void shouldStartThreadsForQueuedTasksWhenCoreSizeIsRaised() {
        final ThreadPoolExecutor pool = pool(1, 4, new LinkedBlockingQueue<>());
        for (int i = 0; i < 4; i++) {
            pool.execute(untilEnd);
        }
        pool.setCorePoolSize(4);

        eventually(() -> pool.getActiveCount() == 4);
        end.countDown();
    }

    @Test
    void shouldEndIdleThreadsWhenSizesAreLowered() throws Exception {
        final ThreadPoolExecutor pool = pool(4, 4, new LinkedBlockingQueue<>());
        pool.prestartAllCoreThreads();
        pool.setCorePoolSize(1);
        pool.setMaximumPoolSize(1);

        eventually(() -> pool.getPoolSize() == 1);
        assertEquals("served", get(pool.submit(() -> "served")));
    }

    @Test
    void shouldReplaceThreadWhoseTaskThrew() throws Exception {
        final ThreadPoolExecutor pool = pool(1, 1, new LinkedBlockingQueue<>());
        final Thread first = get(pool.submit(Thread::currentThread));
        pool.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        final Thread second = get(pool.submit(Thread::currentThread));
        first.join();

        assertFalse(second == first);
        assertEquals("on purpose", takeUncaught().get(0).getMessage());
    }

    @Test
    void shouldReturnQueuedTasksAndNotRunThemWhenShutDownNow() throws Exception {
        final ThreadPoolExecutor pool = pool(1, 1, new LinkedBlockingQueue<>());
        final AtomicInteger ran = new AtomicInteger();
        final Runnable queued = ran::incrementAndGet;
        pool.execute(untilEnd);
        pool.execute(queued);
        pool.execute(queued);

        assertEquals(List.of(queued, queued), pool.shutdownNow());
        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, ran.get());
    }

    @Test
    void shouldRunQueuedTaskInOrderOfArrival() throws Exception {
        final ThreadPoolExecutor pool = pool(1, 1, new LinkedBlockingQueue<>());
        final List<Integer> order = new CopyOnWriteArrayList<>();
        pool.execute(untilEnd);
        for (int i = 0; i < 5; i++) {
            final int number = i;
            pool.execute(() -> order.add(number));
        }
        end.countDown();
        get(pool.submit(() -> { }));

        assertEquals(List.of(0, 1, 2, 3, 4), order);
    }

    /** Named, since the queue compares what it holds. */
    private record Ranked(int rank, List<Integer> order) implements Runnable, Comparable<Ranked> {
        @Override
        public void run() {
            order.add(rank);
        }

        @Override
        public int compareTo(final Ranked other) {
            return Integer.compare(rank, other.rank);
        }
    }

    @Test
    void shouldRunQueuedTasksInOrderOfItsQueue() throws Exception {
        final ThreadPoolExecutor pool = pool(1, 1, new PriorityBlockingQueue<>());
        final List<Integer> order = new CopyOnWriteArrayList<>();
        final CountDownLatch running = new CountDownLatch(1);
        pool.execute(() -> {
            running.countDown();
            untilEnd.run();
        });
        await(running);
        for (final int rank : new int[] {3, 1, 2}) {
            pool.execute(new Ranked(rank, order));
        }
        end.countDown();
        pool.shutdown();

        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(List.of(1, 2, 3), order);
    }

    @Test
    void shouldNotRunTaskThatWasRemovedFromQueue() throws Exception {
        final ThreadPoolExecutor pool = pool(1, 1, new LinkedBlockingQueue<>());
        final AtomicInteger ran = new AtomicInteger();
        final Runnable removed = ran::incrementAndGet;
        pool.execute(untilEnd);
        pool.execute(removed);

        assertTrue(pool.remove(removed));
        assertFalse(pool.remove(removed));
        end.countDown();
        get(pool.submit(() -> { }));
        assertEquals(0, ran.get());
    }

    @Test
    void shouldForgetCancelledTasksWhenPurged() {
        final ThreadPoolExecutor pool = pool(1, 1, new LinkedBlockingQueue<>());
        pool.execute(untilEnd);
        final List<Future<?>> queued = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            queued.add(pool.submit(() -> { }));
        }
        queued.get(0).cancel(false);
        queued.get(2).cancel(true);
        pool.purge();

        assertEquals(1, pool.getQueue().size());
        end.countDown();
    }

    @Test
    void shouldCountActiveAndCompletedTasks() throws Exception {
        final ThreadPoolExecutor pool = pool(2, 2, new LinkedBlockingQueue<>());
        final Future<?> first = pool.submit(untilEnd);
        final Future<?> second = pool.submit(untilEnd);
        eventually(() -> pool.getActiveCount() == 2);
        assertEquals(0, pool.getCompletedTaskCount());
        assertEquals(2, pool.getTaskCount());
        end.countDown();
        get(first);
        get(second);

        eventually(() -> pool.getCompletedTaskCount() == 2 && pool.getActiveCount() == 0);
    }

    @Test
    void shouldCallHooksInThreadOfTaskBeforeAndAfterIt() throws Exception {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final CountDownLatch ended = new CountDownLatch(1);
        final ThreadPoolExecutor pool = endWithTest(
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory()) {
                @Override
                protected void beforeExecute(final Thread thread, final Runnable task) {
                    calls.add("before " + (thread == Thread.currentThread()) + isMember());
                }

                @Override
                protected void afterExecute(final Runnable task, final Throwable problem) {
                    calls.add("after " + problem);
                }

                @Override
                protected void terminated() {
                    calls.add("terminated");
                    ended.countDown();
                }
            });
        pool.execute(() -> calls.add("task"));
        pool.shutdown();
        await(ended);

        assertEquals(List.of("before truetrue", "task", "after null", "terminated"), calls);
    }

    @Test
    void shouldTellHookWhatTaskThrew() {
        final AtomicReference<Throwable> told = new AtomicReference<>();
        final ThreadPoolExecutor pool = endWithTest(
            new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory()) {
                @Override
                protected void afterExecute(final Runnable task, final Throwable problem) {
                    told.set(problem);
                }
            });
        pool.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        final List<Throwable> uncaught = new ArrayList<>();
        eventually(() -> uncaught.addAll(takeUncaught()));

        assertNotNull(told.get());
        assertSame(told.get(), uncaught.get(0));
    }

    @Test
    void shouldRejectTaskWhenFactoryMakesNoThread() {
        final ThreadPoolExecutor pool =
            endWithTest(new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), target -> null));

        assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> { }));
        assertNull(pool.getQueue().poll());
    }

    @Test
    void shouldBeTerminatingUntilLastTaskEnds() throws Exception {
        final ThreadPoolExecutor pool = pool(1, 1, new LinkedBlockingQueue<>());
        pool.execute(untilEnd);
        assertFalse(pool.isTerminating());
        pool.shutdown();
        assertTrue(pool.isTerminating());
        end.countDown();

        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertFalse(pool.isTerminating());
    }
}
