// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What {@link ExecutorService#invokeAll} and {@link ExecutorService#invokeAny} promise, in both forms. */
abstract class BulkTasksContract extends ExecutorServiceContract {

    private static final Callable<String> FAILING = () -> {
        throw new IllegalStateException("on purpose");
    };

    private static Callable<String> until(final CountDownLatch end) {
        return () -> {
            await(end);
            return "ended";
        };
    }

    @Test
    void shouldReturnFuturesInOrderOfTasksWhenAllAreDone() throws Exception {
        final List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            final int value = i;
            tasks.add(() -> value);
        }
        final List<Future<Integer>> futures = newPool().invokeAll(tasks);

        for (int i = 0; i < tasks.size(); i++) {
            assertTrue(futures.get(i).isDone());
            assertEquals(i, futures.get(i).get());
        }
    }

    @Test
    void shouldCountFailedTaskAsDoneInInvokeAll() throws Exception {
        final List<Future<String>> futures = newPool().invokeAll(List.of(FAILING, () -> "fine"));

        assertThrows(ExecutionException.class, () -> futures.get(0).get());
        assertEquals("fine", futures.get(1).get());
    }

    @Test
    void shouldReturnNothingWhenThereIsNothingToInvoke() throws Exception {
        assertTrue(newPool().invokeAll(List.of()).isEmpty());
        assertTrue(newPool().invokeAll(List.of(), 1, TimeUnit.MINUTES).isEmpty());
    }

    @Test
    void shouldRefuseNullAmongTasksToInvoke() {
        final ExecutorService pool = newPool();

        assertThrows(NullPointerException.class, () -> pool.invokeAll(null));
        assertThrows(NullPointerException.class, () -> pool.invokeAny(null));
        assertThrows(NullPointerException.class, () -> pool.invokeAll(Arrays.asList(FAILING, null)));
        assertThrows(NullPointerException.class, () -> pool.invokeAny(Arrays.asList(FAILING, null)));
    }

    @Test
    void shouldCancelTasksThatAreNotDoneWhenTimeoutOfInvokeAllExpires() throws Exception {
        final ExecutorService pool = newPool();
        final CountDownLatch never = new CountDownLatch(1);

        final List<Future<String>> futures = inVain(
            () -> pool.invokeAll(List.of(until(never), until(never)), SHORT_MILLIS, TimeUnit.MILLISECONDS));

        assertTrue(futures.stream().allMatch(Future::isCancelled));
    }

    @Test
    void shouldReturnBeforeTimeoutOfInvokeAllWhenAllAreDone() throws Exception {
        final List<Future<String>> futures =
            newPool().invokeAll(List.of(() -> "a", () -> "b"), PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertEquals("a", futures.get(0).get());
        assertEquals("b", futures.get(1).get());
    }

    @Test
    void shouldCancelTasksThatAreNotDoneWhenInterruptedInInvokeAll() throws Exception {
        final ExecutorService pool = newPool();
        final CountDownLatch running = new CountDownLatch(2);
        final CountDownLatch interrupted = new CountDownLatch(2);
        final Callable<String> task = () -> {
            running.countDown();
            sleepUntilInterrupted();
            interrupted.countDown();
            return "never";
        };
        final Actor invoking = start(() ->
            assertThrows(InterruptedException.class, () -> pool.invokeAll(List.of(task, task))));
        await(running);
        invoking.interrupt();

        invoking.join();
        await(interrupted);
    }

    @Test
    void shouldReturnResultOfTaskThatSucceedsFromInvokeAny() throws Exception {
        final CountDownLatch never = new CountDownLatch(1);

        assertEquals("fine", newPool().invokeAny(List.of(FAILING, until(never), () -> "fine")));
    }

    @Test
    void shouldCancelOtherTasksWhenInvokeAnyReturns() throws Exception {
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);
        final String result = newPool().invokeAny(List.of(
            () -> {
                running.countDown();
                sleepUntilInterrupted();
                interrupted.countDown();
                return "never";
            },
            () -> {
                await(running);
                return "first";
            }));

        assertEquals("first", result);
        await(interrupted);
    }

    @Test
    void shouldThrowExecutionExceptionWhenNoTaskOfInvokeAnySucceeds() {
        final Throwable problem =
            assertThrows(ExecutionException.class, () -> newPool().invokeAny(List.of(FAILING, FAILING)));

        assertSame(IllegalStateException.class, problem.getCause().getClass());
    }

    @Test
    void shouldThrowIllegalArgumentExceptionWhenThereIsNothingToInvokeAnyOf() {
        assertThrows(IllegalArgumentException.class, () -> newPool().invokeAny(List.of()));
        assertThrows(IllegalArgumentException.class,
            () -> newPool().invokeAny(List.of(), PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldThrowTimeoutExceptionWhenNoTaskOfInvokeAnySucceedsInTime() throws Exception {
        final ExecutorService pool = newPool();
        final CountDownLatch never = new CountDownLatch(1);

        inVain(() -> assertThrows(TimeoutException.class,
            () -> pool.invokeAny(List.of(until(never)), SHORT_MILLIS, TimeUnit.MILLISECONDS)));
    }

    @Test
    void shouldReturnResultBeforeTimeoutOfInvokeAny() throws Exception {
        assertEquals("fine",
            newPool().invokeAny(List.of(FAILING, () -> "fine"), PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldRejectBulkTasksAfterShutdown() {
        final ExecutorService pool = newPool();
        pool.shutdown();

        assertThrows(RejectedExecutionException.class, () -> pool.invokeAll(List.of(FAILING)));
        assertThrows(RejectedExecutionException.class, () -> pool.invokeAny(List.of(FAILING)));
    }

    @Test
    void shouldInvokeTasksFromItsOwnThread() throws Exception {
        final ExecutorService pool = newPool();

        final List<Future<String>> futures = get(pool.submit(() -> pool.invokeAll(List.of(() -> "a", () -> "b"))));

        assertTrue(futures.stream().allMatch(Future::isDone));
        assertFalse(futures.stream().anyMatch(Future::isCancelled));
    }
}
