// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What each {@link ExecutorService} promises of single tasks, its threads and its end. */
abstract class ExecutorServiceContract extends ConformanceTest {

    /** How many threads it has at least. */
    static final int THREADS = 4;

    /** A pool that ends with the test. */
    abstract ExecutorService newPool();

    @Test
    void shouldRunTaskGivenToExecute() throws Exception {
        final CountDownLatch ran = new CountDownLatch(1);

        newPool().execute(ran::countDown);

        await(ran);
    }

    @Test
    void shouldRunTaskOnThreadOfItsFactoryAndNotOfItsCaller() throws Exception {
        final Thread caller = Thread.currentThread();
        final ExecutorService pool = newPool();

        assertTrue(get(pool.submit(this::isMember)));
        assertNotSame(caller, get(pool.submit(Thread::currentThread)));
    }

    @Test
    void shouldReturnWhatCallableReturns() throws Exception {
        assertEquals("result", get(newPool().submit(() -> "result")));
    }

    @Test
    void shouldReturnNullUponCompletionOfRunnable() throws Exception {
        assertNull(get(newPool().submit(() -> { })));
    }

    @Test
    void shouldReturnGivenResultUponCompletionOfRunnable() throws Exception {
        assertEquals("given", get(newPool().submit(() -> { }, "given")));
    }

    @Test
    void shouldTellWhatTaskThrewAsCause() {
        final IllegalStateException thrown = new IllegalStateException("on purpose");
        final Future<?> future = newPool().submit(() -> {
            throw thrown;
        });

        assertSame(thrown, assertThrows(ExecutionException.class, () -> get(future)).getCause());
        assertTrue(future.isDone());
        assertFalse(future.isCancelled());
    }

    @Test
    void shouldTellErrorsOfTasksToo() {
        final Error thrown = new StackOverflowError("on purpose");
        final Future<?> future = newPool().submit((Callable<Void>) () -> {
            throw thrown;
        });

        assertSame(thrown, assertThrows(ExecutionException.class, () -> get(future)).getCause());
    }

    @Test
    void shouldRefuseNullAsTask() {
        final ExecutorService pool = newPool();

        assertThrows(NullPointerException.class, () -> pool.execute(null));
        assertThrows(NullPointerException.class, () -> pool.submit((Runnable) null));
        assertThrows(NullPointerException.class, () -> pool.submit((Callable<?>) null));
        assertThrows(NullPointerException.class, () -> pool.submit(null, "result"));
    }

    /** The fields are plain: only what the executor does in between makes them visible. */
    @Test
    void shouldMakeVisibleToTaskWhatWasDoneBeforeSubmit() throws Exception {
        final ExecutorService pool = newPool();
        final int[] box = new int[1];
        for (int i = 1; i <= 100; i++) {
            box[0] = i;
            assertEquals(i, get(pool.submit(() -> box[0])));
        }
    }

    @Test
    void shouldMakeVisibleAfterGetWhatTaskHasDone() throws Exception {
        final ExecutorService pool = newPool();
        final int[] box = new int[1];
        for (int i = 1; i <= 100; i++) {
            final int value = i;
            get(pool.submit(() -> {
                box[0] = value;
            }));
            assertEquals(value, box[0]);
        }
    }

    @Test
    void shouldRejectTasksAfterShutdown() {
        final ExecutorService pool = newPool();
        pool.shutdown();

        assertTrue(pool.isShutdown());
        assertThrows(RejectedExecutionException.class, () -> pool.execute(() -> { }));
        assertThrows(RejectedExecutionException.class, () -> pool.submit(() -> "never"));
    }

    @Test
    void shouldRunTasksSubmittedBeforeShutdown() throws Exception {
        final ExecutorService pool = newPool();
        final AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 100; i++) {
            pool.execute(ran::incrementAndGet);
        }
        pool.shutdown();

        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(100, ran.get());
    }

    @Test
    void shouldNotWaitForTasksWhenShutDown() throws Exception {
        final ExecutorService pool = newPool();
        final CountDownLatch end = new CountDownLatch(1);
        final Future<?> waiting = pool.submit(() -> {
            await(end);
            return null;
        });
        pool.shutdown();

        assertFalse(waiting.isDone());
        assertFalse(pool.isTerminated());
        end.countDown();
        get(waiting);
    }

    @Test
    void shouldHaveNoEffectWhenShutDownAgain() throws Exception {
        final ExecutorService pool = newPool();
        pool.shutdown();
        pool.shutdown();

        assertTrue(pool.shutdownNow().isEmpty());
        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldInterruptRunningTasksWhenShutDownNow() throws Exception {
        final ExecutorService pool = newPool();
        final CountDownLatch running = new CountDownLatch(THREADS);
        final AtomicInteger interrupted = new AtomicInteger();
        for (int i = 0; i < THREADS; i++) {
            pool.execute(() -> {
                running.countDown();
                sleepUntilInterrupted();
                interrupted.incrementAndGet();
            });
        }
        await(running);
        pool.shutdownNow();

        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(THREADS, interrupted.get());
    }

    @Test
    void shouldNotBeTerminatedUnlessShutDownFirst() throws Exception {
        final ExecutorService pool = newPool();
        get(pool.submit(() -> { }));

        assertFalse(pool.isShutdown());
        assertFalse(pool.isTerminated());
        assertFalse(pool.awaitTermination(1, TimeUnit.MILLISECONDS));
    }

    @Test
    void shouldBeTerminatedOnceAllTasksHaveEndedAfterShutdown() throws Exception {
        final ExecutorService pool = newPool();
        final AtomicBoolean hasEnded = new AtomicBoolean();
        pool.execute(() -> {
            eventually(pool::isShutdown);
            hasEnded.set(true);
        });
        pool.shutdown();

        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertTrue(hasEnded.get());
        assertTrue(pool.isTerminated());
        assertTrue(pool.awaitTermination(0, TimeUnit.NANOSECONDS));
    }

    @Test
    void shouldReturnFalseWhenTimeoutElapsesBeforeTermination() throws Exception {
        final ExecutorService pool = newPool();
        final CountDownLatch end = new CountDownLatch(1);
        pool.submit(() -> {
            await(end);
            return null;
        });
        pool.shutdown();

        assertFalse(inVain(() -> pool.awaitTermination(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        end.countDown();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInAwaitTermination() throws Exception {
        final ExecutorService pool = newPool();
        assertInterruptible(() -> pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldThrowTimeoutExceptionAndNotCancelWhenResultIsLate() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final Future<String> future = newPool().submit(() -> {
            await(end);
            return "late";
        });

        inVain(() -> assertThrows(TimeoutException.class, () -> future.get(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        end.countDown();
        assertEquals("late", get(future));
    }

    @Test
    void shouldThrowInterruptedExceptionToWaiterAndNotToTask() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final Future<Boolean> future = newPool().submit(() -> {
            await(end);
            return Thread.currentThread().isInterrupted();
        });
        assertInterruptible(future::get);
        end.countDown();

        assertFalse(get(future));
    }

    @Test
    void shouldInterruptTaskWhenCancelledSo() throws Exception {
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);
        final Future<?> future = newPool().submit(() -> {
            running.countDown();
            sleepUntilInterrupted();
            interrupted.countDown();
        });
        await(running);

        assertTrue(future.cancel(true));
        assertTrue(future.isCancelled());
        assertTrue(future.isDone());
        assertThrows(CancellationException.class, future::get);
        await(interrupted);
    }

    @Test
    void shouldLetTaskGoOnWhenCancelledWithoutInterrupt() throws Exception {
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(1);
        final Future<?> future = newPool().submit(() -> {
            running.countDown();
            await(end);
            ended.countDown();
            return null;
        });
        await(running);

        assertTrue(future.cancel(false));
        assertThrows(CancellationException.class, future::get);
        end.countDown();
        await(ended);
    }

    @Test
    void shouldReturnFalseWhenCancelledAfterCompletion() throws Exception {
        final Future<String> future = newPool().submit(() -> "result");
        get(future);

        assertFalse(future.cancel(true));
        assertFalse(future.isCancelled());
        assertEquals("result", get(future));
    }

    /** The pool's next task begins with a clear status, whatever the one before has left. */
    @Test
    void shouldNotPassInterruptOfOneTaskOnToTheNext() throws Exception {
        final ExecutorService pool = newPool();
        for (int i = 0; i < 2 * Threads.POOL_SIZE; i++) {
            assertFalse(get(pool.submit(() -> {
                final boolean was = Thread.currentThread().isInterrupted();
                Thread.currentThread().interrupt();
                return was;
            })));
        }
    }

    @Test
    void shouldRunTasksThatTasksSubmitAndWaitFor() throws Exception {
        final ExecutorService pool = newPool();

        assertEquals("inner", get(pool.submit(() -> get(pool.submit(() -> get(pool.submit(() -> "inner")))))));
    }

    @Test
    void shouldRunEachOfManyTasksOnce() throws Exception {
        final ExecutorService pool = newPool();
        final AtomicInteger[] runs = new AtomicInteger[300];
        final List<Future<?>> futures = new ArrayList<>();
        for (int i = 0; i < runs.length; i++) {
            runs[i] = new AtomicInteger();
            futures.add(pool.submit(runs[i]::incrementAndGet));
        }
        for (final Future<?> future : futures) {
            get(future);
        }

        for (final AtomicInteger each : runs) {
            assertEquals(1, each.get());
        }
    }

    @Test
    void shouldHaveAsManyTasksUnderWayAsItHasThreads() throws Exception {
        final ExecutorService pool = newPool();
        final CyclicBarrier barrier = new CyclicBarrier(THREADS);
        final List<Future<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            futures.add(pool.submit(() -> barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        }

        int sum = 0;
        for (final Future<Integer> future : futures) {
            sum += get(future);
        }
        assertEquals(THREADS * (THREADS - 1) / 2, sum);
    }

    @Test
    void shouldAcceptTasksFromManyThreadsAtOnce() throws Exception {
        final ExecutorService pool = newPool();
        final AtomicInteger ran = new AtomicInteger();
        final List<Actor> submitters = start(THREADS, () -> {
            for (int j = 0; j < 50; j++) {
                pool.execute(ran::incrementAndGet);
            }
        });
        joinAll(submitters);

        eventually(() -> ran.get() == 50 * THREADS);
    }
}
