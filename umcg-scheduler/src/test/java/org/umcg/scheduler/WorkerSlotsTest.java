// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.umcg.binding.JniSystemCalls;
import org.umcg.sentinel.SchedulerMemory;

class WorkerSlotsTest {

    private static final int LIMIT = 2;
    /** The ones beyond the limit are for threads that workers make. */
    private static final int NUMBERS = 4;

    private final SchedulerMemory memory = SchedulerMemory.allocate(1, NUMBERS, new JniSystemCalls());
    private final WorkerSlots slots = new WorkerSlots(memory, LIMIT);

    @Test
    void shouldGiveLowestNumberThatIsFree() {
        assertThat(slots.acquire(null)).isZero();
        assertThat(slots.acquire(null)).isOne();
        assertThat(slots.acquire(null)).isEqualTo(2);
        slots.release(1);
        slots.release(0);

        assertThat(slots.acquire(null)).isZero();
        assertThat(slots.acquire(null)).isOne();
        assertThat(slots.acquire(null)).isEqualTo(3);
    }

    @Test
    void shouldGiveAllNumbersOfManyWords() {
        final int count = 130;
        final WorkerSlots many =
            new WorkerSlots(SchedulerMemory.allocate(1, count, new JniSystemCalls()), count);

        for (int i = 0; i < count; i++) {
            assertThat(many.acquire(null)).isEqualTo(i);
        }
        many.release(64);
        assertThat(many.acquire(null)).isEqualTo(64);
    }

    /** The sentinel looks at those only. */
    @Test
    void shouldTellHowFarNumbersAreInUse() {
        assertThat(memory.usedVolatile()).isZero();
        slots.acquire(null);
        slots.acquire(null);
        slots.release(0);
        slots.acquire(null);

        assertThat(memory.usedVolatile()).isEqualTo(2);
    }

    @Test
    void shouldHaveNoPlaceBeyondLimitExceptForThreadsThatWorkersMake() {
        assertThat(slots.enter(false)).isTrue();
        assertThat(slots.enter(false)).isTrue();

        assertThat(slots.isOpenTo(false)).isFalse();
        assertThat(slots.enter(false)).isFalse();
        assertThat(slots.isOpenTo(true)).isTrue();
        assertThat(slots.enter(true)).isTrue();
        assertThat(slots.enter(true)).isTrue();
        assertThat(slots.enter(true)).isFalse();
    }

    @Test
    void shouldHavePlaceAgainOnceOneIsLeft() {
        slots.enter(false);
        slots.enter(false);

        assertThat(slots.leave()).as("the last one, for ever").isFalse();
        assertThat(slots.enter(false)).isTrue();
    }

    @Test
    void shouldHavePlaceBesideThreadThatIsAboutToEnd() {
        final Inhabitant inhabitant = new Inhabitant(false);
        slots.enter(false);
        slots.enter(false);
        slots.noteEnding();
        inhabitant.isEnding = true;

        assertThat(slots.enter(false)).isTrue();
        assertThat(slots.enter(false)).isFalse();
        assertThat(slots.leave(inhabitant)).isFalse();
        assertThat(slots.enter(false)).as("the limit again").isFalse();
        slots.close();
        assertThat(slots.leave()).isFalse();
        assertThat(slots.leave()).isTrue();
        assertThat(slots.isDone()).isTrue();
    }

    /** As long as a worker lives that a successor is for, there are servers. */
    @Test
    void shouldOnlyLetSuccessorsInWhenClosing() {
        slots.enter(false);
        slots.close();

        assertThat(slots.enter(false)).isFalse();
        assertThat(slots.enter(true)).isTrue();
        assertThat(slots.leave()).isFalse();
        assertThat(slots.isDone()).isFalse();
        assertThat(slots.leave()).isTrue();
        assertThat(slots.isDone()).isTrue();
        assertThat(slots.enter(true)).as("servers have ended").isFalse();
    }

    @Test
    void shouldBeDoneWhenClosedWithoutWorkers() {
        assertThat(slots.isDone()).isFalse();
        slots.close();

        assertThat(slots.isDone()).isTrue();
        assertThat(slots.isClosing()).isTrue();
    }

    @Test
    void shouldTakePlaceOfSilentThreadBackWhenThereIsNoOther() {
        final Inhabitant alive = new Inhabitant(false);
        final Inhabitant silent = new Inhabitant(true);
        for (final Inhabitant thread : new Inhabitant[] {alive, silent}) {
            assertThat(slots.enter(false)).isTrue();
            slots.acquire(thread);
        }

        assertThat(slots.enter(false)).isTrue();
        assertThat(slots.acquire(alive)).isOne();
        assertThat(slots.enter(false)).isFalse();
    }

    @Test
    void shouldGiveNoPlaceOfSilentThreadWhenClosing() {
        assertThat(slots.enter(false)).isTrue();
        slots.acquire(new Inhabitant(true));
        slots.close();

        assertThat(slots.enter(false)).isFalse();
        assertThat(slots.isDone()).isFalse();
    }

    private static final class Inhabitant implements WorkerSlots.Occupant {

        private final boolean hasEnded;
        private boolean isEnding;

        Inhabitant(final boolean hasEnded) {
            this.hasEnded = hasEnded;
        }

        @Override
        public Thread thread() {
            return null;
        }

        @Override
        public boolean isEnding() {
            return isEnding;
        }

        @Override
        public boolean isManaged() {
            return !hasEnded;
        }

        @Override
        public boolean isRunning() {
            return false;
        }

        @Override
        public boolean hasEndedSilently() {
            return hasEnded;
        }
    }
}
