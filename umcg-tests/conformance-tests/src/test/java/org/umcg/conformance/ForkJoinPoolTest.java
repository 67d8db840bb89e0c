// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CountedCompleter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.Future;
import java.util.concurrent.RecursiveAction;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A {@link ForkJoinPool} whose own threads have made themselves members of the run, and workers that use one. */
class ForkJoinPoolTest extends ConformanceTest {

    private static final int PARALLELISM = 4;

    private ForkJoinPool newPool() {
        return newPool(null);
    }

    private ForkJoinPool newPool(final Thread.UncaughtExceptionHandler handler) {
        return endWithTest(new ForkJoinPool(PARALLELISM, Member::new, handler, false));
    }

    /** Of a class that a factory of workers does not make. */
    private final class Member extends ForkJoinWorkerThread {
        Member(final ForkJoinPool pool) {
            super(pool);
        }

        @Override
        public void run() {
            runAsMember(super::run);
        }
    }

    private static final class Fibonacci extends RecursiveTask<Integer> {
        private static final long serialVersionUID = 1;

        private final int index;

        Fibonacci(final int index) {
            this.index = index;
        }

        @Override
        protected Integer compute() {
            if (index < 2) {
                return index;
            }
            final Fibonacci left = new Fibonacci(index - 1);
            left.fork();
            return new Fibonacci(index - 2).compute() + left.join();
        }
    }

    @Test
    void shouldRunTasksOnThreadsThatAreMembers() throws Exception {
        final ForkJoinPool pool = newPool();

        assertTrue(get(pool.submit(this::isMember)));
        assertSame(pool, get(pool.submit(() -> ForkJoinTask.getPool())));
    }

    @Test
    void shouldReturnResultOfForkedTasks() {
        assertEquals(610, newPool().invoke(new Fibonacci(15)));
    }

    /** A worker that is no thread of the pool. */
    @Test
    void shouldReturnResultOfTasksOfCommonPool() {
        assertEquals(144, ForkJoinPool.commonPool().invoke(new Fibonacci(12)));
    }

    @Test
    void shouldJoinAllInvokedTasks() {
        final AtomicInteger ran = new AtomicInteger();
        newPool().invoke(new RecursiveAction() {
            private static final long serialVersionUID = 1;

            @Override
            protected void compute() {
                final List<ForkJoinTask<?>> parts = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    parts.add(ForkJoinTask.adapt(ran::incrementAndGet));
                }
                invokeAll(parts);
            }
        });

        assertEquals(20, ran.get());
    }

    @Test
    void shouldRethrowWhatForkedTaskThrew() {
        final ForkJoinTask<?> task = newPool().submit((Runnable) () -> {
            throw new IllegalStateException("on purpose");
        });

        assertThrows(IllegalStateException.class, task::join);
        assertThrows(ExecutionException.class, () -> get(task));
        assertTrue(task.isCompletedAbnormally());
    }

    @Test
    void shouldThrowCancellationExceptionWhenTaskIsCancelled() {
        final ForkJoinTask<Integer> task = new Fibonacci(3);

        assertTrue(task.cancel(false));
        assertThrows(CancellationException.class, task::join);
        assertThrows(CancellationException.class, () -> newPool().invoke(task));
    }

    @Test
    void shouldRunOthersWhileManagedBlockerBlocks() throws Exception {
        final ForkJoinPool pool = newPool();
        final CountDownLatch end = new CountDownLatch(1);
        final List<Future<?>> blocked = new ArrayList<>();
        for (int i = 0; i < PARALLELISM; i++) {
            blocked.add(pool.submit(() -> {
                ForkJoinPool.managedBlock(new ForkJoinPool.ManagedBlocker() {
                    @Override
                    public boolean block() throws InterruptedException {
                        await(end);
                        return true;
                    }

                    @Override
                    public boolean isReleasable() {
                        return end.getCount() == 0;
                    }
                });
                return null;
            }));
        }
        assertEquals("served", get(pool.submit(() -> "served")));
        end.countDown();

        for (final Future<?> each : blocked) {
            get(each);
        }
    }

    @Test
    void shouldBeQuiescentOnceNothingIsLeftToDo() throws Exception {
        final ForkJoinPool pool = newPool();
        final LongAdder ran = new LongAdder();
        for (int i = 0; i < 100; i++) {
            pool.execute(ran::increment);
        }

        assertTrue(pool.awaitQuiescence(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals(100, ran.sum());
        assertTrue(pool.isQuiescent());
    }

    @Test
    void shouldRunTasksSubmittedBeforeShutdownAndRejectOthers() throws Exception {
        final ForkJoinPool pool = newPool();
        final Future<Integer> before = pool.submit(new Fibonacci(10));
        pool.shutdown();

        assertThrows(RejectedExecutionException.class, () -> pool.submit(() -> "never"));
        assertEquals(55, get(before));
        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldInterruptThreadsWhenShutDownNow() throws Exception {
        final ForkJoinPool pool = newPool();
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);
        pool.execute(() -> {
            running.countDown();
            sleepUntilInterrupted();
            interrupted.countDown();
        });
        await(running);
        pool.shutdownNow();

        await(interrupted);
        assertTrue(pool.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldCompleteCompleterWhenAllPendingPartsHave() {
        final AtomicInteger leaves = new AtomicInteger();
        final class Part extends CountedCompleter<Void> {
            private static final long serialVersionUID = 1;

            private final int depth;

            Part(final CountedCompleter<?> parent, final int depth) {
                super(parent);
                this.depth = depth;
            }

            @Override
            public void compute() {
                if (depth == 0) {
                    leaves.incrementAndGet();
                }
                else {
                    setPendingCount(2);
                    new Part(this, depth - 1).fork();
                    new Part(this, depth - 1).fork();
                }
                tryComplete();
            }
        }
        newPool().invoke(new Part(null, 5));

        assertEquals(32, leaves.get());
    }

    @Test
    void shouldRunParallelStreamInPoolOfItsCaller() throws Exception {
        final ForkJoinPool pool = newPool();

        assertEquals(500_500, get(pool.submit(() -> IntStream.rangeClosed(1, 1000).parallel().sum())));
        assertTrue(get(pool.submit(() ->
            IntStream.range(0, 100).parallel().allMatch(i -> ForkJoinTask.getPool() == pool && isMember()))));
    }

    @Test
    void shouldRunParallelStreamForWorker() {
        assertEquals(500_500, IntStream.rangeClosed(1, 1000).parallel().sum());
        assertFalse(ForkJoinTask.inForkJoinPool());
    }
}
