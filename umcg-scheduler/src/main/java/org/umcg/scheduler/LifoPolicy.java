// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * See {@link Policies#lifo()}. A stack of worker numbers, of which each eighth pick takes the bottom.
 *
 * <p>The head of the stack has a count in its upper half that changes with each change, so that a
 * compare-and-set by a thread that has seen an older stack fails. links: volatile, ordered by the head.
 */
final class LifoPolicy implements SchedulingPolicy {

    private static final int PICKS_PER_OLDEST = 8;
    private static final long NUMBER_MASK = 0xffffffffL;

    /** Upper half: changes; lower half: the top worker plus 1, or 0. */
    private final AtomicLong head = new AtomicLong();
    private final AtomicIntegerArray links;
    private final AtomicInteger picks = new AtomicInteger();

    LifoPolicy(final int workers) {
        links = new AtomicIntegerArray(workers);
    }

    @Override
    public void enqueue(final int worker, final Arrival arrival) {
        push(worker);
    }

    private void push(final int worker) {
        long old = head.get();
        while (true) {
            links.set(worker, (int) (old & NUMBER_MASK));
            if (head.compareAndSet(old, changed(old, worker + 1))) {
                return;
            }
            old = head.get();
        }
    }

    @Override
    public int pick(final int server) {
        return picks.getAndIncrement() % PICKS_PER_OLDEST == 0 ? pickOldest() : pop();
    }

    @Override
    public boolean leavesNoChoiceToKernel() {
        return true;
    }

    @Override
    public boolean isEmpty() {
        return (head.get() & NUMBER_MASK) == 0;
    }

    private int pop() {
        long old = head.get();
        while ((old & NUMBER_MASK) != 0) {
            final int worker = (int) (old & NUMBER_MASK) - 1;
            if (head.compareAndSet(old, changed(old, links.get(worker)))) {
                return worker;
            }
            old = head.get();
        }
        return NOBODY;
    }

    /** Takes the whole stack and puts back all but the bottom, in the same order. */
    private int pickOldest() {
        long old = head.get();
        while (!head.compareAndSet(old, changed(old, 0))) {
            old = head.get();
        }
        int reversed = 0;
        int next = (int) (old & NUMBER_MASK);
        while (next != 0) {
            final int worker = next - 1;
            next = links.get(worker);
            links.set(worker, reversed);
            reversed = worker + 1;
        }
        final int oldest = reversed - 1;
        next = oldest == NOBODY ? 0 : links.get(oldest);
        while (next != 0) {
            final int worker = next - 1;
            next = links.get(worker);
            push(worker);
        }
        return oldest;
    }

    private static long changed(final long head, final int top) {
        return (head >>> Integer.SIZE) + 1 << Integer.SIZE | top;
    }
}
