// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** What each exclusive {@link Lock} promises. */
abstract class LockContract extends ConformanceTest {

    abstract Lock newLock();

    @Test
    void shouldExcludeOthersWhileLocked() throws Exception {
        final Lock lock = newLock();
        final int[] counter = new int[1];
        final List<Actor> actors = start(6, () -> {
            for (int j = 0; j < 200; j++) {
                lock.lock();
                try {
                    counter[0]++;
                }
                finally {
                    lock.unlock();
                }
            }
        });
        joinAll(actors);

        assertEquals(1200, counter[0]);
    }

    /** The owner blocks in the kernel, so that its server runs the others. */
    @Test
    void shouldExcludeOthersWhileOwnerSleeps() throws Exception {
        final Lock lock = newLock();
        final AtomicBoolean isInside = new AtomicBoolean();
        final List<Actor> actors = start(4, () -> {
            for (int j = 0; j < 5; j++) {
                lock.lock();
                try {
                    assertTrue(isInside.compareAndSet(false, true));
                    Thread.sleep(1);
                    isInside.set(false);
                }
                finally {
                    lock.unlock();
                }
            }
        });

        joinAll(actors);
    }

    @Test
    void shouldWaitInLockUntilUnlocked() throws Exception {
        final Lock lock = newLock();
        lock.lock();
        final Actor waiting = start(() -> {
            lock.lock();
            lock.unlock();
        });
        waiting.awaitBlocked();
        assertFalse(waiting.hasEnded());
        lock.unlock();

        waiting.join();
    }

    @Test
    void shouldGoOnWaitingInLockWhenInterruptedAndKeepStatus() throws Exception {
        final Lock lock = newLock();
        lock.lock();
        final Actor waiting = start(() -> {
            lock.lock();
            assertTrue(Thread.interrupted());
            lock.unlock();
        });
        waiting.awaitBlocked().interrupt();
        Thread.sleep(SHORT_MILLIS);
        assertFalse(waiting.hasEnded());
        lock.unlock();

        waiting.join();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInLockInterruptibly() throws Exception {
        final Lock lock = newLock();
        lock.lock();
        assertInterruptible(lock::lockInterruptibly);
        lock.unlock();

        assertTrue(lock.tryLock());
        lock.unlock();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenStatusIsSetOnEntry() {
        final Lock lock = newLock();
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, lock::lockInterruptibly);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS));

        assertFalse(Thread.interrupted());
    }

    @Test
    void shouldReturnFalseAtOnceFromTryLockWhenLocked() throws Exception {
        final Lock lock = newLock();
        lock.lock();
        start(() -> assertFalse(lock.tryLock())).join();
        lock.unlock();

        start(() -> {
            assertTrue(lock.tryLock());
            lock.unlock();
        }).join();
    }

    @Test
    void shouldReturnFalseFromTimedTryLockWhenTimeElapses() throws Exception {
        final Lock lock = newLock();
        lock.lock();
        start(() -> assertFalse(inVain(() -> lock.tryLock(SHORT_MILLIS, TimeUnit.MILLISECONDS)))).join();
        start(() -> assertFalse(lock.tryLock(0, TimeUnit.SECONDS))).join();

        lock.unlock();
    }

    @Test
    void shouldAcquireInTimedTryLockWhenUnlockedInTime() throws Exception {
        final Lock lock = newLock();
        lock.lock();
        final Actor waiting = start(() -> {
            assertTrue(lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS));
            lock.unlock();
        });
        waiting.awaitBlocked();
        lock.unlock();

        waiting.join();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInTimedTryLock() throws Exception {
        final Lock lock = newLock();
        lock.lock();
        assertInterruptible(() -> lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS));

        lock.unlock();
    }

    /** Each of those that wait gets it, though some of them give up. */
    @Test
    void shouldPassOnToAllThatWaitWhenSomeGiveUp() throws Exception {
        final Lock lock = newLock();
        lock.lock();
        final List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            final boolean givesUp = i % 2 == 0;
            actors.add(start(() -> {
                if (givesUp) {
                    assertThrows(InterruptedException.class, lock::lockInterruptibly);
                    return;
                }
                lock.lock();
                lock.unlock();
            }));
        }
        for (int i = 0; i < actors.size(); i++) {
            actors.get(i).awaitBlocked();
            if (i % 2 == 0) {
                actors.get(i).interrupt();
                actors.get(i).join();
            }
        }
        lock.unlock();

        joinAll(actors);
    }

    @Test
    void shouldThrowIllegalMonitorStateExceptionWhenNotLocked() {
        assertThrows(IllegalMonitorStateException.class, newLock()::unlock);
    }
}
