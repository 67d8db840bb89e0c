// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.NONE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.SchedulerMemory;
import org.umcg.binding.ServerCalls;
import org.umcg.binding.Umcg;

/** Workers that the kernel lets go, because no server has moved for too long. There is no sentinel. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HoldLimitSystemTest {

    private static final int MILLIS = 10;

    private final UmcgSystemCalls calls = Umcg.systemCalls();
    private final RawScheduler scheduler = new RawScheduler(1, 1);
    private final SchedulerMemory memory = scheduler.memory();
    private final ServerCalls serverCalls = scheduler.serverCalls();
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicBoolean isTried = new AtomicBoolean();

    /** R18: the kernel counts it as listed until it has been run, so nobody lists it a second time. */
    @Test
    void shouldKeepWorkerThatWasLetGoWhenServerIsKicked() throws Exception {
        try (HoldLimit limit = new HoldLimit()) {
            limit.set(MILLIS);
            final TestThread server = scheduler.startServer(() -> {
                tryToRunWorkerThatWasLetGo();
                isTried.set(true);
                scheduler.serveFirst(1, () -> steps.get() == 2);
            });
            final TestThread worker = scheduler.startWorker(0, () -> {
                steps.incrementAndGet();
                TestThread.spinUntil(isTried::get);
                Thread.sleep(1);
                steps.incrementAndGet();
            });
            worker.join();
            server.join();
        }

        assertThat(steps).hasValue(2);
    }

    private void tryToRunWorkerThatWasLetGo() {
        TestThread.spinUntil(() -> serverCalls.takeRunnable(0, 0) == 1);
        TestThread.spinUntil(() -> scheduler.workerState(0) == NONE);
        assertThat(calls.kick(0, memory.serverTidAcquire(0))).isZero();
        memory.serverTask(0).stateVolatile(RUNNABLE);
        assertThat(serverCalls.run(0, 0, 0, 0)).isEqualTo(-Errno.EAGAIN);
        assertThat(memory.isQueuedVolatile(0)).isTrue();
        assertThat(scheduler.workerState(0)).isEqualTo(NONE);
    }
}
