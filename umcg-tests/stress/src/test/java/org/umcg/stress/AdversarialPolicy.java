// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.umcg.scheduler.SchedulingPolicy;
import org.umcg.scheduler.TestSwitches;

/**
 * The worst order that does not starve: workers for which no safepoint waits first, those inside the JVM
 * last. Each sixteenth pick takes whoever is next in turn.
 */
final class AdversarialPolicy implements SchedulingPolicy {

    private static final int PICKS_PER_TURN = 16;
    private static final int IN_NATIVE = 4;
    private static final int BLOCKED = 10;

    private final Workers workers;
    private final AtomicIntegerArray isEnqueued;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger picks = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();

    AdversarialPolicy(final Workers workers) {
        this.workers = workers;
        isEnqueued = new AtomicIntegerArray(workers.capacity());
    }

    @Override
    public void enqueue(final int worker, final Arrival arrival) {
        if (isEnqueued.compareAndSet(worker, 0, 1)) {
            count.incrementAndGet();
        }
    }

    @Override
    public int pick(final int server) {
        if (isEmpty()) {
            return NOBODY;
        }
        final boolean isFair = picks.getAndIncrement() % PICKS_PER_TURN == 0;
        int last = NOBODY;
        for (int i = 0; i < isEnqueued.length(); i++) {
            final int worker = isFair ? (turn.get() + i) % isEnqueued.length() : i;
            if (isEnqueued.get(worker) == 0) {
                continue;
            }
            last = worker;
            if (isFair && take(worker)) {
                turn.set((worker + 1) % isEnqueued.length());
                return worker;
            }
            if (isSafe(worker) && take(worker)) {
                return worker;
            }
        }
        return last != NOBODY && take(last) ? last : NOBODY;
    }

    @Override
    public boolean isEmpty() {
        return count.get() == 0;
    }

    private boolean isSafe(final int worker) {
        final int state = TestSwitches.jvmThreadState(workers, worker);
        return state == IN_NATIVE || state == BLOCKED;
    }

    private boolean take(final int worker) {
        if (!isEnqueued.compareAndSet(worker, 1, 0)) {
            return false;
        }
        count.decrementAndGet();
        return true;
    }
}
