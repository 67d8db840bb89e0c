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
            SchedulerMemory.SERVER_PICKED_OFFSET,
            SchedulerMemory.SERVER_INTENT_OFFSET,
            SchedulerMemory.SERVER_CURRENT_OFFSET,
            SchedulerMemory.SERVER_SIZE,
            SchedulerMemory.WORKER_QUEUE_OFFSET,
            SchedulerMemory.WORKER_TID_OFFSET,
            SchedulerMemory.WORKER_STATE_ADDRESS_OFFSET,
            SchedulerMemory.WORKER_SIZE,
            ServerProtocol.PHASE_WAIT,
            ServerProtocol.PHASE_JAVA,
            ServerProtocol.PHASE_STOPPED,
            ServerProtocol.LEASE_NONE,
            ServerProtocol.LEASE_TAKEN,
            ServerProtocol.LEASE_AWAITED);
    }

    @Test
    void shouldHaveWordsOfHeader() {
        JniSystemCalls.ensureLoaded();
        assertThat(ProtocolLayout.words()).containsExactly(
            ServerProtocol.QUEUED,
            ServerProtocol.IN_POLICY,
            ServerProtocol.CLAIMER_SHIFT,
            ServerProtocol.CLAIMER_MASK,
            ServerProtocol.ROUND,
            ServerProtocol.ROUND_MASK,
            ServerProtocol.NUMBER_MASK,
            ServerProtocol.OVER,
            ServerProtocol.TAKER_SHIFT,
            ServerProtocol.TAKER_MASK,
            ServerProtocol.SESSION,
            ServerProtocol.SESSION_MASK);
    }
}
