// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.api.UmcgTask;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.Sentinel;
import org.umcg.sentinel.ServerCalls;
import org.umcg.sentinel.StoppingProtocol;
import org.umcg.testsupport.TestThread;

/**
 * A server that takes the list of another one stops when it has said which worker comes first there, and the kernel
 * takes that worker, in a turn of the other server's: the sentinel must not believe that the stopped server has it.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ListTakenByKernelSystemTest {

    private static final int OWNER = 0;
    private static final int TAKER = 1;
    private static final int FIRST = 0;
    private static final int SECOND = 1;
    /** Many times as long as the sentinel waits before it stands in for a server. */
    private static final long STOP_MILLIS = 1_000;

    private final RawScheduler scheduler = new RawScheduler(2, 2);
    private final SchedulerMemory memory = scheduler.memory();
    private final CountDownLatch isStopped = new CountDownLatch(1);
    private final AtomicBoolean mayBlock = new AtomicBoolean();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private boolean isTakenOver;

    @Test
    void shouldNotBelieveThatServerHasWorkerThatKernelRuns() throws Exception {
        final StoppingProtocol protocol = new StoppingProtocol(memory, "HEAD_SAID", this::letKernelTakeSecond);
        final TestThread owner = scheduler.startServer(this::serveFirst);
        final TestThread first = scheduler.startWorker(FIRST, this::spinThenBlock);
        TestThread.spinUntil(() -> scheduler.workerState(FIRST) == RUNNING);
        final TestThread second = scheduler.startWorker(SECOND, this::spinUntilOver);
        TestThread.spinUntil(() -> scheduler.workerState(SECOND) == RUNNABLE);
        final TestThread taker = scheduler.startServer(TAKER, () -> {
            final Sentinel sentinel = new Sentinel(memory, 0);
            protocol.takeList(TAKER, OWNER, new int[2]);
            sentinel.close();
            isOver.set(true);
        });

        taker.join();
        first.join();
        second.join();
        owner.join();
        assertThat(protocol.hasStopped()).isTrue();
        assertThat(isTakenOver).isFalse();
    }

    /** The place where the taker stops. */
    private void letKernelTakeSecond() {
        mayBlock.set(true);
        TestThread.spinUntil(() -> scheduler.workerState(FIRST) == BLOCKED && scheduler.workerState(SECOND) == RUNNING);
        final long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
        while (System.nanoTime() - end < 0 && !isTakenOver) {
            isTakenOver = StoppingProtocol.isTakenOver(memory, OWNER);
        }
    }

    private void spinThenBlock() throws InterruptedException {
        TestThread.spinUntil(mayBlock::get);
        Thread.sleep(2 * STOP_MILLIS);
    }

    private void spinUntilOver() {
        TestThread.spinUntil(isOver::get);
    }

    private void serveFirst() {
        final ServerCalls calls = scheduler.serverCalls();
        final UmcgTask task = memory.serverTask(OWNER);
        TestThread.spinUntil(() -> scheduler.workerState(FIRST) == RUNNABLE);
        task.stateVolatile(RUNNABLE);
        scheduler.takeList();
        task.turnsOpaque(1);
        assertThat(calls.run(OWNER, FIRST, 0)).isZero();
        // Both end here: the second one when the kernel has run it, the first one from the list.
        scheduler.serveFirst(2, () -> isOver.get() && haveBothEnded());
    }

    private boolean haveBothEnded() {
        return scheduler.hasLeft(FIRST) && scheduler.hasLeft(SECOND);
    }
}
