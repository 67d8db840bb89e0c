// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.umcg.binding.JniSystemCalls;

/** Compares Java's constants with what the C compiler makes of protocol.h. */
class ProtocolLayoutTest {

    @Test
    void shouldHaveLayoutOfControl() {
        JniSystemCalls.ensureLoaded();
        assertThat(ProtocolLayout.control()).containsExactly(
            SchedulerMemory.SERVERS_OFFSET,
            SchedulerMemory.WORKERS_OFFSET,
            SchedulerMemory.USED_OFFSET,
            SchedulerMemory.RESCUES_RETURNING_OFFSET,
            SchedulerMemory.RESCUES_JAVA_OFFSET,
            SchedulerMemory.RESCUES_DEAD_OFFSET,
            SchedulerMemory.SLICES_OFFSET,
            SchedulerMemory.PREEMPTS_OFFSET,
            SchedulerMemory.REVEALS_OFFSET,
            SchedulerMemory.REQUEUES_OFFSET,
            SchedulerMemory.HEADER_SIZE,
            SchedulerMemory.SERVER_PHASE_OFFSET,
            SchedulerMemory.SERVER_LEASE_OFFSET,
            SchedulerMemory.SERVER_TID_OFFSET,
            SchedulerMemory.SERVER_TURNS_OFFSET,
            SchedulerMemory.SERVER_SIZE,
            SchedulerMemory.WORKER_QUEUE_OFFSET,
            SchedulerMemory.WORKER_TID_OFFSET,
            SchedulerMemory.WORKER_STATE_ADDRESS_OFFSET,
            SchedulerMemory.WORKER_SIZE,
            SchedulerMemory.PHASE_WAIT,
            SchedulerMemory.PHASE_JAVA,
            SchedulerMemory.PHASE_STOPPED,
            SchedulerMemory.QUEUED,
            SchedulerMemory.IN_RING,
            SchedulerMemory.LEASE_NONE,
            SchedulerMemory.LEASE_TAKEN,
            SchedulerMemory.LEASE_AWAITED);
    }
}
