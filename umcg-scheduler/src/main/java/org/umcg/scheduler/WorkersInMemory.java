// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import org.umcg.sentinel.SchedulerMemory;

/** What a policy can know, read from the memory of its scheduler. */
final class WorkersInMemory implements SchedulingPolicy.Workers {

    private final SchedulerMemory memory;

    WorkersInMemory(final SchedulerMemory memory) {
        this.memory = memory;
    }

    @Override
    public int capacity() {
        return memory.workers();
    }

    @Override
    public int servers() {
        return memory.servers();
    }

    /** HotSpot's JavaThreadState, for tests, or -1. */
    int jvmThreadState(final int worker) {
        return memory.jvmThreadState(worker);
    }
}
