// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import org.umcg.scheduler.Policies;
import org.umcg.scheduler.SchedulingPolicy;

/** Does what the default policy does, but for what a test overrides. */
abstract class FifoDelegate implements SchedulingPolicy {

    private final SchedulingPolicy fifo;

    FifoDelegate(final Workers workers) {
        fifo = Policies.fifo().create(workers);
    }

    @Override
    public void enqueue(final int worker, final Arrival arrival) {
        fifo.enqueue(worker, arrival);
    }

    @Override
    public int pick(final int server) {
        return fifo.pick(server);
    }

    @Override
    public boolean isEmpty() {
        return fifo.isEmpty();
    }
}
