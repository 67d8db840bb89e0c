// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link FutureTask}, run by one worker and waited for by others. */
class FutureTaskTest extends ConformanceTest {

    @Test
    void shouldRefuseNullCallable() {
        assertThrows(NullPointerException.class, () -> new FutureTask<>(null));
    }

    @Test
    void shouldNotBeDoneBeforeItHasRun() {
        final FutureTask<Integer> task = new FutureTask<>(() -> 1);

        assertFalse(task.isDone());
        task.run();
        assertTrue(task.isDone());
    }

    @Test
    void shouldWakeAllThatWaitForResult() throws Exception {
        final FutureTask<Integer> task = new FutureTask<>(() -> 1);
        final List<Actor> waiting = start(5, () -> assertEquals(1, task.get()));
        waiting.forEach(Actor::awaitBlocked);
        task.run();

        joinAll(waiting);
    }

    @Test
    void shouldRunOnceOnly() throws Exception {
        final AtomicInteger runs = new AtomicInteger();
        final FutureTask<Integer> task = new FutureTask<>(runs::incrementAndGet);
        task.run();
        task.run();

        assertEquals(1, task.get());
        assertEquals(1, runs.get());
    }

    @Test
    void shouldRunInOneThreadOnlyWhenManyTry() throws Exception {
        final AtomicInteger runs = new AtomicInteger();
        final FutureTask<Integer> task = new FutureTask<>(() -> {
            Thread.sleep(5);
            return runs.incrementAndGet();
        });
        final List<Actor> runners = start(5, task::run);
        joinAll(runners);

        assertEquals(1, get(task));
        assertEquals(1, runs.get());
    }

    @Test
    void shouldThrowTimeoutExceptionWhenResultIsLate() throws Exception {
        final FutureTask<Integer> task = new FutureTask<>(() -> 1);

        inVain(() -> assertThrows(TimeoutException.class, () -> task.get(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInGet() throws Exception {
        final FutureTask<Integer> task = new FutureTask<>(() -> 1);
        assertInterruptible(task::get);

        assertFalse(task.isDone());
    }

    @Test
    void shouldThrowCancellationExceptionToThoseThatWait() throws Exception {
        final FutureTask<Integer> task = new FutureTask<>(() -> 1);
        final Actor waiting = start(() -> assertThrows(CancellationException.class, task::get));
        waiting.awaitBlocked();

        assertTrue(task.cancel(false));
        waiting.join();
        assertFalse(task.cancel(true));
    }

    @Test
    void shouldNeverRunWhenCancelledFirst() {
        final AtomicInteger runs = new AtomicInteger();
        final FutureTask<Integer> task = new FutureTask<>(runs::incrementAndGet);
        task.cancel(true);
        task.run();

        assertEquals(0, runs.get());
        assertTrue(task.isCancelled());
    }

    @Test
    void shouldInterruptItsRunnerWhenCancelledSo() throws Exception {
        final CountDownLatch running = new CountDownLatch(1);
        final FutureTask<?> task = new FutureTask<>(() -> {
            running.countDown();
            sleepUntilInterrupted();
        }, null);
        final Actor runner = start(task::run);
        await(running);
        task.cancel(true);

        runner.join();
    }

    @Test
    void shouldTellWhatCallableThrew() {
        final Exception thrown = new Exception("on purpose");
        final FutureTask<Integer> task = new FutureTask<>(() -> {
            throw thrown;
        });
        task.run();

        assertSame(thrown, assertThrows(ExecutionException.class, task::get).getCause());
    }

    @Test
    void shouldCallDoneOnceBeforeItsRunnerGoesOn() {
        final AtomicInteger calls = new AtomicInteger();
        final FutureTask<Integer> task = new FutureTask<>(() -> 1) {
            @Override
            protected void done() {
                assertTrue(isDone());
                calls.incrementAndGet();
            }
        };
        task.run();
        task.cancel(true);

        assertEquals(1, calls.get());
    }

    @Test
    void shouldRunAgainAfterRunAndReset() throws Exception {
        final AtomicInteger runs = new AtomicInteger();
        final class Repeatable extends FutureTask<Integer> {
            Repeatable() {
                super(runs::incrementAndGet);
            }

            boolean repeat() {
                return runAndReset();
            }
        }
        final Repeatable task = new Repeatable();

        assertTrue(task.repeat());
        assertTrue(task.repeat());
        assertFalse(task.isDone());
        task.run();
        assertEquals(3, task.get());
        assertFalse(task.repeat());
    }

    @Test
    void shouldLetResultBeSetFromOutside() throws Exception {
        final class Settable extends FutureTask<Integer> {
            Settable() {
                super(() -> 1);
            }

            void give(final Integer result) {
                set(result);
            }
        }
        final Settable task = new Settable();
        final Actor waiting = start(() -> assertNull(task.get()));
        waiting.awaitBlocked();
        task.give(null);

        waiting.join();
    }
}
