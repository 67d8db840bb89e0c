// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * See {@link Policies#fifo()}. A worker may be enqueued twice, as {@link RunQueue} needs it.
 *
 * <p>A worker that wakes is passed over only after seven others that woke were not, so it need not wait for
 * the end of more than one quantum. overtakes: volatile; an update that is lost makes a turn come later.
 */
final class FifoPolicy implements SchedulingPolicy {

    private static final int MAX_OVERTAKES = 7;

    private final NumberQueue woken;
    private final NumberQueue preempted;
    /** How many were picked that woke, since a preempted one was, while one was there. */
    private final AtomicInteger overtakes = new AtomicInteger();

    FifoPolicy(final int workers) {
        woken = new NumberQueue(2 * workers);
        preempted = new NumberQueue(2 * workers);
    }

    @Override
    public void enqueue(final int worker, final Arrival arrival) {
        (arrival == Arrival.PREEMPTED ? preempted : woken).offer(worker);
    }

    @Override
    public int pick(final int server) {
        if (overtakes.get() >= MAX_OVERTAKES) {
            final int first = pickPreempted();
            return first != NOBODY ? first : woken.poll();
        }
        final int first = woken.poll();
        if (first == NOBODY) {
            return pickPreempted();
        }
        if (!preempted.isEmpty()) {
            overtakes.incrementAndGet();
        }
        return first;
    }

    @Override
    public boolean leavesNoChoiceToKernel() {
        return true;
    }

    @Override
    public boolean picksInOrderOfArrival() {
        return true;
    }

    @Override
    public boolean isEmpty() {
        return woken.isEmpty() && preempted.isEmpty();
    }

    private int pickPreempted() {
        overtakes.set(0);
        return preempted.poll();
    }
}
