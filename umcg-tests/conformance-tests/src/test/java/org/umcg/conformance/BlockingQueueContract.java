// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What each {@link BlockingQueue} that has room promises. */
abstract class BlockingQueueContract extends ConformanceTest {

    /** A queue with room for three at least. */
    abstract BlockingQueue<Integer> newQueue();

    @Test
    void shouldWaitInTakeUntilElementBecomesAvailable() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();
        final Actor taking = start(() -> assertEquals(1, queue.take()));
        taking.awaitBlocked();
        queue.put(1);

        taking.join();
    }

    @Test
    void shouldWaitInTimedPollUntilElementBecomesAvailable() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();
        final Actor polling = start(() -> assertEquals(1, queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        polling.awaitBlocked();
        assertTrue(queue.offer(1));

        polling.join();
    }

    @Test
    void shouldReturnNullFromTimedPollWhenWaitingTimeElapses() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();

        assertNull(inVain(() -> queue.poll(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertNull(queue.poll(0, TimeUnit.SECONDS));
    }

    @Test
    void shouldReturnNullOrThrowWhenEmptyAndNotToldToWait() {
        final BlockingQueue<Integer> queue = newQueue();

        assertNull(queue.poll());
        assertNull(queue.peek());
        assertThrows(NoSuchElementException.class, queue::remove);
        assertThrows(NoSuchElementException.class, queue::element);
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInTake() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();
        assertInterruptible(queue::take);
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInTimedPoll() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();
        assertInterruptible(() -> queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void shouldThrowInterruptedExceptionWhenStatusIsSetBeforeItWaits() {
        final BlockingQueue<Integer> queue = newQueue();
        Thread.currentThread().interrupt();

        assertThrows(InterruptedException.class, queue::take);
        assertFalse(Thread.interrupted());
    }

    @Test
    void shouldRefuseNullAsElement() {
        final BlockingQueue<Integer> queue = newQueue();

        assertThrows(NullPointerException.class, () -> queue.add(null));
        assertThrows(NullPointerException.class, () -> queue.offer(null));
        assertThrows(NullPointerException.class, () -> queue.put(null));
        assertThrows(NullPointerException.class, () -> queue.offer(null, 1, TimeUnit.SECONDS));
    }

    /** Which is that of arrival, or of the elements themselves: here they agree. */
    @Test
    void shouldKeepOrderOfElements() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();
        queue.add(1);
        queue.put(2);
        assertTrue(queue.offer(3));
        assertEquals(3, queue.size());

        assertEquals(1, queue.peek());
        assertEquals(1, queue.take());
        assertEquals(2, queue.poll());
        assertEquals(3, queue.remove());
        assertTrue(queue.isEmpty());
    }

    @Test
    void shouldGiveEachElementToOneTakerOnly() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();
        final AtomicInteger sum = new AtomicInteger();
        final List<Actor> actors = start(3, () -> {
            for (int j = 1; j <= 100; j++) {
                queue.put(j);
            }
        });
        actors.addAll(start(3, () -> {
            for (int j = 1; j <= 100; j++) {
                sum.addAndGet(queue.take());
            }
        }));
        joinAll(actors);

        assertEquals(3 * 5050, sum.get());
        assertTrue(queue.isEmpty());
    }

    /** A plain object passes: its fields were written before it was put. */
    @Test
    void shouldMakeVisibleToTakerWhatWasDoneBeforePut() throws Exception {
        final BlockingQueue<Integer> there = newQueue();
        final BlockingQueue<Integer> back = newQueue();
        final int[] box = new int[1];
        final Actor other = start(() -> {
            for (int i = 1; i <= 100; i++) {
                assertEquals(i, there.take());
                assertEquals(i, box[0]);
                box[0] = -i;
                back.put(i);
            }
        });
        for (int i = 1; i <= 100; i++) {
            box[0] = i;
            there.put(i);
            assertEquals(i, back.take());
            assertEquals(-i, box[0]);
        }

        other.join();
    }

    @Test
    void shouldDrainWhatIsAvailableUpToGivenNumber() {
        final BlockingQueue<Integer> queue = newQueue();
        queue.addAll(List.of(1, 2, 3));
        final List<Integer> drained = new ArrayList<>();

        assertEquals(2, queue.drainTo(drained, 2));
        assertEquals(List.of(1, 2), drained);
        assertEquals(1, queue.drainTo(drained));
        assertEquals(0, queue.drainTo(drained));
        assertEquals(List.of(1, 2, 3), drained);
        assertThrows(IllegalArgumentException.class, () -> queue.drainTo(queue));
    }

    @Test
    void shouldRemoveElementFromAmongOthers() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();
        queue.addAll(List.of(1, 2, 3));

        assertTrue(queue.contains(2));
        assertTrue(queue.remove(2));
        assertFalse(queue.remove(2));
        assertEquals(1, queue.take());
        assertEquals(3, queue.take());
    }

    @Test
    void shouldPassEachElementToOneOfThoseThatWaitLong() throws Exception {
        final BlockingQueue<Integer> queue = newQueue();
        final List<Actor> taking = new ArrayList<>();
        final AtomicInteger sum = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            taking.add(start(() -> sum.addAndGet(queue.take())).awaitBlocked());
        }
        for (int i = 1; i <= 3; i++) {
            queue.put(i);
        }
        joinAll(taking);

        assertEquals(6, sum.get());
        assertSame(null, queue.poll());
    }
}
