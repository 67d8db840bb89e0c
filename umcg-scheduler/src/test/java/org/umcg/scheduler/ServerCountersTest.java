// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import org.junit.jupiter.api.Test;
import org.umcg.binding.JniSystemCalls;
import org.umcg.sentinel.Counter;
import org.umcg.sentinel.SchedulerMemory;

class ServerCountersTest {

    private final SchedulerMemory memory = SchedulerMemory.allocate(2, 2, new JniSystemCalls());
    private final ServerCounters counters = new ServerCounters(memory);

    @Test
    void shouldCountWorkersThatRunAtTheSameTime() {
        counters.begin(0, 0);
        assertThat(counters.get(Counter.MAX_RUNNING)).isOne();
        memory.workerTask(0).stateVolatile(RUNNING);
        counters.begin(1, 1);

        assertThat(counters.get(Counter.MAX_RUNNING)).isEqualTo(2);
    }

    /** One worker that goes from server to server. */
    @Test
    void shouldNotCountWorkerThatHasStoppedThoughItsServerDoesNotKnow() {
        counters.begin(0, 0);
        memory.workerTask(0).stateVolatile(BLOCKED);
        counters.begin(1, 0);

        assertThat(counters.get(Counter.MAX_RUNNING)).isOne();
    }

    @Test
    void shouldCountRunsOfAllServers() {
        counters.ran(0);
        counters.ran(1);
        counters.ran(1);

        assertThat(counters.get(Counter.RUNS)).isEqualTo(3);
    }
}
