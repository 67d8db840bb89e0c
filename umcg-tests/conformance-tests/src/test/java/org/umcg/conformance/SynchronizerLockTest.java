// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** Synchronizers of a program's own, from {@link AbstractQueuedSynchronizer}: a lock that is not reentrant, a gate. */
class SynchronizerLockTest extends ConditionContract {

    @Override
    Lock newLock() {
        return new Mutex();
    }

    @Override
    boolean isOwned(final Lock lock) {
        return ((Mutex) lock).sync.isHeldExclusively();
    }

    private static final class Mutex implements Lock {
        private final MutexSync sync = new MutexSync();

        @Override
        public void lock() {
            sync.acquire(1);
        }

        @Override
        public void lockInterruptibly() throws InterruptedException {
            sync.acquireInterruptibly(1);
        }

        @Override
        public boolean tryLock() {
            return sync.tryAcquire(1);
        }

        @Override
        public boolean tryLock(final long time, final TimeUnit unit) throws InterruptedException {
            return sync.tryAcquireNanos(1, unit.toNanos(time));
        }

        @Override
        public void unlock() {
            sync.release(1);
        }

        @Override
        public Condition newCondition() {
            return sync.newCondition();
        }
    }

    private static final class MutexSync extends AbstractQueuedSynchronizer {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean tryAcquire(final int unused) {
            if (!compareAndSetState(0, 1)) {
                return false;
            }
            setExclusiveOwnerThread(Thread.currentThread());
            return true;
        }

        @Override
        protected boolean tryRelease(final int unused) {
            if (!isHeldExclusively()) {
                throw new IllegalMonitorStateException();
            }
            setExclusiveOwnerThread(null);
            setState(0);
            return true;
        }

        @Override
        protected boolean isHeldExclusively() {
            return getExclusiveOwnerThread() == Thread.currentThread();
        }

        Condition newCondition() {
            return new ConditionObject();
        }
    }

    /** Closed until somebody opens it: shared mode. */
    private static final class Gate extends AbstractQueuedSynchronizer {
        private static final long serialVersionUID = 1;

        @Override
        protected int tryAcquireShared(final int unused) {
            return getState() == 1 ? 1 : -1;
        }

        @Override
        protected boolean tryReleaseShared(final int unused) {
            setState(1);
            return true;
        }
    }

    @Test
    void shouldReleaseAllThatWaitInSharedMode() throws Exception {
        final Gate gate = new Gate();
        final List<Actor> actors = start(6, () -> gate.acquireSharedInterruptibly(1));
        eventually(() -> gate.getQueueLength() == 6);
        gate.releaseShared(1);

        joinAll(actors);
    }

    @Test
    void shouldGiveUpInSharedModeWhenTimeElapses() throws Exception {
        final Gate gate = new Gate();

        assertFalse(inVain(() -> gate.tryAcquireSharedNanos(1, TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS))));
        assertFalse(gate.hasQueuedThreads());
    }

    @Test
    void shouldTellWhoWaitsInOrderOfArrival() throws Exception {
        final Gate gate = new Gate();
        final Actor first = start(() -> gate.acquireShared(1));
        eventually(() -> gate.isQueued(first.thread()));
        final Actor second = start(() -> gate.acquireShared(1));
        eventually(() -> gate.isQueued(second.thread()));

        assertEquals(first.thread(), gate.getFirstQueuedThread());
        assertTrue(gate.hasContended());
        assertEquals(2, gate.getSharedQueuedThreads().size());
        gate.releaseShared(1);
        first.join();
        second.join();
    }
}
