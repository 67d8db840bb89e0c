// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_JOIN;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_YIELD;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.umcg.api.Clock;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.testsupport.TestTask;
import org.umcg.testsupport.TestThread;

/** A server without workers: its waits, and who ends them; the same through both bindings. */
@ParameterizedClass(name = "{0}")
@EnumSource(Binding.class)
class ServerWaitSystemTest {

    private static final int INIT = 1;
    private static final int NO_TID = Integer.MAX_VALUE;
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final UmcgSystemCalls systemCalls;
    private final TestTask self;

    ServerWaitSystemTest(final Binding binding) {
        systemCalls = binding.open();
        self = new TestTask(systemCalls);
    }

    @Test
    void shouldTimeOutAtTimeOfMonotonicClock() throws Exception {
        inServer(() -> {
            final long deadline = System.nanoTime() + SHORT_NANOS;
            self.task().stateVolatile(RUNNABLE);
            assertThat(systemCalls.umcgWait(0, deadline)).isEqualTo(-Errno.ETIMEDOUT);
            assertThat(System.nanoTime()).isGreaterThanOrEqualTo(deadline);
            assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
        });
    }

    @Test
    void shouldTimeOutAtTimeOfWallClockWhenRegisteredWithIt() throws Exception {
        TestThread.runFresh(() -> {
            self.asServer();
            assertThat(systemCalls.ctl(CTL_REGISTER, self.address(), SIZE, Clock.REALTIME.id())).isZero();
            final long deadlineMillis = System.currentTimeMillis() + 50;
            self.task().stateVolatile(RUNNABLE);
            assertThat(systemCalls.umcgWait(0, TimeUnit.MILLISECONDS.toNanos(deadlineMillis)))
                .isEqualTo(-Errno.ETIMEDOUT);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(deadlineMillis);
            assertThat(self.unregisterServer()).isZero();
        });
    }

    @Test
    void shouldTimeOutAtOnceWhenTimeIsPast() throws Exception {
        inServer(() -> {
            self.task().stateVolatile(RUNNABLE);
            assertThat(systemCalls.umcgWait(0, 1)).isEqualTo(-Errno.ETIMEDOUT);
            assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
        });
    }

    @Test
    void shouldNotWaitWhenStateIsRunning() throws Exception {
        inServer(() -> {
            assertThat(systemCalls.umcgWait(0, deadline())).isEqualTo(-Errno.EAGAIN);
            assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
            assertThat(UmcgTaskDescriptor.isConsumed(self.task().nextTidAcquire())).isFalse();
        });
    }

    @Test
    void shouldAnswerEsrchWhenJoinedThreadIsNoWorker() throws Exception {
        inServer(() -> {
            self.task().nextTidPlain(NO_TID);
            self.task().stateVolatile(RUNNABLE);
            assertThat(systemCalls.umcgWait(WAIT_JOIN, deadline())).isEqualTo(-Errno.ESRCH);
            assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {NO_TID, INIT})
    void shouldAnswerEsrchWhenNextIsNoWorker(final int tid) throws Exception {
        inServer(() -> {
            self.task().nextTidPlain(tid);
            self.task().stateVolatile(RUNNABLE);
            assertThat(systemCalls.umcgWait(0, deadline())).isEqualTo(-Errno.ESRCH);
            assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
            assertThat(self.task().nextTidAcquire()).isEqualTo(tid);
        });
    }

    @Test
    void shouldAnswerEsrchWhenNextIsTheServerItself() throws Exception {
        inServer(() -> {
            self.task().nextTidPlain(systemCalls.gettid());
            self.task().stateVolatile(RUNNABLE);
            assertThat(systemCalls.umcgWait(0, deadline())).isEqualTo(-Errno.ESRCH);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {WAIT_YIELD, WAIT_YIELD | WAIT_JOIN, 0x4, Integer.MIN_VALUE})
    void shouldRejectFlagsThatAreNotForServers(final int flags) throws Exception {
        inServer(() -> {
            assertThat(systemCalls.umcgWait(flags, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
        });
    }

    @Test
    void shouldRejectWaitOfPlainThread() throws Exception {
        TestThread.runFresh(() -> assertThat(systemCalls.umcgWait(0, 1)).isEqualTo(-Errno.EINVAL));
    }

    @Test
    void shouldWakeIdleServerWhenPlainThreadKicksIt() throws Exception {
        final CountDownLatch registered = new CountDownLatch(1);
        final int[] tid = new int[1];
        final TestThread server = TestThread.start("server", () -> inThisServer(() -> {
            tid[0] = systemCalls.gettid();
            self.task().stateVolatile(RUNNABLE);
            registered.countDown();
            assertThat(systemCalls.umcgWait(0, deadline())).isIn(0, -Errno.EAGAIN);
            assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
        }));
        assertThat(registered.await(TestThread.LIMIT_NANOS, TimeUnit.NANOSECONDS)).isTrue();
        TimeUnit.NANOSECONDS.sleep(SHORT_NANOS);

        assertThat(systemCalls.kick(0, tid[0])).isZero();

        server.join();
    }

    @Test
    void shouldNotWaitWhenKickedBefore() throws Exception {
        inServer(() -> {
            assertThat(systemCalls.kick(0, systemCalls.gettid())).isZero();
            self.task().stateVolatile(RUNNABLE);
            assertThat(systemCalls.umcgWait(0, deadline())).isEqualTo(-Errno.EAGAIN);
            assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
        });
    }

    @Test
    void shouldAnswerEsrchWhenKickedThreadIsNoTask() throws Exception {
        assertThat(systemCalls.kick(0, NO_TID)).isEqualTo(-Errno.ESRCH);
        assertThat(systemCalls.kick(0, INIT)).isEqualTo(-Errno.ESRCH);
        assertThat(systemCalls.kick(0, systemCalls.gettid())).isEqualTo(-Errno.ESRCH);
        assertThat(systemCalls.kick(0, 0)).isEqualTo(-Errno.ESRCH);
        assertThat(systemCalls.kick(0, -1)).isEqualTo(-Errno.ESRCH);
    }

    @Test
    void shouldRejectKickWithFlags() {
        assertThat(systemCalls.kick(1, systemCalls.gettid())).isEqualTo(-Errno.EINVAL);
    }

    private void inServer(final TestThread.Body body) throws InterruptedException {
        TestThread.runFresh(() -> inThisServer(body));
    }

    private void inThisServer(final TestThread.Body body) throws Exception {
        assertThat(self.asServer().registerServer()).isZero();
        body.run();
        assertThat(self.unregisterServer()).isZero();
    }

    private static long deadline() {
        return System.nanoTime() + TestThread.LIMIT_NANOS / 2;
    }
}
