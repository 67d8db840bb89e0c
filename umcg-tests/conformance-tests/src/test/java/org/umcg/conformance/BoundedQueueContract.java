// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What each {@link BlockingQueue} promises that can be full. */
abstract class BoundedQueueContract extends BlockingQueueContract {

    static final int CAPACITY = 3;

    private BlockingQueue<Integer> full() {
        final BlockingQueue<Integer> queue = newQueue();
        queue.addAll(List.of(1, 2, 3));
        return queue;
    }

    @Test
    void shouldWaitInPutUntilThereIsRoom() throws Exception {
        final BlockingQueue<Integer> queue = full();
        final Actor putting = start(() -> queue.put(4)).awaitBlocked();
        assertFalse(putting.hasEnded());
        assertEquals(1, queue.take());
        putting.join();

        assertEquals(CAPACITY, queue.size());
    }

    @Test
    void shouldReturnFalseFromOfferWhenFullAndNotWait() {
        assertFalse(full().offer(4));
    }

    @Test
    void shouldReturnFalseFromTimedOfferWhenFullAndTimeElapses() throws Exception {
        final BlockingQueue<Integer> queue = full();

        assertFalse(inVain(() -> queue.offer(4, SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertFalse(queue.contains(4));
    }

    @Test
    void shouldAcceptInTimedOfferWhenThereIsRoomInTime() throws Exception {
        final BlockingQueue<Integer> queue = full();
        final Actor offering = start(() -> assertTrue(queue.offer(4, PATIENCE_SECONDS, TimeUnit.SECONDS)));
        offering.awaitBlocked();
        queue.clear();
        offering.join();

        assertEquals(4, queue.poll());
    }

    @Test
    void shouldThrowIllegalStateExceptionFromAddWhenFull() {
        final BlockingQueue<Integer> queue = full();

        assertThrows(IllegalStateException.class, () -> queue.add(4));
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInPut() throws Exception {
        final BlockingQueue<Integer> queue = full();
        assertInterruptible(() -> queue.put(4));

        assertFalse(queue.contains(4));
    }

    @Test
    void shouldTellRoomThatIsLeft() {
        final BlockingQueue<Integer> queue = newQueue();
        assertEquals(CAPACITY, queue.remainingCapacity());
        queue.add(1);

        assertEquals(CAPACITY - 1, queue.remainingCapacity());
        assertEquals(0, full().remainingCapacity());
    }
}
