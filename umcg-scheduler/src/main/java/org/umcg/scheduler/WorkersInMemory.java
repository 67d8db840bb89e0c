// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import org.umcg.sentinel.SchedulerMemory;

/** What a policy can know of the workers. */
final class WorkersInMemory implements SchedulingPolicy.Workers {

    private final SchedulerMemory memory;

    WorkersInMemory(final SchedulerMemory memory) {
        this.memory = memory;
    }

    @Override
    public int capacity() {
        return memory.workers();
    }

    /** HotSpot's JavaThreadState, for tests, or -1. */
    int jvmThreadState(final int worker) {
        return memory.jvmThreadState(worker);
    }
}
