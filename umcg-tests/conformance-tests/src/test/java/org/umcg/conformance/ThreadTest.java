// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** {@link Thread}, of those that the run's factory makes: start, end, join, sleep, interrupt, states, stacks. */
class ThreadTest extends ConformanceTest {

    private Thread thread(final Runnable target) {
        return factory().newThread(target);
    }

    @Test
    void shouldRunTargetInItself() throws Exception {
        final AtomicReference<Thread> ranBy = new AtomicReference<>();
        final Thread thread = thread(() -> ranBy.set(Thread.currentThread()));
        thread.start();
        thread.join();

        assertSame(thread, ranBy.get());
    }

    @Test
    void shouldMakeVisibleToThreadWhatWasDoneBeforeStartAndAfterJoinWhatItDid() throws Exception {
        final int[] box = {1};
        final Thread thread = thread(() -> box[0]++);
        box[0] = 2;
        thread.start();
        thread.join();

        assertEquals(3, box[0]);
    }

    @Test
    void shouldThrowIllegalThreadStateExceptionWhenStartedTwice() throws Exception {
        final Thread thread = thread(() -> { });
        thread.start();
        assertThrows(IllegalThreadStateException.class, thread::start);
        thread.join();

        assertThrows(IllegalThreadStateException.class, thread::start);
    }

    @Test
    void shouldBeNewThenTerminatedAndAliveInBetween() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final Thread thread = thread(() -> eventually(() -> end.getCount() == 0));
        assertEquals(Thread.State.NEW, thread.getState());
        assertFalse(thread.isAlive());
        thread.start();
        assertTrue(thread.isAlive());
        end.countDown();
        thread.join();

        assertEquals(Thread.State.TERMINATED, thread.getState());
        assertFalse(thread.isAlive());
    }

    @Test
    void shouldBeRunnableWhileItRuns() {
        assertEquals(Thread.State.RUNNABLE, Thread.currentThread().getState());
    }

    @Test
    void shouldBeWaitingInJoinParkAndWait() throws Exception {
        final Object monitor = new Object();
        final AtomicBoolean isOver = new AtomicBoolean();
        final Actor parked = start(() -> {
            while (!isOver.get()) {
                LockSupport.park();
            }
        });
        final Actor joining = start(() -> parked.thread().join());
        final Actor waiting = start(() -> {
            synchronized (monitor) {
                while (!isOver.get()) {
                    monitor.wait();
                }
            }
        });
        for (final Actor actor : List.of(parked, joining, waiting)) {
            eventually(() -> actor.thread().getState() == Thread.State.WAITING);
        }
        synchronized (monitor) {
            isOver.set(true);
            monitor.notifyAll();
        }
        LockSupport.unpark(parked.thread());

        waiting.join();
        joining.join();
    }

    @Test
    void shouldBeTimedWaitingInSleepAndTimedForms() throws Exception {
        final Object monitor = new Object();
        final Actor sleeping = start(() -> sleepUntilInterrupted());
        final Actor waiting = start(() -> {
            synchronized (monitor) {
                assertThrows(InterruptedException.class, () -> monitor.wait(TimeUnit.HOURS.toMillis(1)));
            }
        });
        final Actor joining = start(() -> assertThrows(InterruptedException.class,
            () -> sleeping.thread().join(TimeUnit.HOURS.toMillis(1))));
        for (final Actor actor : List.of(sleeping, waiting, joining)) {
            eventually(() -> actor.thread().getState() == Thread.State.TIMED_WAITING);
        }
        for (final Actor actor : List.of(joining, waiting, sleeping)) {
            actor.interrupt();
            actor.join();
        }
    }

    @Test
    void shouldBeBlockedWhileItWaitsForMonitor() throws Exception {
        final Object monitor = new Object();
        final AtomicBoolean hasEntered = new AtomicBoolean();
        final Actor entering;
        synchronized (monitor) {
            entering = start(() -> {
                synchronized (monitor) {
                    hasEntered.set(true);
                }
            });
            eventually(() -> entering.thread().getState() == Thread.State.BLOCKED);
            assertFalse(hasEntered.get());
        }

        entering.join();
    }

    @Test
    void shouldSleepAsLongAsToldAtLeast() throws Exception {
        inVain(() -> {
            Thread.sleep(SHORT_MILLIS);
            return null;
        });
        Thread.sleep(0);
        Thread.sleep(0, 1);
        assertThrows(IllegalArgumentException.class, () -> Thread.sleep(-1));
    }

    @Test
    void shouldThrowInterruptedExceptionAndClearStatusWhenInterruptedInSleep() throws Exception {
        assertInterruptible(() -> TimeUnit.HOURS.sleep(1));
    }

    @Test
    void shouldThrowInterruptedExceptionFromSleepWhenStatusIsSetOnEntry() {
        Thread.currentThread().interrupt();

        assertThrows(InterruptedException.class, () -> Thread.sleep(1));
        assertFalse(Thread.interrupted());
    }

    @Test
    void shouldKeepInterruptStatusUntilItIsAskedForAndCleared() {
        Thread.currentThread().interrupt();

        assertTrue(Thread.currentThread().isInterrupted());
        assertTrue(Thread.interrupted());
        assertFalse(Thread.interrupted());
    }

    /** A thread is alive from its start, so that an interrupt is for it to see, however early it comes. */
    @Test
    void shouldSeeInterruptThatComesBeforeItsTargetRuns() throws Exception {
        for (int i = 0; i < 10; i++) {
            final Actor actor = start(ConformanceTest::sleepUntilInterrupted);
            actor.interrupt();
            actor.join();
        }
    }

    @Test
    void shouldNotBeStoppedByInterruptWhileItRuns() throws Exception {
        final CountDownLatch running = new CountDownLatch(1);
        final Actor actor = start(() -> {
            running.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(1);
            }
            assertTrue(Thread.interrupted());
        });
        await(running);
        actor.interrupt();

        actor.join();
    }

    @Test
    void shouldReturnFromTimedJoinWhileThreadGoesOn() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final Actor actor = start(() -> await(end));
        inVain(() -> {
            actor.thread().join(SHORT_MILLIS);
            return null;
        });

        assertTrue(actor.thread().isAlive());
        end.countDown();
        actor.thread().join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertFalse(actor.thread().isAlive());
    }

    @Test
    void shouldReturnFromJoinAtOnceWhenThreadHasNotBegun() throws Exception {
        thread(() -> { }).join();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInJoin() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final Actor longer = start(() -> await(end));
        assertInterruptible(() -> longer.thread().join());

        end.countDown();
    }

    @Test
    void shouldWakeAllThatJoinIt() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final Actor joined = start(() -> await(end));
        final List<Actor> joining = start(5, () -> joined.thread().join());
        joining.forEach(Actor::awaitBlocked);
        end.countDown();

        joinAll(joining);
    }

    @Test
    void shouldTellItsHandlerByWhichExceptionItEnds() throws Exception {
        final AtomicReference<Throwable> told = new AtomicReference<>();
        final AtomicReference<Thread> toldBy = new AtomicReference<>();
        final IllegalStateException thrown = new IllegalStateException("on purpose");
        final Thread thread = thread(() -> {
            throw thrown;
        });
        thread.setUncaughtExceptionHandler((dying, problem) -> {
            told.set(problem);
            toldBy.set(Thread.currentThread());
        });
        thread.start();
        thread.join();

        assertSame(thrown, told.get());
        assertSame(thread, toldBy.get());
    }

    @Test
    void shouldIgnoreWhatItsHandlerThrows() throws Exception {
        final Thread thread = thread(() -> {
            throw new IllegalStateException("on purpose");
        });
        thread.setUncaughtExceptionHandler((dying, problem) -> {
            throw new ThrownOnPurpose();
        });
        thread.start();
        thread.join();

        assertEquals(Thread.State.TERMINATED, thread.getState());
    }

    @Test
    void shouldHaveNumberOfItsOwnAndNameThatCanBeChanged() throws Exception {
        final Thread thread = thread(() -> { });
        final Thread other = thread(() -> { });
        thread.setName("renamed");

        assertNotEquals(thread.getId(), other.getId());
        assertNotEquals(thread.getName(), other.getName());
        assertEquals("renamed", thread.getName());
        start(() -> {
            Thread.currentThread().setName("by itself");
            assertEquals("by itself", Thread.currentThread().getName());
        }).join();
    }

    @Test
    void shouldBeListedWithItsStackWhileItLives() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final Actor actor = start(() -> await(end)).awaitBlocked();
        final StackTraceElement[] stack = actor.thread().getStackTrace();

        assertTrue(Arrays.stream(stack).anyMatch(frame -> frame.getMethodName().equals("await")));
        assertTrue(Thread.getAllStackTraces().containsKey(actor.thread()));
        end.countDown();
        actor.thread().join();
        assertArrayEquals(new StackTraceElement[0], actor.thread().getStackTrace());
    }

    @Test
    void shouldHaveContextClassLoaderOfItsMakerUnlessSet() throws Exception {
        final ClassLoader own = new ClassLoader(null) { };
        start(() -> {
            Thread.currentThread().setContextClassLoader(own);
            final AtomicReference<ClassLoader> seen = new AtomicReference<>();
            final Thread child = thread(() -> seen.set(Thread.currentThread().getContextClassLoader()));
            child.start();
            child.join();
            assertSame(own, seen.get());
        }).join();
    }

    @Test
    void shouldGoOnAfterYieldAndSpinWait() throws Exception {
        final List<Actor> actors = start(6, () -> {
            for (int j = 0; j < 50; j++) {
                Thread.yield();
                Thread.onSpinWait();
            }
        });

        joinAll(actors);
    }

    @Test
    void shouldCatchStackOverflowAndGoOn() throws Exception {
        start(() -> {
            assertThrows(StackOverflowError.class, ThreadTest::recurse);
            Thread.sleep(1);
            assertTrue(isMember());
        }).join();
    }

    /** The JVM prints its name. */
    private static final class ThrownOnPurpose extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static int recurse() {
        return recurse() + 1;
    }
}
