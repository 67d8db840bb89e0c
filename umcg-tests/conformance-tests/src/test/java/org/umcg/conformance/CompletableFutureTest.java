// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** {@link CompletableFuture} with workers as the executor of its async methods, and as its waiters. */
class CompletableFutureTest extends ConformanceTest {

    /** What the async stages did not run in its thread. */
    private static <T> CompletableFuture<T> failing() {
        return CompletableFuture.failedFuture(new IllegalStateException("on purpose"));
    }

    @Test
    void shouldRunSupplierInGivenExecutor() throws Exception {
        assertTrue(get(CompletableFuture.supplyAsync(this::isMember, newExecutor())));
    }

    @Test
    void shouldRunRunnableInGivenExecutor() throws Exception {
        final AtomicReference<Thread> ranBy = new AtomicReference<>();
        get(CompletableFuture.runAsync(() -> ranBy.set(Thread.currentThread()), newExecutor()));

        assertNotSame(Thread.currentThread(), ranBy.get());
    }

    @Test
    void shouldRunEachAsyncStageInItsExecutor() throws Exception {
        final ExecutorService executor = newExecutor();
        final List<Boolean> inWorkers = new ArrayList<>();
        final CompletableFuture<Integer> source = new CompletableFuture<>();
        final CompletableFuture<Void> chain = source
            .thenApplyAsync(value -> {
                inWorkers.add(isMember());
                return value + 1;
            }, executor)
            .thenComposeAsync(value -> {
                inWorkers.add(isMember());
                return CompletableFuture.supplyAsync(() -> value + 1, executor);
            }, executor)
            .handleAsync((value, problem) -> {
                inWorkers.add(isMember());
                return value + 1;
            }, executor)
            .thenAcceptAsync(value -> {
                inWorkers.add(isMember());
                assertEquals(4, value);
            }, executor);
        source.complete(1);
        get(chain);

        assertEquals(List.of(true, true, true, true), inWorkers);
    }

    @Test
    void shouldRunPlainStageInThreadThatCompletes() throws Exception {
        final CompletableFuture<Integer> source = new CompletableFuture<>();
        final CompletableFuture<Thread> stage = source.thenApply(value -> Thread.currentThread());
        final Actor completing = start(() -> source.complete(1));
        completing.join();

        assertSame(completing.thread(), get(stage));
    }

    @Test
    void shouldRunPlainStageInCallerWhenCompletedBefore() throws Exception {
        assertSame(Thread.currentThread(),
            get(CompletableFuture.completedFuture(1).thenApply(value -> Thread.currentThread())));
    }

    @Test
    void shouldWakeAllThatWaitWhenCompleted() throws Exception {
        final CompletableFuture<Integer> future = new CompletableFuture<>();
        final List<Actor> waiting = start(4, () -> assertEquals(1, future.get()));
        waiting.addAll(start(4, () -> assertEquals(1, future.join())));
        waiting.forEach(Actor::awaitBlocked);
        assertTrue(future.complete(1));

        joinAll(waiting);
    }

    @Test
    void shouldCompleteOnceOnly() throws Exception {
        final CompletableFuture<Integer> future = new CompletableFuture<>();

        assertTrue(future.complete(1));
        assertFalse(future.complete(2));
        assertFalse(future.completeExceptionally(new IllegalStateException()));
        assertEquals(1, get(future));
    }

    @Test
    void shouldThrowCauseInExecutionExceptionFromGetAndInCompletionExceptionFromJoin() {
        final CompletableFuture<Integer> future = CompletableFuture.supplyAsync(() -> {
            throw new IllegalStateException("on purpose");
        }, newExecutor());

        assertInstanceOf(IllegalStateException.class,
            assertThrows(ExecutionException.class, () -> get(future)).getCause());
        assertInstanceOf(IllegalStateException.class,
            assertThrows(CompletionException.class, future::join).getCause());
        assertTrue(future.isCompletedExceptionally());
    }

    @Test
    void shouldSkipStagesAfterFailureUntilOneHandlesIt() throws Exception {
        final ExecutorService executor = newExecutor();
        final CompletableFuture<String> chain = CompletableFutureTest.<String>failing()
            .thenApplyAsync(value -> value + " never", executor)
            .exceptionally(problem -> problem.getCause().getMessage())
            .thenApplyAsync(value -> value + ", handled", executor);

        assertEquals("on purpose, handled", get(chain));
    }

    @Test
    void shouldTellWhenCompleteOfResultAndKeepIt() throws Exception {
        final AtomicReference<String> told = new AtomicReference<>();
        final CompletableFuture<String> stage = CompletableFuture.supplyAsync(() -> "result", newExecutor())
            .whenCompleteAsync((value, problem) -> told.set(value + problem), newExecutor());

        assertEquals("result", get(stage));
        assertEquals("resultnull", told.get());
    }

    @Test
    void shouldCombineResultsOfTwo() throws Exception {
        final ExecutorService executor = newExecutor();
        final CompletableFuture<Integer> left = CompletableFuture.supplyAsync(() -> 6, executor);
        final CompletableFuture<Integer> right = CompletableFuture.supplyAsync(() -> 7, executor);

        assertEquals(Integer.valueOf(42), get(left.thenCombineAsync(right, (a, b) -> a * b, executor)));
    }

    @Test
    void shouldTakeResultOfTheFirstOfTwo() throws Exception {
        final CompletableFuture<String> never = new CompletableFuture<>();
        final CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> "first", newExecutor());

        assertEquals("first!", get(never.applyToEitherAsync(first, value -> value + "!", newExecutor())));
    }

    @Test
    void shouldRunAfterBothAndNotBefore() throws Exception {
        final CompletableFuture<Integer> left = new CompletableFuture<>();
        final CompletableFuture<Integer> right = new CompletableFuture<>();
        final CompletableFuture<Void> both = left.runAfterBothAsync(right, () -> { }, newExecutor());
        left.complete(1);
        assertFalse(both.isDone());
        right.complete(2);

        get(both);
    }

    @Test
    void shouldCompleteAllOfOnlyWhenAllHave() throws Exception {
        final ExecutorService executor = newExecutor();
        final CountDownLatch end = new CountDownLatch(1);
        final CompletableFuture<?>[] parts = new CompletableFuture<?>[10];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = CompletableFuture.runAsync(() -> eventually(() -> end.getCount() == 0), executor);
        }
        final CompletableFuture<Void> all = CompletableFuture.allOf(parts);
        assertFalse(all.isDone());
        end.countDown();
        get(all);

        for (final CompletableFuture<?> part : parts) {
            assertTrue(part.isDone());
        }
    }

    @Test
    void shouldCompleteAnyOfWithTheFirst() throws Exception {
        final CompletableFuture<String> never = new CompletableFuture<>();

        assertEquals("fine",
            get(CompletableFuture.anyOf(never, CompletableFuture.supplyAsync(() -> "fine", newExecutor()))));
    }

    @Test
    void shouldThrowCancellationExceptionWhenCancelled() {
        final CompletableFuture<Integer> future = new CompletableFuture<>();
        final CompletableFuture<Integer> dependent = future.thenApply(value -> value);

        assertTrue(future.cancel(true));
        assertThrows(CancellationException.class, future::get);
        assertThrows(CancellationException.class, future::join);
        assertInstanceOf(CancellationException.class,
            assertThrows(CompletionException.class, dependent::join).getCause());
    }

    @Test
    void shouldThrowTimeoutExceptionFromTimedGet() throws Exception {
        final CompletableFuture<Integer> future = new CompletableFuture<>();

        inVain(() -> assertThrows(TimeoutException.class, () -> future.get(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertFalse(future.isDone());
    }

    @Test
    void shouldCompleteExceptionallyOnTimeout() throws Exception {
        final CompletableFuture<Integer> future = new CompletableFuture<>();

        assertInstanceOf(TimeoutException.class, inVain(() -> assertThrows(ExecutionException.class,
            () -> get(future.orTimeout(SHORT_MILLIS, TimeUnit.MILLISECONDS)))).getCause());
    }

    @Test
    void shouldCompleteWithGivenValueOnTimeout() throws Exception {
        final CompletableFuture<String> future = new CompletableFuture<>();

        assertEquals("late", inVain(() -> get(future.completeOnTimeout("late", SHORT_MILLIS, TimeUnit.MILLISECONDS))));
    }

    @Test
    void shouldSubmitToExecutorOnlyAfterDelay() throws Exception {
        final ExecutorService executor = newExecutor();

        assertTrue(inVain(() -> get(CompletableFuture.supplyAsync(this::isMember,
            CompletableFuture.delayedExecutor(SHORT_MILLIS, TimeUnit.MILLISECONDS, executor)))));
    }

    @Test
    void shouldThrowInterruptedExceptionFromGetAndNotFromJoin() throws Exception {
        final CompletableFuture<Integer> future = new CompletableFuture<>();
        final Actor getting = start(() -> assertThrows(InterruptedException.class, future::get));
        final Actor joining = start(() -> {
            assertEquals(1, future.join());
            assertTrue(Thread.interrupted());
        });
        getting.awaitBlocked().interrupt();
        joining.awaitBlocked().interrupt();
        getting.join();
        assertFalse(joining.hasEnded());
        future.complete(1);

        joining.join();
    }

    @Test
    void shouldCompleteAsyncInGivenExecutor() throws Exception {
        final CompletableFuture<Boolean> future = new CompletableFuture<>();

        assertTrue(get(future.completeAsync(this::isMember, newExecutor())));
    }

    @Test
    void shouldReturnValueOrGivenOneFromGetNow() {
        final CompletableFuture<Integer> future = new CompletableFuture<>();

        assertEquals(1, future.getNow(1));
        future.complete(2);
        assertEquals(2, future.getNow(1));
    }

    @Test
    void shouldHaveCommonPoolServeWorkers() throws Exception {
        final CompletableFuture<Boolean> inPool = CompletableFuture.supplyAsync(this::isMember);

        assertFalse(get(inPool));
    }
}
