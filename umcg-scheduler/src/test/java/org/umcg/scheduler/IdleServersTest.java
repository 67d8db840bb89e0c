// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.umcg.api.OffHeapWords;
import org.umcg.binding.JniSystemCalls;
import org.umcg.sentinel.SchedulerMemory;

class IdleServersTest {

    private static final int SERVERS = 3;

    private final JniSystemCalls calls = new JniSystemCalls();
    private final SchedulerMemory memory = SchedulerMemory.allocate(SERVERS, 1, calls);
    private final OffHeapWords word = OffHeapWords.allocate(1, calls);
    private final IdleServers idleServers = new IdleServers(memory, word);

    @BeforeEach
    void setTids() {
        for (int server = 0; server < SERVERS; server++) {
            memory.serverTidRelease(server, tid(server));
        }
    }

    @Test
    void shouldAdvertiseOneIdleServer() {
        idleServers.enter(1);
        idleServers.enter(2);

        assertThat(word.getVolatile(0)).isEqualTo(tid(1));
        assertThat(idleServers.anyTid()).isEqualTo(tid(1));
    }

    @Test
    void shouldAdvertiseNobodyWhenServerLeaves() {
        idleServers.enter(1);
        idleServers.leave(1);

        assertThat(word.getVolatile(0)).isZero();
        assertThat(idleServers.anyTid()).isZero();
    }

    @Test
    void shouldAdvertiseAnotherOnceKernelHasTakenTheFirst() {
        idleServers.enter(0);
        idleServers.enter(2);
        word.setVolatile(0, 0);

        idleServers.leave(0);
        idleServers.advertise();

        assertThat(word.getVolatile(0)).isEqualTo(tid(2));
    }

    @Test
    void shouldLeaveOtherServersWordAloneWhenServerLeaves() {
        idleServers.enter(0);
        idleServers.enter(1);
        idleServers.leave(1);

        assertThat(word.getVolatile(0)).isEqualTo(tid(0));
    }

    /** Nobody else could run what it does not. */
    @Test
    void shouldAdvertiseNobodyWhenServerIsAlone() {
        final SchedulerMemory one = SchedulerMemory.allocate(1, 1, calls);
        one.serverTidRelease(0, tid(0));
        final IdleServers alone = new IdleServers(one, word);
        alone.enter(0);

        assertThat(word.getVolatile(0)).isZero();
        assertThat(alone.anyTid()).isZero();
    }

    private static int tid(final int server) {
        return 100 + server;
    }
}
