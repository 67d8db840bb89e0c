// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What {@link SynchronousQueue} promises: each put waits for a take, and the other way round. */
abstract class SynchronousQueueContract extends ConformanceTest {

    abstract SynchronousQueue<Integer> newQueue();

    @Test
    void shouldWaitInPutForTaker() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();
        final Actor putting = start(() -> queue.put(1)).awaitBlocked();
        assertFalse(putting.hasEnded());
        assertEquals(1, queue.take());

        putting.join();
    }

    @Test
    void shouldWaitInTakeForPutter() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();
        final Actor taking = start(() -> assertEquals(1, queue.take())).awaitBlocked();
        queue.put(1);

        taking.join();
    }

    @Test
    void shouldHaveNoRoomAndNoElements() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();
        final Actor putting = start(() -> queue.put(1)).awaitBlocked();

        assertEquals(0, queue.size());
        assertEquals(0, queue.remainingCapacity());
        assertNull(queue.peek());
        assertFalse(queue.contains(1));
        assertFalse(queue.iterator().hasNext());
        assertEquals(1, queue.take());
        putting.join();
    }

    @Test
    void shouldRefuseOfferWhenNobodyTakes() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();

        assertFalse(queue.offer(1));
        assertFalse(inVain(() -> queue.offer(1, SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertThrows(IllegalStateException.class, () -> queue.add(1));
    }

    @Test
    void shouldReturnNullFromPollWhenNobodyPuts() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();

        assertNull(queue.poll());
        assertNull(inVain(() -> queue.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
    }

    @Test
    void shouldAcceptOfferWhenSomebodyTakes() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();
        final Actor taking = start(() -> assertEquals(1, queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)));

        eventually(() -> queue.offer(1));
        taking.join();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedAtEitherEnd() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();
        assertInterruptible(queue::take);
        assertInterruptible(() -> queue.put(1));

        assertNull(queue.poll());
    }

    @Test
    void shouldGiveEachElementToOneTakerOnly() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();
        final AtomicInteger sum = new AtomicInteger();
        final List<Actor> actors = start(3, () -> {
            for (int j = 1; j <= 50; j++) {
                queue.put(j);
            }
        });
        actors.addAll(start(3, () -> {
            for (int j = 1; j <= 50; j++) {
                sum.addAndGet(queue.take());
            }
        }));
        joinAll(actors);

        assertEquals(3 * 1275, sum.get());
    }

    @Test
    void shouldDrainFromThoseThatPut() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();
        final Actor first = start(() -> queue.put(1)).awaitBlocked();
        final Actor second = start(() -> queue.put(1)).awaitBlocked();
        final List<Integer> drained = new ArrayList<>();
        eventually(() -> queue.drainTo(drained) >= 0 && drained.size() == 2);

        first.join();
        second.join();
        assertTrue(queue.isEmpty());
    }
}
