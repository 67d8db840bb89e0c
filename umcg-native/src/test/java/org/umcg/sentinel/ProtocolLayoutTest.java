// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.umcg.binding.JniSystemCalls;

/** Compares Java's constants with what the C compiler makes of protocol.h. */
class ProtocolLayoutTest {

    @BeforeAll
    static void load() {
        JniSystemCalls.ensureLoaded();
    }

    @Test
    void shouldHaveLayoutOfControl() {
        assertThat(ProtocolLayout.control()).containsExactly(
            SchedulerMemory.SERVERS_OFFSET,
            SchedulerMemory.WORKERS_OFFSET,
            SchedulerMemory.USED_OFFSET,
            SchedulerMemory.COUNTERS_OFFSET,
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

    @Test
    void shouldCountUnderNamesOfHeader() {
        final List<Counter> counters = Counter.of(Counter.By.SENTINEL);

        assertThat(ProtocolLayout.counters().split(" ")).containsExactly(
            counters.stream().map(Counter::name).toArray(String[]::new));
        assertThat(SchedulerMemory.COUNTERS_OFFSET + counters.size() * Long.BYTES)
            .isLessThanOrEqualTo(SchedulerMemory.HEADER_SIZE);
    }

    @ParameterizedTest
    @EnumSource(Counter.By.class)
    void shouldHaveIdsOfTheirOrder(final Counter.By by) {
        final List<Counter> counters = Counter.of(by);

        assertThat(counters).isNotEmpty();
        for (int i = 0; i < counters.size(); i++) {
            assertThat(counters.get(i).id()).as("%s", counters.get(i)).isEqualTo(i);
        }
    }
}
