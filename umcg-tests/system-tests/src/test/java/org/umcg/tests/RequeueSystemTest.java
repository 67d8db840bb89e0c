// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.Umcg;
import org.umcg.sentinel.Counter;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.Sentinel;
import org.umcg.testsupport.TestThread;

/** The sentinel, with a server that idles, and another one that may be in the policy. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequeueSystemTest {

    /** After which idle servers are given what is queued, as in sentinel.c. */
    private static final int STARVED_MILLIS = 100;

    private final UmcgSystemCalls calls = Umcg.systemCalls();
    private final RawScheduler scheduler = new RawScheduler(2, 1);
    private final SchedulerMemory memory = scheduler.memory();

    /** Else two entries of one worker can get into the policy, whose links they tie into a knot. */
    @Test
    void shouldNotRequeueWhenOtherServerMayBeInPolicy() throws Exception {
        final AtomicInteger steps = new AtomicInteger();
        final CountDownLatch isQueued = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        final Sentinel sentinel = new Sentinel(memory, 0);
        final TestThread server = scheduler.startServer(() -> {
            TestThread.spinUntil(() -> scheduler.takeList() == 1);
            memory.protocol().enterPolicy(0);
            isQueued.countDown();
            memory.serverTask(0).stateVolatile(RUNNABLE);
            scheduler.serverCalls().idle(0, 0);
            end.await();
        });
        memory.protocol().stop(0);
        final TestThread worker = scheduler.startWorker(0, steps::incrementAndGet);
        isQueued.await();
        Thread.sleep(5 * STARVED_MILLIS);
        final long requeues = memory.counterOpaque(Counter.REQUEUES);
        final int done = steps.get();
        // The other server comes, and gets stuck: somebody has to run the worker after all.
        memory.protocol().beginTurn(1);
        worker.join();
        calls.kick(0, memory.serverTidAcquire(0));
        end.countDown();
        server.join();
        sentinel.close();

        assertThat(requeues).isZero();
        assertThat(done).isZero();
        assertThat(steps).hasValue(1);
        assertThat(memory.protocol().enterPolicy(0)).isFalse();
    }
}
