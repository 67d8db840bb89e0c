// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@link CompletionService}: results in the order in which tasks complete. */
class CompletionServiceTest extends ConformanceTest {

    private CompletionService<Integer> service() {
        return new ExecutorCompletionService<>(newExecutor());
    }

    @Test
    void shouldTakeFutureThatSubmitHasReturned() throws Exception {
        final CompletionService<Integer> service = service();
        final Future<Integer> submitted = service.submit(() -> 1);

        assertSame(submitted, service.take());
    }

    @Test
    void shouldGiveFuturesInOrderOfCompletion() throws Exception {
        final CompletionService<Integer> service = service();
        final CountDownLatch end = new CountDownLatch(1);
        final Future<Integer> slow = service.submit(() -> {
            await(end);
            return 1;
        });
        final Future<Integer> fast = service.submit(() -> 2);

        assertSame(fast, service.take());
        end.countDown();
        assertSame(slow, service.take());
    }

    @Test
    void shouldTakeOnlyWhatIsDone() throws Exception {
        final CompletionService<Integer> service = service();
        for (int i = 0; i < 50; i++) {
            final int value = i;
            service.submit(() -> value);
        }
        final Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            final Future<Integer> done = service.take();
            assertTrue(done.isDone());
            seen.add(done.get());
        }

        assertEquals(50, seen.size());
    }

    @Test
    void shouldWaitInTakeUntilTaskCompletes() throws Exception {
        final CompletionService<Integer> service = service();
        final Actor taking = start(() -> assertEquals(7, service.take().get()));
        taking.awaitBlocked();
        service.submit(() -> 7);

        taking.join();
    }

    @Test
    void shouldReturnNullFromPollWhenNothingIsDone() {
        assertNull(service().poll());
    }

    @Test
    void shouldReturnNullFromTimedPollWhenNothingIsDoneInTime() throws Exception {
        final CompletionService<Integer> service = service();

        assertNull(inVain(() -> service.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInTake() throws Exception {
        final CompletionService<Integer> service = service();
        assertInterruptible(service::take);
    }

    @Test
    void shouldGiveFailedAndCancelledTasksToo() throws Exception {
        final CompletionService<Integer> service = service();
        service.submit(() -> {
            throw new IllegalStateException("on purpose");
        });
        final Future<Integer> failed = service.take();
        final Future<Integer> cancelled = service.submit(() -> {
            sleepUntilInterrupted();
            return 1;
        });
        cancelled.cancel(true);

        assertThrows(ExecutionException.class, failed::get);
        assertSame(cancelled, service.take());
        assertTrue(cancelled.isCancelled());
    }

    @Test
    void shouldPutResultOfRunnableIntoGivenQueue() throws Exception {
        final BlockingQueue<Future<Integer>> queue = new ArrayBlockingQueue<>(1);
        final CompletionService<Integer> service = new ExecutorCompletionService<>(newExecutor(), queue);
        service.submit(() -> { }, 3);

        assertEquals(3, queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS).get());
    }
}
