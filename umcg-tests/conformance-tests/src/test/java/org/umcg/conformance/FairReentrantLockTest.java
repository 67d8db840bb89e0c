// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** {@link ReentrantLock}, fair: whatever the servers' policy, the lock's order holds. */
class FairReentrantLockTest extends ConditionContract {

    @Override
    Lock newLock() {
        return new ReentrantLock(true);
    }

    @Override
    boolean isOwned(final Lock lock) {
        return ((ReentrantLock) lock).isHeldByCurrentThread();
    }

    @Test
    void shouldGrantAccessToThreadThatHasWaitedLongest() throws Exception {
        final ReentrantLock lock = new ReentrantLock(true);
        final List<Integer> order = new CopyOnWriteArrayList<>();
        final List<Actor> actors = new ArrayList<>();
        lock.lock();
        for (int i = 0; i < 6; i++) {
            final int number = i;
            final Actor actor = start(() -> {
                lock.lock();
                order.add(number);
                lock.unlock();
            });
            actors.add(actor);
            eventually(() -> lock.hasQueuedThread(actor.thread()));
        }
        lock.unlock();
        joinAll(actors);

        assertTrue(lock.isFair());
        assertEquals(List.of(0, 1, 2, 3, 4, 5), order);
    }

    @Test
    void shouldLetUntimedTryLockBarge() throws Exception {
        final ReentrantLock lock = new ReentrantLock(true);
        lock.lock();
        final Actor waiting = start(() -> {
            lock.lock();
            lock.unlock();
        });
        eventually(() -> lock.hasQueuedThread(waiting.thread()));

        assertTrue(lock.tryLock());
        lock.unlock();
        lock.unlock();
        waiting.join();
    }
}
