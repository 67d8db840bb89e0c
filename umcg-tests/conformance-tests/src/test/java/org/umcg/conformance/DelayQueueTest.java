// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@link DelayQueue}: an element can be taken only when its delay has expired. */
class DelayQueueTest extends ConformanceTest {

    private final DelayQueue<Due> queue = new DelayQueue<>();

    private static final class Due implements Delayed {
        private final long nanos;

        Due(final long millis) {
            nanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        }

        boolean isExpired() {
            return getDelay(TimeUnit.NANOSECONDS) <= 0;
        }

        @Override
        public long getDelay(final TimeUnit unit) {
            return unit.convert(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(final Delayed other) {
            return Long.compare(nanos, ((Due) other).nanos);
        }
    }

    @Test
    void shouldNotGiveElementBeforeItsDelayHasExpired() throws Exception {
        final Due due = new Due(SHORT_MILLIS);
        queue.add(due);
        assertNull(queue.poll());

        assertSame(due, queue.take());
        assertTrue(due.isExpired());
    }

    @Test
    void shouldGiveFirstTheElementThatHasExpiredLongest() throws Exception {
        final Due later = new Due(-1);
        final Due earlier = new Due(-10);
        queue.add(later);
        queue.add(earlier);

        assertSame(earlier, queue.take());
        assertSame(later, queue.take());
    }

    @Test
    void shouldReturnNullFromTimedPollWhenNothingExpiresInTime() throws Exception {
        queue.add(new Due(TimeUnit.HOURS.toMillis(1)));

        assertNull(inVain(() -> queue.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertEquals(1, queue.size());
    }

    @Test
    void shouldPeekAtElementThatHasNotExpired() {
        final Due due = new Due(TimeUnit.HOURS.toMillis(1));
        queue.add(due);

        assertSame(due, queue.peek());
        assertThrows(NullPointerException.class, () -> queue.put(null));
    }

    @Test
    void shouldWakeTakerWhenElementWithShorterDelayComes() throws Exception {
        queue.add(new Due(TimeUnit.HOURS.toMillis(1)));
        final Due soon = new Due(SHORT_MILLIS);
        final Actor taking = start(() -> assertSame(soon, queue.take())).awaitBlocked();
        queue.add(soon);

        taking.join();
    }

    @Test
    void shouldServeAllTakersThatWait() throws Exception {
        final List<Actor> taking = start(4, () -> assertTrue(queue.take().isExpired()));
        taking.forEach(Actor::awaitBlocked);
        for (int i = 0; i < 4; i++) {
            queue.add(new Due(2L * i));
        }

        joinAll(taking);
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInTake() throws Exception {
        queue.add(new Due(TimeUnit.HOURS.toMillis(1)));
        assertInterruptible(queue::take);
    }

    @Test
    void shouldDrainExpiredElementsOnly() {
        queue.add(new Due(-1));
        queue.add(new Due(-2));
        queue.add(new Due(TimeUnit.HOURS.toMillis(1)));
        final List<Due> drained = new ArrayList<>();

        assertEquals(2, queue.drainTo(drained));
        assertEquals(1, queue.size());
    }
}
