// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicInteger;

/** See {@link Policies#fifo()}. A worker may be enqueued twice, as {@link RunQueue} needs it. */
final class FifoPolicy implements SchedulingPolicy {

    private static final int PICKS_PER_PREEMPTED = 8;

    private final FifoRunQueue woken;
    private final FifoRunQueue preempted;
    private final AtomicInteger picks = new AtomicInteger();

    FifoPolicy(final int workers) {
        woken = new FifoRunQueue(2 * workers);
        preempted = new FifoRunQueue(2 * workers);
    }

    @Override
    public void enqueue(final int worker, final boolean wasPreempted) {
        (wasPreempted ? preempted : woken).offer(worker);
    }

    @Override
    public int pick(final int server) {
        final boolean isTurnOfPreempted =
            !preempted.isEmpty() && picks.getAndIncrement() % PICKS_PER_PREEMPTED == 0;
        final int first = (isTurnOfPreempted ? preempted : woken).poll();
        return first != NOBODY ? first : (isTurnOfPreempted ? woken : preempted).poll();
    }

    @Override
    public boolean isEmpty() {
        return woken.isEmpty() && preempted.isEmpty();
    }
}
