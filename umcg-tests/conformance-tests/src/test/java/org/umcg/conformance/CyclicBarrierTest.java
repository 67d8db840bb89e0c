// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** {@link CyclicBarrier}. */
class CyclicBarrierTest extends ConformanceTest {

    @Test
    void shouldReleaseNobodyBeforeAllHaveArrived() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(3);
        final List<Actor> actors = start(2, barrier::await);
        actors.forEach(Actor::awaitBlocked);
        eventually(() -> barrier.getNumberWaiting() == 2);
        assertFalse(actors.get(0).hasEnded() || actors.get(1).hasEnded());
        barrier.await();

        joinAll(actors);
    }

    @Test
    void shouldGiveEachPartyAnIndexOfItsOwn() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(5);
        final Set<Integer> indexes = ConcurrentHashMap.newKeySet();
        final List<Actor> actors = start(5, () -> indexes.add(barrier.await()));
        joinAll(actors);

        assertEquals(Set.of(0, 1, 2, 3, 4), indexes);
    }

    @Test
    void shouldBeReusedAfterAllAreReleased() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(4);
        assertInStep(barrier::await);
    }

    @Test
    void shouldRunActionOnceInLastThreadToArriveBeforeOthersGoOn() throws Exception {
        final AtomicReference<Thread> ranBy = new AtomicReference<>();
        final CyclicBarrier barrier = new CyclicBarrier(2, () ->
            assertTrue(ranBy.compareAndSet(null, Thread.currentThread())));
        final Actor first = start(() -> {
            barrier.await();
            assertTrue(ranBy.get() != null);
        });
        eventually(() -> barrier.getNumberWaiting() == 1);
        barrier.await();
        first.join();

        assertSame(Thread.currentThread(), ranBy.get());
    }

    @Test
    void shouldBreakForAllWhenOneIsInterrupted() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(3);
        final Actor other = start(() -> assertThrows(BrokenBarrierException.class, barrier::await));
        final Actor interrupted = start(() -> assertThrows(InterruptedException.class, barrier::await));
        eventually(() -> barrier.getNumberWaiting() == 2);
        interrupted.interrupt();
        interrupted.join();
        other.join();

        assertTrue(barrier.isBroken());
        assertThrows(BrokenBarrierException.class, barrier::await);
    }

    @Test
    void shouldBreakForAllWhenOneTimesOut() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(3);
        final Actor other = start(() -> assertThrows(BrokenBarrierException.class, barrier::await));
        other.awaitBlocked();
        inVain(() -> assertThrows(TimeoutException.class, () -> barrier.await(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        other.join();

        assertTrue(barrier.isBroken());
    }

    @Test
    void shouldBreakForAllWhenActionThrows() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(2, () -> {
            throw new IllegalStateException("on purpose");
        });
        final Actor other = start(() -> assertThrows(BrokenBarrierException.class, barrier::await));
        eventually(() -> barrier.getNumberWaiting() == 1);

        assertThrows(IllegalStateException.class, barrier::await);
        other.join();
        assertTrue(barrier.isBroken());
    }

    @Test
    void shouldThrowBrokenBarrierExceptionToThoseThatWaitWhenReset() throws Exception {
        final CyclicBarrier barrier = new CyclicBarrier(2);
        final Actor other = start(() -> assertThrows(BrokenBarrierException.class, barrier::await));
        eventually(() -> barrier.getNumberWaiting() == 1);
        barrier.reset();
        other.join();
        final Actor again = start(barrier::await);
        barrier.await();

        again.join();
        assertFalse(barrier.isBroken());
    }
}
