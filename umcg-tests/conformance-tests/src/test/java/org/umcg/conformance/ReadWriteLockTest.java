// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;

/** {@link ReentrantReadWriteLock}: readers, and readers beside writers. */
class ReadWriteLockTest extends ConformanceTest {

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    @Test
    void shouldAdmitReadersTogether() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(4);
        final List<Actor> readers = start(4, () -> {
            lock.readLock().lock();
            barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            lock.readLock().unlock();
        });

        joinAll(readers);
    }

    @Test
    void shouldKeepWriterOutWhileThereAreReaders() throws Exception {
        lock.readLock().lock();
        start(() -> assertFalse(lock.writeLock().tryLock())).join();
        final Actor writer = start(() -> {
            lock.writeLock().lock();
            lock.writeLock().unlock();
        });
        eventually(() -> lock.hasQueuedThread(writer.thread()));
        assertFalse(writer.hasEnded());
        lock.readLock().unlock();

        writer.join();
    }

    @Test
    void shouldKeepReadersOutWhileThereIsWriter() throws Exception {
        lock.writeLock().lock();
        start(() -> assertFalse(lock.readLock().tryLock())).join();
        final Actor reader = start(() -> {
            lock.readLock().lock();
            lock.readLock().unlock();
        });
        eventually(() -> lock.hasQueuedThread(reader.thread()));
        assertFalse(reader.hasEnded());
        lock.writeLock().unlock();

        reader.join();
    }

    @Test
    void shouldShowReadersWhatWriterHasDoneAsWhole() throws Exception {
        final int[] pair = new int[2];
        final List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final boolean writes = i % 2 == 0;
            actors.add(start(() -> {
                for (int j = 0; j < 100; j++) {
                    if (writes) {
                        lock.writeLock().lock();
                        pair[0]++;
                        pair[1]++;
                        lock.writeLock().unlock();
                    }
                    else {
                        lock.readLock().lock();
                        assertEquals(pair[0], pair[1]);
                        lock.readLock().unlock();
                    }
                }
            }));
        }
        joinAll(actors);

        assertEquals(200, pair[0]);
    }

    @Test
    void shouldLetWriterBecomeReaderWithoutGap() throws Exception {
        lock.writeLock().lock();
        lock.readLock().lock();
        lock.writeLock().unlock();

        start(() -> assertFalse(lock.writeLock().tryLock())).join();
        start(() -> assertTrue(lock.readLock().tryLock())).join();
        lock.readLock().unlock();
    }

    @Test
    void shouldNotLetReaderBecomeWriter() throws Exception {
        lock.readLock().lock();

        assertFalse(lock.writeLock().tryLock());
        assertFalse(inVain(() -> lock.writeLock().tryLock(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        lock.readLock().unlock();
    }

    @Test
    void shouldCountHoldsOfReaderAndOfAll() throws Exception {
        lock.readLock().lock();
        lock.readLock().lock();
        start(() -> {
            lock.readLock().lock();
            assertEquals(1, lock.getReadHoldCount());
            assertEquals(3, lock.getReadLockCount());
            lock.readLock().unlock();
        }).join();

        assertEquals(2, lock.getReadHoldCount());
        lock.readLock().unlock();
        lock.readLock().unlock();
        assertEquals(0, lock.getReadLockCount());
    }

    @Test
    void shouldHaveNoConditionForReaders() {
        assertThrows(UnsupportedOperationException.class, lock.readLock()::newCondition);
        assertThrows(IllegalMonitorStateException.class, lock.readLock()::unlock);
    }

    @Test
    void shouldThrowInterruptedExceptionWhenReaderIsInterrupted() throws Exception {
        lock.writeLock().lock();
        assertInterruptible(lock.readLock()::lockInterruptibly);
        assertInterruptible(() -> lock.readLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS));

        lock.writeLock().unlock();
    }

    @Test
    void shouldGiveUpReadingWhenTimeElapses() throws Exception {
        lock.writeLock().lock();
        start(() -> assertFalse(inVain(() ->
            lock.readLock().tryLock(SHORT_MILLIS, TimeUnit.MILLISECONDS)))).join();

        lock.writeLock().unlock();
    }

    @Test
    void shouldAdmitReadersAndWritersInOrderOfArrivalWhenFair() throws Exception {
        final ReentrantReadWriteLock fair = new ReentrantReadWriteLock(true);
        final List<Integer> order = new CopyOnWriteArrayList<>();
        final List<Actor> actors = new ArrayList<>();
        fair.writeLock().lock();
        for (int i = 0; i < 4; i++) {
            final int number = i;
            final Actor actor = start(() -> {
                final Lock mine = number % 2 == 0 ? fair.writeLock() : fair.readLock();
                mine.lock();
                order.add(number);
                mine.unlock();
            });
            actors.add(actor);
            eventually(() -> fair.hasQueuedThread(actor.thread()));
        }
        fair.writeLock().unlock();
        joinAll(actors);

        assertEquals(List.of(0, 1, 2, 3), order);
    }
}
