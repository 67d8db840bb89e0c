// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicLong;

/** See {@link Policies#random}. Some queues, each of which is first in, first out. */
final class RandomPolicy implements SchedulingPolicy {

    private static final int QUEUES = 16;
    private static final long INCREMENT = 0x9e3779b97f4a7c15L;
    private static final long MULTIPLIER = 0xbf58476d1ce4e5b9L;

    private final NumberQueue[] queues = new NumberQueue[QUEUES];
    private final AtomicLong seed;

    RandomPolicy(final int workers, final long seed) {
        for (int i = 0; i < QUEUES; i++) {
            queues[i] = new NumberQueue(workers);
        }
        this.seed = new AtomicLong(seed);
    }

    @Override
    public void enqueue(final int worker, final Arrival arrival) {
        queues[next()].offer(worker);
    }

    @Override
    public int pick(final int server) {
        final int first = next();
        for (int i = 0; i < QUEUES; i++) {
            final int worker = queues[(first + i) % QUEUES].poll();
            if (worker != NOBODY) {
                return worker;
            }
        }
        return NOBODY;
    }

    @Override
    public boolean leavesNoChoiceToKernel() {
        return true;
    }

    @Override
    public boolean isEmpty() {
        for (int i = 0; i < QUEUES; i++) {
            if (!queues[i].isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private int next() {
        final long x = seed.getAndAdd(INCREMENT);
        return (int) ((x ^ x >>> 30) * MULTIPLIER >>> 60);
    }
}
