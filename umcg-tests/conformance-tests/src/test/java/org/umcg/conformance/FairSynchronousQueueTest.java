// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;

/** {@link SynchronousQueue} with fairness: whatever the servers' policy, threads get access in order of arrival. */
class FairSynchronousQueueTest extends SynchronousQueueContract {

    @Override
    SynchronousQueue<Integer> newQueue() {
        return new SynchronousQueue<>(true);
    }

    @Test
    void shouldGrantPuttersAccessInOrderOfArrival() throws Exception {
        final SynchronousQueue<Integer> queue = newQueue();
        final List<Actor> putting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            final int number = i;
            putting.add(start(() -> queue.put(number)));
            awaitParkedIn(putting.get(i));
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(i, queue.take());
        }

        joinAll(putting);
    }

    /** It may be parked elsewhere on its way: what counts is that it is in the queue. */
    private static void awaitParkedIn(final Actor actor) {
        eventually(() -> actor.thread().getState() == Thread.State.WAITING
            && Arrays.stream(actor.thread().getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(SynchronousQueue.class.getName())));
    }
}
