// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import org.junit.jupiter.api.Test;

/** {@link StampedLock}: stamps, its three modes, and conversion among them. */
class StampedLockTest extends ConformanceTest {

    private final StampedLock lock = new StampedLock();

    @Test
    void shouldBeLockedUntilItsStampIsGivenBack() throws Exception {
        final long stamp = lock.writeLock();
        assertTrue(lock.isWriteLocked());
        start(() -> assertEquals(0, lock.tryWriteLock())).join();
        start(() -> assertEquals(0, lock.tryReadLock())).join();
        lock.unlockWrite(stamp);

        assertFalse(lock.isWriteLocked());
    }

    @Test
    void shouldNotBeReentrant() {
        final long stamp = lock.writeLock();

        assertEquals(0, lock.tryWriteLock());
        lock.unlock(stamp);
    }

    @Test
    void shouldLetAnotherThreadUnlock() throws Exception {
        final long stamp = lock.writeLock();
        start(() -> lock.unlockWrite(stamp)).join();

        assertNotEquals(0, lock.tryWriteLock());
    }

    @Test
    void shouldThrowIllegalMonitorStateExceptionWhenStampDoesNotMatch() {
        final long stamp = lock.writeLock();
        lock.unlockWrite(stamp);

        assertThrows(IllegalMonitorStateException.class, () -> lock.unlockWrite(stamp));
        assertThrows(IllegalMonitorStateException.class, () -> lock.unlockRead(stamp));
    }

    @Test
    void shouldAdmitReadersTogether() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(4);
        final List<Actor> readers = start(4, () -> {
            final long stamp = lock.readLock();
            barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            lock.unlockRead(stamp);
        });

        joinAll(readers);
    }

    @Test
    void shouldKeepWriterOutUntilLastReaderHasLeft() throws Exception {
        final long first = lock.readLock();
        final long second = lock.readLock();
        assertEquals(2, lock.getReadLockCount());
        final Actor writer = start(() -> lock.unlockWrite(lock.writeLock())).awaitBlocked();
        lock.unlockRead(first);
        assertFalse(writer.hasEnded());
        lock.unlockRead(second);

        writer.join();
    }

    @Test
    void shouldValidateOptimisticStampUntilSomebodyWrites() throws Exception {
        final long stamp = lock.tryOptimisticRead();
        assertTrue(lock.validate(stamp));
        start(() -> lock.unlockWrite(lock.writeLock())).join();

        assertFalse(lock.validate(stamp));
        assertFalse(lock.validate(0));
    }

    @Test
    void shouldValidateOptimisticStampWhenOthersOnlyRead() throws Exception {
        final long stamp = lock.tryOptimisticRead();
        start(() -> lock.unlockRead(lock.readLock())).join();

        assertTrue(lock.validate(stamp));
    }

    @Test
    void shouldGiveNoOptimisticStampWhileWriteLocked() {
        final long stamp = lock.writeLock();

        assertEquals(0, lock.tryOptimisticRead());
        lock.unlockWrite(stamp);
    }

    @Test
    void shouldBecomeWriteLockWhenNobodyElseReads() {
        final long read = lock.readLock();
        final long write = lock.tryConvertToWriteLock(read);

        assertNotEquals(0, write);
        assertTrue(lock.isWriteLocked());
        lock.unlockWrite(write);
    }

    @Test
    void shouldNotBecomeWriteLockWhileOthersRead() {
        final long first = lock.readLock();
        final long second = lock.readLock();

        assertEquals(0, lock.tryConvertToWriteLock(first));
        lock.unlockRead(second);
        lock.unlockRead(first);
    }

    @Test
    void shouldAdmitReadersWhenWriteLockBecomesReadLock() throws Exception {
        final long write = lock.writeLock();
        final Actor reader = start(() -> lock.unlockRead(lock.readLock())).awaitBlocked();
        final long read = lock.tryConvertToReadLock(write);
        assertNotEquals(0, read);
        reader.join();

        lock.unlockRead(read);
    }

    @Test
    void shouldReturnZeroWhenTimeElapses() throws Exception {
        final long stamp = lock.writeLock();
        start(() -> {
            assertEquals(0, inVain(() -> lock.tryReadLock(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
            assertEquals(0, inVain(() -> lock.tryWriteLock(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        }).join();

        lock.unlockWrite(stamp);
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInEitherMode() throws Exception {
        final long stamp = lock.writeLock();

        assertInterruptible(lock::readLockInterruptibly);
        assertInterruptible(lock::writeLockInterruptibly);
        lock.unlockWrite(stamp);
        assertFalse(lock.isReadLocked());
    }

    @Test
    void shouldGoOnWaitingWhenInterruptedInUninterruptibleModes() throws Exception {
        final long stamp = lock.writeLock();
        final List<Actor> actors = new ArrayList<>();
        actors.add(start(() -> {
            lock.unlockRead(lock.readLock());
            assertTrue(Thread.interrupted());
        }));
        actors.add(start(() -> {
            lock.unlockWrite(lock.writeLock());
            assertTrue(Thread.interrupted());
        }));
        for (final Actor actor : actors) {
            actor.awaitBlocked().interrupt();
            assertFalse(actor.hasEnded());
        }
        lock.unlockWrite(stamp);

        joinAll(actors);
    }

    @Test
    void shouldShowValidatedReaderNoHalfOfWrite() throws Exception {
        final int[] pair = new int[2];
        final Actor writer = start(() -> {
            for (int i = 0; i < 200; i++) {
                final long stamp = lock.writeLock();
                pair[0]++;
                pair[1]++;
                lock.unlockWrite(stamp);
            }
        });
        for (int i = 0; i < 200; i++) {
            long stamp = lock.tryOptimisticRead();
            int first = pair[0];
            int second = pair[1];
            if (!lock.validate(stamp)) {
                stamp = lock.readLock();
                first = pair[0];
                second = pair[1];
                lock.unlockRead(stamp);
            }
            assertEquals(first, second);
        }

        writer.join();
    }
}
