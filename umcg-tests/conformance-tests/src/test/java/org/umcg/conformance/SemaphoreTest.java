// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link Semaphore}, fair and not. */
class SemaphoreTest extends ConformanceTest {

    @Test
    void shouldWaitInAcquireUntilPermitIsReleased() throws Exception {
        final Semaphore semaphore = new Semaphore(0);
        final Actor waiting = start(semaphore::acquire).awaitBlocked();
        assertFalse(waiting.hasEnded());
        semaphore.release();

        waiting.join();
    }

    @Test
    void shouldAdmitNoMoreThanItHasPermits() throws Exception {
        final Semaphore semaphore = new Semaphore(3);
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        final List<Actor> actors = start(8, () -> {
            for (int j = 0; j < 5; j++) {
                semaphore.acquire();
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.sleep(1);
                inside.decrementAndGet();
                semaphore.release();
            }
        });
        joinAll(actors);

        assertTrue(most.get() <= 3);
        assertEquals(3, semaphore.availablePermits());
    }

    @Test
    void shouldAcquireSeveralOnlyWhenAllAreAvailable() throws Exception {
        final Semaphore semaphore = new Semaphore(1);
        final Actor waiting = start(() -> semaphore.acquire(3)).awaitBlocked();
        semaphore.release();
        assertFalse(waiting.hasEnded());
        semaphore.release();
        waiting.join();

        assertEquals(0, semaphore.availablePermits());
    }

    @Test
    void shouldReturnFalseFromTryAcquireWhenThereIsNone() throws Exception {
        final Semaphore semaphore = new Semaphore(1);

        assertFalse(semaphore.tryAcquire(2));
        assertTrue(semaphore.tryAcquire());
        assertFalse(semaphore.tryAcquire());
        assertFalse(inVain(() -> semaphore.tryAcquire(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
    }

    @Test
    void shouldAcquireInTimeWhenPermitIsReleased() throws Exception {
        final Semaphore semaphore = new Semaphore(0);
        final Actor waiting = start(() -> assertTrue(semaphore.tryAcquire(2, PATIENCE_SECONDS, TimeUnit.SECONDS)));
        waiting.awaitBlocked();
        semaphore.release(2);

        waiting.join();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInAcquire() throws Exception {
        final Semaphore semaphore = new Semaphore(0);
        assertInterruptible(semaphore::acquire);
        assertInterruptible(() -> semaphore.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldGoOnWaitingWhenInterruptedInAcquireUninterruptibly() throws Exception {
        final Semaphore semaphore = new Semaphore(0);
        final Actor waiting = start(() -> {
            semaphore.acquireUninterruptibly();
            assertTrue(Thread.interrupted());
        });
        waiting.awaitBlocked().interrupt();
        Thread.sleep(SHORT_MILLIS);
        assertFalse(waiting.hasEnded());
        semaphore.release();

        waiting.join();
    }

    @Test
    void shouldLetAnyThreadRelease() throws Exception {
        final Semaphore semaphore = new Semaphore(1);
        semaphore.acquire();
        start(semaphore::release).join();

        assertTrue(semaphore.tryAcquire());
    }

    @Test
    void shouldGiveNegativePermitsMeaning() throws Exception {
        final Semaphore semaphore = new Semaphore(-1);
        semaphore.release();
        assertFalse(semaphore.tryAcquire());
        semaphore.release();

        assertTrue(semaphore.tryAcquire());
        assertThrows(IllegalArgumentException.class, () -> semaphore.release(-1));
    }

    @Test
    void shouldDrainAllPermits() {
        final Semaphore semaphore = new Semaphore(5);

        assertEquals(5, semaphore.drainPermits());
        assertEquals(0, semaphore.drainPermits());
        assertFalse(semaphore.tryAcquire());
    }

    @Test
    void shouldGrantPermitsInOrderOfArrivalWhenFair() throws Exception {
        final Semaphore semaphore = new Semaphore(0, true);
        final List<Integer> order = new CopyOnWriteArrayList<>();
        final List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            final int number = i;
            actors.add(start(() -> {
                semaphore.acquire();
                order.add(number);
                semaphore.release();
            }));
            eventually(() -> semaphore.getQueueLength() == number + 1);
        }
        semaphore.release();
        joinAll(actors);

        assertEquals(List.of(0, 1, 2, 3, 4), order);
    }

    @Test
    void shouldMakeVisibleAfterAcquireWhatWasDoneBeforeRelease() throws Exception {
        final Semaphore there = new Semaphore(0);
        final Semaphore back = new Semaphore(0);
        final int[] box = new int[1];
        final Actor other = start(() -> {
            for (int i = 1; i <= 100; i++) {
                there.acquire();
                assertEquals(i, box[0]);
                box[0] = -i;
                back.release();
            }
        });
        for (int i = 1; i <= 100; i++) {
            box[0] = i;
            there.release();
            back.acquire();
            assertEquals(-i, box[0]);
        }

        other.join();
    }
}
