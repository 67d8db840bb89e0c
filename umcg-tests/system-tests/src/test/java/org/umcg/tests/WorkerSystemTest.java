// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.CTL_QUERY;
import static org.umcg.api.UmcgTaskDescriptor.FEATURE_PREEMPT;
import static org.umcg.api.UmcgTaskDescriptor.FLAG_COND_WAIT;
import static org.umcg.api.UmcgTaskDescriptor.NONE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_JOIN;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_YIELD;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.testsupport.TestTask;
import org.umcg.testsupport.TestThread;

/**
 * One worker under a raw server loop, the same through both bindings.
 *
 * <p>A raw server has no sentinel: a safepoint that finds the worker held in Java would never end. So
 * these tests run in a JVM of their own that has none, see {@code raw.options}.
 */
@Tag("raw")
@ParameterizedClass(name = "{0}")
@EnumSource(Binding.class)
class WorkerSystemTest {

    private static final int YIELDS = 100;
    private static final long SLEEP_MILLIS = 30;

    private final UmcgSystemCalls systemCalls;
    private final TestTask self;
    private final UmcgTask worker;
    private final RawServer server;
    private volatile int workerTid;
    private volatile boolean isDone;

    WorkerSystemTest(final Binding binding) {
        systemCalls = binding.open();
        self = new TestTask(systemCalls);
        worker = self.task();
        server = new RawServer(systemCalls, worker);
    }

    @Test
    void shouldReturnFromRegistrationOnceServerRanWorker() throws Exception {
        final int[] state = new int[1];

        runWorker(() -> state[0] = worker.stateAcquire());

        assertThat(state[0]).isEqualTo(RUNNING);
        assertThat(worker.stateAcquire()).isEqualTo(NONE);
        assertThat(server.runnables()).isPositive();
        assertThat(server.switches()).isPositive();
        assertThat(worker.runnableTsOpaque()).isPositive();
    }

    @Test
    void shouldReportBlockAndThenRunnableWhenWorkerSleeps() throws Exception {
        runWorker(() -> Thread.sleep(SLEEP_MILLIS));

        assertThat(server.blocks()).isPositive();
        assertThat(server.runnables()).isGreaterThanOrEqualTo(2);
        assertThat(server.switches()).isGreaterThanOrEqualTo(2);
        assertThat(server.longestBlockNanos())
            .isBetween(TimeUnit.MILLISECONDS.toNanos(SLEEP_MILLIS - 1), TestThread.LIMIT_NANOS);
        assertThat(server.isTimeMonotonic()).isTrue();
    }

    @Test
    void shouldStampWithClockOfRegistration() throws Exception {
        final long before = System.nanoTime();

        runWorker(() -> Thread.sleep(SLEEP_MILLIS));

        assertThat(worker.blockedTsOpaque()).isBetween(before, System.nanoTime());
        assertThat(worker.runnableTsOpaque()).isBetween(before, System.nanoTime());
    }

    @Test
    void shouldComeBackToRunnableListWhenWorkerYields() throws Exception {
        final int[] yielded = new int[1];

        runWorker(() -> {
            for (int i = 0; i < YIELDS; i++) {
                yielded[0] += waitAsWorker(WAIT_YIELD, 0) == 0 ? 1 : 0;
            }
        });

        assertThat(yielded[0]).isPositive();
        assertThat(server.runnables()).isGreaterThanOrEqualTo(1 + yielded[0]);
        assertThat(server.switches()).isGreaterThanOrEqualTo(1 + yielded[0]);
    }

    @Test
    void shouldTimeOutWhenNobodyRunsWaitingWorker() throws Exception {
        final int[] result = new int[1];
        final int[] state = new int[1];
        final long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SLEEP_MILLIS);
        final long[] end = new long[1];

        runWorker(() -> {
            do {
                result[0] = waitAsWorker(0, deadline);
            }
            while (result[0] == -Errno.EAGAIN);
            end[0] = System.nanoTime();
            state[0] = worker.stateAcquire();
        });

        assertThat(result[0]).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(end[0]).isGreaterThanOrEqualTo(deadline);
        assertThat(state[0]).isEqualTo(RUNNING);
        assertThat(server.runnables()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void shouldNotWaitWhenWorkersStateIsRunning() throws Exception {
        final int[] result = new int[1];

        runWorker(() -> result[0] = systemCalls.umcgWait(0, 0));

        assertThat(result[0]).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void shouldStayRunningWhenWorkerSwitchesToNobody() throws Exception {
        final int[] result = new int[1];
        final int[] nextTid = new int[1];
        final int[] state = new int[1];

        runWorker(() -> {
            worker.nextTidPlain(Integer.MAX_VALUE);
            result[0] = waitAsWorker(0, 0);
            nextTid[0] = worker.nextTidAcquire();
            state[0] = worker.stateAcquire();
        });

        assertThat(result[0]).isIn(-Errno.ESRCH, -Errno.EAGAIN);
        assertThat(UmcgTaskDescriptor.isConsumed(nextTid[0])).isFalse();
        assertThat(state[0]).isEqualTo(RUNNING);
    }

    @Test
    void shouldRejectSecondRegistrationAndWrongUnregistrationOfWorker() throws Exception {
        final int[] results = new int[4];

        runWorker(() -> {
            results[0] = self.registerWorker();
            results[1] = self.registerServer();
            results[2] = self.unregisterServer();
            results[3] = systemCalls.umcgWait(WAIT_JOIN, 0);
        });

        assertThat(results).containsExactly(-Errno.EBUSY, -Errno.EBUSY, -Errno.EINVAL, -Errno.EINVAL);
    }

    @Test
    void shouldComeBackToRunnableListWhenRunningWorkerIsKicked() throws Exception {
        assertThat(systemCalls.ctl(CTL_QUERY, 0, 0, 0) & FEATURE_PREEMPT).isEqualTo(FEATURE_PREEMPT);
        final TestThread thread = startWorker(this::spin);
        try {
            TestThread.spinUntil(() -> worker.stateAcquire() == RUNNING);
            TestThread.spinUntil(() -> systemCalls.kick(0, workerTid) == 0);
            TestThread.spinUntil(() -> UmcgTaskDescriptor.flags(worker.stateAcquire()) == 0);
        }
        finally {
            isDone = true;
            finish(thread);
        }

        assertThat(server.runnables()).isGreaterThanOrEqualTo(2);
        assertThat(server.switches()).isGreaterThanOrEqualTo(2);
    }

    private void spin() {
        final long limit = System.nanoTime() + TestThread.LIMIT_NANOS / 4;
        while (!isDone && System.nanoTime() < limit) {
            Thread.onSpinWait();
        }
    }

    /** The worker's umcg_wait; until then it may still be found blocking. */
    private int waitAsWorker(final int flags, final long absTimeoutNanos) {
        worker.stateVolatile(RUNNABLE | FLAG_COND_WAIT);
        return systemCalls.umcgWait(flags, absTimeoutNanos);
    }

    private void runWorker(final TestThread.Body body) throws InterruptedException {
        finish(startWorker(body));
    }

    private TestThread startWorker(final TestThread.Body body) throws InterruptedException {
        final int serverTid = server.awaitTid();
        return TestThread.start("worker", () -> {
            workerTid = systemCalls.gettid();
            server.workerTid(workerTid);
            expectZero(self.asWorkerOf(serverTid).registerWorker());
            try {
                body.run();
            }
            finally {
                expectZero(self.unregisterWorker());
            }
        });
    }

    private void finish(final TestThread thread) throws InterruptedException {
        try {
            thread.join();
        }
        finally {
            server.stop();
        }
        assertThat(server.lastError()).isZero();
        assertThat(server.strangers()).isZero();
    }

    private static void expectZero(final int result) {
        if (result != 0) {
            throw new AssertionError("umcg_ctl: " + result);
        }
    }
}
