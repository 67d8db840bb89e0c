// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** {@link LockSupport}: one permit for each thread. It may return for no reason, so all wait in loops. */
class LockSupportTest extends ConformanceTest {

    private static void parkUntil(final AtomicBoolean flag) {
        while (!flag.get()) {
            LockSupport.park();
        }
    }

    @Test
    void shouldReturnFromParkWhenUnparked() throws Exception {
        final AtomicBoolean flag = new AtomicBoolean();
        final Actor parked = start(() -> parkUntil(flag)).awaitBlocked();
        flag.set(true);
        LockSupport.unpark(parked.thread());

        parked.join();
    }

    @Test
    void shouldNotParkWhenPermitIsAvailable() {
        LockSupport.unpark(Thread.currentThread());
        LockSupport.park();
        LockSupport.unpark(Thread.currentThread());
        LockSupport.unpark(Thread.currentThread());
        LockSupport.parkNanos(TimeUnit.HOURS.toNanos(1));
    }

    /** Not two: the second park waits. */
    @Test
    void shouldKeepOnePermitOnlyWhenUnparkedTwice() throws Exception {
        final AtomicBoolean flag = new AtomicBoolean();
        final AtomicInteger parks = new AtomicInteger();
        final Actor actor = start(() -> {
            LockSupport.unpark(Thread.currentThread());
            LockSupport.unpark(Thread.currentThread());
            while (!flag.get()) {
                LockSupport.park();
                parks.incrementAndGet();
            }
        });
        eventually(() -> parks.get() > 0 && actor.thread().getState() == Thread.State.WAITING);
        assertFalse(actor.hasEnded());
        flag.set(true);
        LockSupport.unpark(actor.thread());

        actor.join();
    }

    @Test
    void shouldReturnFromParkWhenInterruptedAndKeepStatus() throws Exception {
        final Actor parked = start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.park();
            }
            LockSupport.park();
            assertTrue(Thread.interrupted());
        });
        parked.awaitBlocked().interrupt();

        parked.join();
    }

    @Test
    void shouldReturnFromParkNanosWhenTimeIsOver() {
        final long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS);
        while (System.nanoTime() - limit < 0) {
            LockSupport.parkNanos(limit - System.nanoTime());
        }
        LockSupport.parkNanos(0);
        LockSupport.parkNanos(-1);
    }

    @Test
    void shouldReturnFromParkUntilWhenDeadlineHasCome() {
        final long deadline = System.currentTimeMillis() + SHORT_MILLIS;
        while (System.currentTimeMillis() < deadline) {
            LockSupport.parkUntil(deadline);
        }
        LockSupport.parkUntil(1);
    }

    @Test
    void shouldReturnFromTimedParkWhenUnparked() throws Exception {
        final AtomicBoolean flag = new AtomicBoolean();
        final Actor parked = start(() -> {
            while (!flag.get()) {
                LockSupport.parkNanos(TimeUnit.HOURS.toNanos(1));
            }
        }).awaitBlocked();
        assertEquals(Thread.State.TIMED_WAITING, parked.thread().getState());
        flag.set(true);
        LockSupport.unpark(parked.thread());

        parked.join();
    }

    @Test
    void shouldTellBlockerWhileParked() throws Exception {
        final Object blocker = new Object();
        final AtomicBoolean flag = new AtomicBoolean();
        final Actor parked = start(() -> {
            while (!flag.get()) {
                LockSupport.park(blocker);
            }
            assertNull(LockSupport.getBlocker(Thread.currentThread()));
        });
        eventually(() -> LockSupport.getBlocker(parked.thread()) != null);
        assertSame(blocker, LockSupport.getBlocker(parked.thread()));
        flag.set(true);
        LockSupport.unpark(parked.thread());

        parked.join();
    }

    @Test
    void shouldHaveNoEffectWhenThreadIsNullOrHasEnded() throws Exception {
        final Actor ended = start(() -> { });
        ended.join();
        ended.thread().join();
        LockSupport.unpark(ended.thread());
        LockSupport.unpark(null);

        assertFalse(ended.thread().isAlive());
    }

    /** No permit is lost: each of the two waits for the other a thousand times. */
    @Test
    void shouldLoseNoUnparkBetweenTwoThatAlternate() throws Exception {
        final AtomicInteger turn = new AtomicInteger();
        final List<AtomicReference<Thread>> players = List.of(new AtomicReference<>(), new AtomicReference<>());
        final List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            final int me = i;
            actors.add(start(() -> {
                players.get(me).set(Thread.currentThread());
                eventually(() -> players.get(1 - me).get() != null);
                for (int j = 0; j < 500; j++) {
                    while (turn.get() % 2 != me) {
                        LockSupport.park();
                    }
                    turn.incrementAndGet();
                    LockSupport.unpark(players.get(1 - me).get());
                }
            }));
        }
        joinAll(actors);

        assertEquals(1000, turn.get());
    }

    @Test
    void shouldUnparkManyThatParkTogether() throws Exception {
        final AtomicBoolean flag = new AtomicBoolean();
        final List<Actor> actors = start(20, () -> parkUntil(flag));
        actors.forEach(Actor::awaitBlocked);
        flag.set(true);
        for (final Actor actor : actors) {
            LockSupport.unpark(actor.thread());
        }

        joinAll(actors);
    }
}
