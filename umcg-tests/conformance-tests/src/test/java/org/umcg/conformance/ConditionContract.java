// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** What each {@link Condition} promises, of a lock that has them. */
abstract class ConditionContract extends LockContract {

    /** Whether the calling thread owns the lock. */
    abstract boolean isOwned(Lock lock);

    /** Threads that await a condition, how many of them that have returned is for who owns the lock. */
    private static final class Waiting {
        private final Lock lock;
        private final Condition condition;
        private final List<Actor> actors = new ArrayList<>();
        private int entered;
        private int permits;
        private int passed;

        Waiting(final Lock lock) {
            this.lock = lock;
            condition = lock.newCondition();
        }

        void pass() throws InterruptedException {
            lock.lock();
            try {
                entered++;
                while (permits == 0) {
                    condition.await();
                }
                permits--;
                passed++;
            }
            finally {
                lock.unlock();
            }
        }

        int count(final boolean ofPassed) {
            lock.lock();
            try {
                return ofPassed ? passed : entered;
            }
            finally {
                lock.unlock();
            }
        }

        void permit(final int count, final boolean all) {
            lock.lock();
            try {
                permits += count;
                if (all) {
                    condition.signalAll();
                }
                else {
                    condition.signal();
                }
            }
            finally {
                lock.unlock();
            }
        }
    }

    private Waiting waiting(final int count) {
        final Waiting waiting = new Waiting(newLock());
        for (int i = 0; i < count; i++) {
            waiting.actors.add(start(waiting::pass));
        }
        eventually(() -> waiting.count(false) == count);
        return waiting;
    }

    /** Awaits in another thread, and tells it when the lock has been given up. */
    private Actor awaiting(final Lock lock, final Body body) {
        final boolean[] isThere = new boolean[1];
        final Actor actor = start(() -> {
            lock.lock();
            try {
                isThere[0] = true;
                body.run();
                assertTrue(isOwned(lock));
            }
            finally {
                lock.unlock();
            }
        });
        eventually(() -> {
            lock.lock();
            try {
                return isThere[0];
            }
            finally {
                lock.unlock();
            }
        });
        return actor;
    }

    private static void signal(final Lock lock, final Condition condition) {
        lock.lock();
        condition.signal();
        lock.unlock();
    }

    @Test
    void shouldWakeOneThatAwaitsWhenSignalled() throws Exception {
        final Waiting waiting = waiting(3);
        for (int i = 1; i <= 3; i++) {
            final int count = i;
            waiting.permit(1, false);
            eventually(() -> waiting.count(true) == count);
        }

        joinAll(waiting.actors);
    }

    @Test
    void shouldWakeAllThatAwaitWhenAllAreSignalled() throws Exception {
        final Waiting waiting = waiting(5);
        waiting.permit(5, true);

        joinAll(waiting.actors);
        assertEquals(5, waiting.count(true));
    }

    @Test
    void shouldGiveUpLockWhileItAwaitsAndOwnItAfterwards() throws Exception {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        final Actor actor = awaiting(lock, condition::await);
        assertTrue(lock.tryLock());
        condition.signal();
        lock.unlock();

        actor.join();
    }

    @Test
    void shouldNotReturnFromAwaitBeforeSignallerGivesUpLock() throws Exception {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        final boolean[] isUnlocked = new boolean[1];
        final Actor actor = awaiting(lock, () -> {
            while (!isUnlocked[0]) {
                condition.await();
            }
        });
        lock.lock();
        condition.signal();
        Thread.sleep(SHORT_MILLIS);
        assertFalse(actor.hasEnded());
        isUnlocked[0] = true;
        lock.unlock();

        actor.join();
    }

    @Test
    void shouldThrowInterruptedExceptionAndOwnLockWhenInterruptedInAwait() throws Exception {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        final Actor actor = awaiting(lock, () -> {
            assertThrows(InterruptedException.class, condition::await);
            assertFalse(Thread.currentThread().isInterrupted());
        });
        actor.interrupt();

        actor.join();
    }

    @Test
    void shouldThrowInterruptedExceptionFromAwaitWhenStatusIsSetOnEntry() {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        lock.lock();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, condition::await);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> condition.awaitNanos(1));

        assertTrue(isOwned(lock));
        lock.unlock();
    }

    @Test
    void shouldGoOnWaitingWhenInterruptedInAwaitUninterruptibly() throws Exception {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        final boolean[] isSignalled = new boolean[1];
        final Actor actor = awaiting(lock, () -> {
            while (!isSignalled[0]) {
                condition.awaitUninterruptibly();
            }
            assertTrue(Thread.interrupted());
        });
        actor.interrupt();
        Thread.sleep(SHORT_MILLIS);
        assertFalse(actor.hasEnded());
        lock.lock();
        isSignalled[0] = true;
        condition.signal();
        lock.unlock();

        actor.join();
    }

    @Test
    void shouldTellThatTimeIsOverInEachTimedForm() throws Exception {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        lock.lock();
        final long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS);
        eventually(() -> {
            try {
                return condition.awaitNanos(limit - System.nanoTime()) <= 0;
            }
            catch (final InterruptedException e) {
                return false;
            }
        });
        assertTrue(System.nanoTime() - limit >= 0);
        while (condition.await(1, TimeUnit.MILLISECONDS)) {
            assertTrue(isOwned(lock));
        }
        while (condition.awaitUntil(Date.from(Instant.now().plusMillis(1)))) {
            assertTrue(isOwned(lock));
        }

        assertTrue(isOwned(lock));
        assertFalse(condition.awaitUntil(new Date(0)));
        lock.unlock();
    }

    @Test
    void shouldReturnRemainingTimeWhenSignalledInTime() throws Exception {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        final Actor first = awaiting(lock, () ->
            assertTrue(condition.awaitNanos(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) > 0));
        signal(lock, condition);
        first.join();
        final Actor second = awaiting(lock, () -> assertTrue(condition.await(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        signal(lock, condition);
        second.join();
        final Actor third = awaiting(lock, () ->
            assertTrue(condition.awaitUntil(Date.from(Instant.now().plusSeconds(PATIENCE_SECONDS)))));
        signal(lock, condition);

        third.join();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInTimedAwait() throws Exception {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        final Actor actor = awaiting(lock, () -> assertThrows(InterruptedException.class,
            () -> condition.await(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        actor.interrupt();

        actor.join();
    }

    @Test
    void shouldThrowIllegalMonitorStateExceptionWhenLockIsNotOwned() {
        final Condition condition = newLock().newCondition();

        assertThrows(IllegalMonitorStateException.class, condition::await);
        assertThrows(IllegalMonitorStateException.class, condition::awaitUninterruptibly);
        assertThrows(IllegalMonitorStateException.class, () -> condition.awaitNanos(1));
        assertThrows(IllegalMonitorStateException.class, condition::signal);
        assertThrows(IllegalMonitorStateException.class, condition::signalAll);
    }

    @Test
    void shouldHaveNoEffectWhenNobodyAwaits() throws Exception {
        final Lock lock = newLock();
        final Condition condition = lock.newCondition();
        signal(lock, condition);
        lock.lock();
        final long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS);
        while (condition.awaitNanos(limit - System.nanoTime()) > 0) {
            assertTrue(isOwned(lock));
        }
        lock.unlock();

        assertTrue(System.nanoTime() - limit >= 0);
    }
}
