// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.extension.ExtendWith;

/** What all tests share: bodies that run on threads of the run, other threads for them, and patience. */
@ExtendWith(OnThreads.class)
abstract class ConformanceTest {

    /** Nothing takes that long unless it hangs, under emulation and beside other work. */
    static final long PATIENCE_SECONDS = 60;

    /** What is short for somebody who waits in vain. */
    static final long SHORT_MILLIS = 20;

    private Crew crew;

    final Crew crew() {
        return crew;
    }

    final void setCrew(final Crew crew) {
        this.crew = crew;
    }

    /** A thread of the run; the test ends after it, and fails if it does. */
    final Actor start(final Body body) {
        return crew.start(body);
    }

    /** Several threads with the same part. */
    final List<Actor> start(final int count, final Body body) {
        final List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            actors.add(start(body));
        }
        return actors;
    }

    static void joinAll(final List<Actor> actors) throws Exception {
        for (final Actor actor : actors) {
            actor.join();
        }
    }

    /** What waits throws {@link InterruptedException} when its thread is interrupted, and clears the status. */
    final void assertInterruptible(final Body waiting) throws Exception {
        final Actor actor = start(() -> {
            assertThrows(InterruptedException.class, waiting::run);
            assertFalse(Thread.currentThread().isInterrupted());
        });
        actor.awaitBlocked().interrupt();
        actor.join();
    }

    /** Four threads that meet by what is given: none goes on before all have come, each of twenty times. */
    final void assertInStep(final Body meet) throws Exception {
        final AtomicIntegerArray arrived = new AtomicIntegerArray(20);
        joinAll(start(4, () -> {
            for (int i = 0; i < arrived.length(); i++) {
                arrived.incrementAndGet(i);
                meet.run();
                assertEquals(4, arrived.get(i));
            }
        }));
    }

    final ThreadFactory factory() {
        return crew.threads().factory();
    }

    /** An executor of the run's own, which ends with the test. */
    final ExecutorService newExecutor() {
        return crew.add(crew.threads().newExecutor());
    }

    /** Has a pool end with the test. */
    final <T extends ExecutorService> T endWithTest(final T pool) {
        return crew.add(pool);
    }

    final boolean isMember() {
        return crew.threads().isMember();
    }

    final void runAsMember(final Runnable body) {
        crew.threads().runAsMember(body);
    }

    final List<Throwable> takeUncaught() {
        return crew.threads().takeUncaught();
    }

    static void await(final CountDownLatch latch) throws InterruptedException {
        assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "a latch is not counted down");
    }

    static <T> T get(final Future<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Sleeps until a condition holds; fails if it never does. */
    static void eventually(final BooleanSupplier condition) {
        final long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        boolean wasInterrupted = false;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - limit < 0, "waited in vain");
            try {
                Thread.sleep(1);
            }
            catch (final InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Calls what waits for {@link #SHORT_MILLIS} in vain, and fails if it took less. */
    static <T> T inVain(final Callable<T> body) throws Exception {
        final long began = System.nanoTime();
        final T result = body.call();
        final long took = System.nanoTime() - began;
        assertTrue(took >= TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS), () -> "returned after " + took + " ns");
        return result;
    }

    /** Sleeps until it is interrupted, and fails if it never is. */
    static void sleepUntilInterrupted() {
        try {
            TimeUnit.SECONDS.sleep(PATIENCE_SECONDS);
        }
        catch (final InterruptedException e) {
            return;
        }
        throw new AssertionError("not interrupted");
    }
}
