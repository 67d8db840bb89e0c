// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** {@link ReentrantLock}, not fair. */
class ReentrantLockTest extends ConditionContract {

    @Override
    Lock newLock() {
        return new ReentrantLock();
    }

    @Override
    boolean isOwned(final Lock lock) {
        return ((ReentrantLock) lock).isHeldByCurrentThread();
    }

    @Test
    void shouldBeFreeOnlyAfterAsManyUnlocksAsLocks() throws Exception {
        final ReentrantLock lock = new ReentrantLock();
        lock.lock();
        assertTrue(lock.tryLock());
        lock.lockInterruptibly();
        assertEquals(3, lock.getHoldCount());
        lock.unlock();
        lock.unlock();
        start(() -> assertFalse(lock.tryLock())).join();
        lock.unlock();

        start(() -> assertTrue(lock.tryLock())).join();
    }

    @Test
    void shouldGiveUpAllHoldsInAwaitAndHaveThemAfterwards() throws Exception {
        final ReentrantLock lock = new ReentrantLock();
        final Condition condition = lock.newCondition();
        lock.lock();
        lock.lock();
        final Actor signaller = start(() -> {
            lock.lock();
            condition.signal();
            lock.unlock();
        });
        condition.await();

        assertEquals(2, lock.getHoldCount());
        lock.unlock();
        lock.unlock();
        signaller.join();
    }

    @Test
    void shouldThrowIllegalMonitorStateExceptionWhenAnotherThreadOwnsLock() throws Exception {
        final ReentrantLock lock = new ReentrantLock();
        lock.lock();
        start(() -> assertThrows(IllegalMonitorStateException.class, lock::unlock)).join();

        assertTrue(lock.isHeldByCurrentThread());
        lock.unlock();
    }

    @Test
    void shouldTellThatThreadsWait() throws Exception {
        final ReentrantLock lock = new ReentrantLock();
        lock.lock();
        assertFalse(lock.hasQueuedThreads());
        final Actor waiting = start(() -> {
            lock.lock();
            lock.unlock();
        });
        eventually(() -> lock.hasQueuedThread(waiting.thread()));

        assertEquals(1, lock.getQueueLength());
        lock.unlock();
        waiting.join();
        assertFalse(lock.isLocked());
    }

    @Test
    void shouldTellHowManyAwaitCondition() throws Exception {
        final ReentrantLock lock = new ReentrantLock();
        final Condition condition = lock.newCondition();
        final Actor waiting = start(() -> {
            lock.lock();
            condition.await();
            lock.unlock();
        });
        eventually(() -> {
            lock.lock();
            try {
                return lock.getWaitQueueLength(condition) == 1;
            }
            finally {
                lock.unlock();
            }
        });
        lock.lock();
        condition.signal();

        assertFalse(lock.hasWaiters(condition));
        lock.unlock();
        waiting.join();
    }
}
