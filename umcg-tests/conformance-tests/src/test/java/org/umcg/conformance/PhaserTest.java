// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** {@link Phaser}. */
class PhaserTest extends ConformanceTest {

    @Test
    void shouldAdvanceWhenAllRegisteredPartiesHaveArrived() throws Exception {
        final Phaser phaser = new Phaser(3);
        final List<Actor> actors = start(2, () -> assertEquals(1, phaser.arriveAndAwaitAdvance()));
        actors.forEach(Actor::awaitBlocked);
        eventually(() -> phaser.getArrivedParties() == 2);
        assertFalse(actors.get(0).hasEnded());
        assertEquals(0, phaser.arrive());

        assertEquals(1, phaser.getPhase());
        joinAll(actors);
    }

    @Test
    void shouldKeepPartiesInStepOverManyPhases() throws Exception {
        final Phaser phaser = new Phaser(4);
        assertInStep(phaser::arriveAndAwaitAdvance);
        assertEquals(20, phaser.getPhase());
    }

    @Test
    void shouldNotWaitForPartyThatHasDeregistered() {
        final Phaser phaser = new Phaser(2);
        phaser.arriveAndDeregister();

        assertEquals(1, phaser.getRegisteredParties());
        assertEquals(1, phaser.arriveAndAwaitAdvance());
    }

    @Test
    void shouldWaitForPartyThatRegistersLater() throws Exception {
        final Phaser phaser = new Phaser(1);
        assertEquals(0, phaser.register());
        final Actor first = start(phaser::arriveAndAwaitAdvance).awaitBlocked();
        assertFalse(first.hasEnded());
        phaser.arrive();

        first.join();
    }

    @Test
    void shouldReturnAtOnceFromAwaitAdvanceWhenPhaseIsOver() {
        final Phaser phaser = new Phaser(1);
        phaser.arrive();

        assertEquals(1, phaser.awaitAdvance(0));
    }

    @Test
    void shouldGoOnWaitingWhenInterruptedUnlessInterruptible() throws Exception {
        final Phaser phaser = new Phaser(1);
        final Actor deaf = start(() -> {
            phaser.awaitAdvance(0);
            assertTrue(Thread.interrupted());
        });
        final Actor interruptible = start(() ->
            assertThrows(InterruptedException.class, () -> phaser.awaitAdvanceInterruptibly(0)));
        deaf.awaitBlocked().interrupt();
        interruptible.awaitBlocked().interrupt();
        interruptible.join();
        assertFalse(deaf.hasEnded());
        phaser.arrive();

        deaf.join();
    }

    @Test
    void shouldThrowTimeoutExceptionWhenPhaseDoesNotAdvanceInTime() throws Exception {
        final Phaser phaser = new Phaser(1);

        inVain(() -> assertThrows(TimeoutException.class,
            () -> phaser.awaitAdvanceInterruptibly(0, SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertEquals(0, phaser.getPhase());
    }

    @Test
    void shouldReleaseThoseThatWaitWhenTerminated() throws Exception {
        final Phaser phaser = new Phaser(1);
        final Actor waiting = start(() -> assertTrue(phaser.awaitAdvance(0) < 0)).awaitBlocked();
        phaser.forceTermination();
        waiting.join();

        assertTrue(phaser.isTerminated());
        assertTrue(phaser.register() < 0);
        assertTrue(phaser.arriveAndAwaitAdvance() < 0);
    }

    @Test
    void shouldTerminateWhenOnAdvanceSaysSo() {
        final List<Integer> phases = new ArrayList<>();
        final Phaser phaser = new Phaser(1) {
            @Override
            protected boolean onAdvance(final int phase, final int parties) {
                phases.add(phase);
                return phase == 1;
            }
        };
        phaser.arrive();
        assertFalse(phaser.isTerminated());
        phaser.arrive();

        assertTrue(phaser.isTerminated());
        assertEquals(List.of(0, 1), phases);
    }

    @Test
    void shouldAdvanceTogetherWithItsChildren() throws Exception {
        final Phaser root = new Phaser();
        final Phaser left = new Phaser(root, 1);
        final Phaser right = new Phaser(root, 1);
        final Actor waiting = start(left::arriveAndAwaitAdvance).awaitBlocked();
        assertFalse(waiting.hasEnded());
        right.arrive();
        waiting.join();

        assertEquals(1, root.getPhase());
    }

    @Test
    void shouldThrowIllegalStateExceptionWhenMoreArriveThanAreRegistered() {
        assertThrows(IllegalStateException.class, new Phaser(0)::arrive);
    }
}
