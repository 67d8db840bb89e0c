// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.TURNS_IDLE;

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

    @Test
    void shouldCountTurnsOfKernelAtOnceAndOnce() {
        counters.ran(1);
        counters.leaveTurns(1, 8);
        assertThat(counters.get(Counter.RUNS)).isOne();
        memory.serverTask(1).turnsOpaque(5);
        assertThat(counters.get(Counter.RUNS)).isEqualTo(4);
        assertThat(counters.get(Counter.MAX_RUNNING)).isOne();

        assertThat(counters.takeTurns(1)).isEqualTo(3);
        assertThat(counters.get(Counter.RUNS)).isEqualTo(4);
        assertThat(counters.get(Counter.BLOCKS)).isEqualTo(3);
        assertThat(counters.get(Counter.PREEMPTS)).isZero();
        assertThat(counters.takeTurns(1)).isZero();
    }

    @Test
    void shouldCountNothingWhenTurnsAreLeftAnew() {
        counters.leaveTurns(0, 4 | TURNS_IDLE);
        memory.serverTask(0).turnsOpaque(1 | TURNS_IDLE);
        counters.takeTurns(0);
        counters.leaveTurns(0, 0);
        assertThat(memory.serverTask(0).turnsOpaque()).isZero();
        counters.leaveTurns(0, 4 | TURNS_IDLE);

        assertThat(memory.serverTask(0).turnsOpaque()).isEqualTo(4 | TURNS_IDLE);
        assertThat(counters.get(Counter.RUNS)).isEqualTo(3);
    }
}
