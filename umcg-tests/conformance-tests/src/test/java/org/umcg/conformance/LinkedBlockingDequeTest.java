// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@link LinkedBlockingDeque} with a bound, as a queue and at both ends. */
class LinkedBlockingDequeTest extends BoundedQueueContract {

    @Override
    BlockingQueue<Integer> newQueue() {
        return new LinkedBlockingDeque<>(CAPACITY);
    }

    @Test
    void shouldTakeFromBothEnds() throws Exception {
        final LinkedBlockingDeque<Integer> deque = new LinkedBlockingDeque<>(List.of(1, 2, 3));

        assertEquals(3, deque.takeLast());
        assertEquals(1, deque.takeFirst());
        assertEquals(2, deque.pollLast());
    }

    @Test
    void shouldWaitInTakeLastUntilElementIsPutAtEitherEnd() throws Exception {
        final LinkedBlockingDeque<Integer> deque = new LinkedBlockingDeque<>(1);
        final Actor first = start(() -> assertEquals(1, deque.takeLast())).awaitBlocked();
        deque.putFirst(1);
        first.join();
        final Actor second = start(() -> assertEquals(2, deque.takeLast())).awaitBlocked();
        deque.putLast(2);

        second.join();
    }

    @Test
    void shouldWaitInPutFirstUntilThereIsRoom() throws Exception {
        final LinkedBlockingDeque<Integer> deque = new LinkedBlockingDeque<>(1);
        deque.add(1);
        final Actor putting = start(() -> deque.putFirst(2)).awaitBlocked();
        assertEquals(1, deque.take());
        putting.join();

        assertEquals(2, deque.take());
    }

    @Test
    void shouldGiveUpAtEitherEndWhenTimeElapses() throws Exception {
        final LinkedBlockingDeque<Integer> deque = new LinkedBlockingDeque<>(1);
        assertNull(inVain(() -> deque.pollLast(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertTrue(deque.offerFirst(1));

        assertFalse(inVain(() -> deque.offerFirst(2, SHORT_MILLIS, TimeUnit.MILLISECONDS)));
    }
}
