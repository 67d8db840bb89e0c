// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_QUERY;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;
import static org.umcg.api.UmcgTaskDescriptor.NONE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

/** Query, registration and their errors, the same through both bindings. */
@ParameterizedClass(name = "{0}")
@EnumSource(Binding.class)
class SystemCallsConformanceSystemTest {

    private static final int INIT = 1;
    private static final int PROCESS_CPU_CLOCK = 2;

    private final UmcgSystemCalls systemCalls;
    private final TestTask self;

    SystemCallsConformanceSystemTest(final Binding binding) {
        systemCalls = binding.open();
        self = new TestTask(systemCalls);
    }

    @Test
    void shouldAnswerVersionWhenQueried() {
        final int answer = systemCalls.ctl(CTL_QUERY, 0, 0, 0);

        assertThat(answer).isPositive();
        assertThat(UmcgTaskDescriptor.abiVersion(answer)).isEqualTo(UmcgTaskDescriptor.ABI_VERSION);
    }

    @Test
    void shouldRejectQueryWhenArgumentsAreGiven() {
        assertThat(systemCalls.ctl(CTL_QUERY, self.address(), 0, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(systemCalls.ctl(CTL_QUERY, 0, SIZE, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(systemCalls.ctl(CTL_QUERY, 0, 0, Clock.MONOTONIC.id())).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void shouldRegisterAndUnregisterServerAgainAndAgain() throws Exception {
        TestThread.runFresh(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(self.asServer().registerServer()).isZero();
                assertThat(self.task().stateAcquire()).isEqualTo(RUNNING);
                assertThat(self.unregisterServer()).isZero();
                assertThat(self.task().stateAcquire()).isEqualTo(NONE);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Clock.class)
    void shouldRegisterWithClock(final Clock clock) throws Exception {
        TestThread.runFresh(() -> {
            self.asServer();
            assertThat(systemCalls.ctl(CTL_REGISTER, self.address(), SIZE, clock.id())).isZero();
            assertThat(self.unregisterServer()).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, PROCESS_CPU_CLOCK, 99, Integer.MIN_VALUE})
    void shouldRejectClockThatIsNotOffered(final int clockId) throws Exception {
        TestThread.runFresh(() -> {
            self.asServer();
            assertThat(systemCalls.ctl(CTL_REGISTER, self.address(), SIZE, clockId)).isEqualTo(-Errno.EINVAL);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64, SIZE - 1})
    void shouldRejectStructThatIsSmallerThanTheFirstVersion(final int size) throws Exception {
        TestThread.runFresh(() -> {
            self.asServer();
            assertThat(systemCalls.ctl(CTL_REGISTER, self.address(), size, Clock.MONOTONIC.id()))
                .isEqualTo(-Errno.EINVAL);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {4097, Integer.MIN_VALUE, -1})
    void shouldAnswerE2bigWhenStructIsLargerThanPage(final int size) throws Exception {
        TestThread.runFresh(() -> {
            self.asServer();
            assertThat(systemCalls.ctl(CTL_REGISTER, self.address(), size, Clock.MONOTONIC.id()))
                .isEqualTo(-Errno.E2BIG);
        });
    }

    @Test
    void shouldAcceptLargerStructOnlyWhenRestIsZero() throws Exception {
        final TestTask next = new TestTask(systemCalls, 2 * SIZE);
        TestThread.runFresh(() -> {
            next.asServer();
            next.struct().putInt(SIZE, 1);
            assertThat(next.register(2 * SIZE)).isEqualTo(-Errno.E2BIG);
            next.struct().putInt(SIZE, 0);
            assertThat(next.register(2 * SIZE)).isZero();
            assertThat(next.unregisterServer()).isEqualTo(-Errno.EINVAL);
            assertThat(systemCalls.ctl(CTL_UNREGISTER, next.address(), 2 * SIZE, 0)).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {
        0, 0x8, CTL_WORKER, CTL_REGISTER | CTL_UNREGISTER, CTL_REGISTER | CTL_QUERY,
        CTL_REGISTER | 0x20000, Integer.MIN_VALUE})
    void shouldRejectFlagsThatMakeNoSense(final int flags) throws Exception {
        TestThread.runFresh(() -> {
            self.asServer();
            assertThat(systemCalls.ctl(flags, self.address(), SIZE, Clock.MONOTONIC.id()))
                .isEqualTo(-Errno.EINVAL);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 8, 32, 63})
    void shouldRejectTaskThatIsNotAligned(final int offset) throws Exception {
        TestThread.runFresh(() -> {
            self.asServer();
            final long address = self.address() + offset;
            assertThat(systemCalls.ctl(CTL_REGISTER, address, SIZE, Clock.MONOTONIC.id()))
                .isEqualTo(-Errno.EINVAL);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x1000, 0x7fff_ffff_f000L, 0xffff_8880_0000_0000L, -SIZE})
    void shouldAnswerEfaultWhenNoMemoryIsThere(final long address) throws Exception {
        TestThread.runFresh(() ->
            assertThat(systemCalls.ctl(CTL_REGISTER, address, SIZE, Clock.MONOTONIC.id()))
                .isEqualTo(-Errno.EFAULT));
    }

    @Test
    void shouldRejectTaskInMemoryOfFile(@TempDir final Path directory) throws Exception {
        final Path file = Files.write(directory.resolve("tasks"), new byte[8192]);
        TestThread.runFresh(() -> {
            assertThat(registerIn(file, FileChannel.MapMode.READ_WRITE)).isEqualTo(-Errno.EINVAL);
            assertThat(registerIn(file, FileChannel.MapMode.PRIVATE)).isEqualTo(-Errno.EINVAL);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {NONE, RUNNABLE, BLOCKED, RUNNING | UmcgTaskDescriptor.FLAG_PREEMPT, 0x77})
    void shouldRejectServerInOtherState(final int state) throws Exception {
        TestThread.runFresh(() -> {
            self.asServer().task().stateRelease(state);
            assertThat(self.registerServer()).isEqualTo(-Errno.EINVAL);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {
        UmcgTaskDescriptor.NEXT_TID_OFFSET,
        UmcgTaskDescriptor.BLOCKED_TS_OFFSET,
        UmcgTaskDescriptor.RUNNABLE_TS_OFFSET,
        UmcgTaskDescriptor.BLOCKED_WORKERS_PTR_OFFSET,
        UmcgTaskDescriptor.RUNNABLE_WORKERS_PTR_OFFSET})
    void shouldRejectServerWhenFieldIsNotZero(final int offset) throws Exception {
        TestThread.runFresh(() -> {
            self.asServer().struct().putInt(offset, 64);
            assertThat(self.registerServer()).isEqualTo(-Errno.EINVAL);
        });
    }

    @Test
    void shouldKeepUserBitsWhenRegistered() throws Exception {
        TestThread.runFresh(() -> {
            final int userBits = 0xabcd << UmcgTaskDescriptor.USER_SHIFT;
            self.asServer().task().stateRelease(userBits | RUNNING);
            assertThat(self.registerServer()).isZero();
            assertThat(self.unregisterServer()).isZero();
            assertThat(self.task().stateAcquire()).isEqualTo(userBits | NONE);
        });
    }

    @Test
    void shouldRejectServerThatNamesAnother() throws Exception {
        TestThread.runFresh(() -> {
            self.asServer().task().serverTidOpaque(INIT);
            assertThat(self.registerServer()).isEqualTo(-Errno.ESRCH);
        });
    }

    @Test
    void shouldAnswerEbusyWhenRegisteredAlready() throws Exception {
        final TestTask other = new TestTask(systemCalls);
        TestThread.runFresh(() -> {
            assertThat(self.asServer().registerServer()).isZero();
            assertThat(self.registerServer()).isEqualTo(-Errno.EBUSY);
            assertThat(other.asServer().registerServer()).isEqualTo(-Errno.EBUSY);
            assertThat(self.unregisterServer()).isZero();
        });
    }

    @Test
    void shouldRejectUnregistrationWhenNotRegistered() throws Exception {
        TestThread.runFresh(() -> {
            self.asServer();
            assertThat(self.unregisterServer()).isEqualTo(-Errno.EINVAL);
            assertThat(self.unregisterWorker()).isEqualTo(-Errno.EINVAL);
        });
    }

    @Test
    void shouldRejectUnregistrationOfSomethingElse() throws Exception {
        final TestTask other = new TestTask(systemCalls);
        TestThread.runFresh(() -> {
            assertThat(self.asServer().registerServer()).isZero();
            assertThat(other.asServer().unregisterServer()).isEqualTo(-Errno.EINVAL);
            assertThat(self.unregisterWorker()).isEqualTo(-Errno.EINVAL);
            assertThat(systemCalls.ctl(CTL_UNREGISTER, 0, SIZE, 0)).isEqualTo(-Errno.EINVAL);
            assertThat(systemCalls.ctl(CTL_UNREGISTER, self.address(), SIZE, Clock.MONOTONIC.id()))
                .isEqualTo(-Errno.EINVAL);
            assertThat(self.unregisterServer()).isZero();
        });
    }

    @Test
    void shouldAnswerEsrchWhenWorkerNamesNoServer() throws Exception {
        TestThread.runFresh(() -> {
            assertThat(self.asWorkerOf(0).registerWorker()).isEqualTo(-Errno.ESRCH);
            assertThat(self.asWorkerOf(INIT).registerWorker()).isEqualTo(-Errno.ESRCH);
            assertThat(self.asWorkerOf(Integer.MAX_VALUE).registerWorker()).isEqualTo(-Errno.ESRCH);
            assertThat(self.asWorkerOf(-1).registerWorker()).isEqualTo(-Errno.ESRCH);
            assertThat(self.asWorkerOf(systemCalls.gettid()).registerWorker()).isEqualTo(-Errno.ESRCH);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {NONE, RUNNING, RUNNABLE})
    void shouldRejectWorkerInOtherState(final int state) throws Exception {
        final TestTask server = new TestTask(systemCalls);
        TestThread.runFresh(() -> {
            assertThat(server.asServer().registerServer()).isZero();
            final int serverTid = systemCalls.gettid();
            TestThread.runFresh(() -> {
                self.asWorkerOf(serverTid).task().stateRelease(state);
                assertThat(self.registerWorker()).isEqualTo(-Errno.EINVAL);
            });
            assertThat(server.unregisterServer()).isZero();
        });
    }

    @Test
    void shouldForgetServerWhenItsThreadEnds() throws Exception {
        final int[] tid = new int[1];
        TestThread.runFresh(() -> {
            tid[0] = systemCalls.gettid();
            assertThat(self.asServer().registerServer()).isZero();
        });

        // Thread.join() returns a moment before the kernel's thread is gone.
        TestThread.spinUntil(() -> systemCalls.kick(0, tid[0]) == -Errno.ESRCH);
    }

    private int registerIn(final Path file, final FileChannel.MapMode mode) throws IOException {
        try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final MappedByteBuffer mapped = channel.map(mode, 0, 8192);
            mapped.order(ByteOrder.nativeOrder())
                .putInt(UmcgTaskDescriptor.STATE_OFFSET, RUNNING)
                .putInt(UmcgTaskDescriptor.SERVER_TID_OFFSET, systemCalls.gettid());
            final int result =
                systemCalls.ctl(CTL_REGISTER, systemCalls.addressOf(mapped), SIZE, Clock.MONOTONIC.id());
            Reference.reachabilityFence(mapped);
            return result;
        }
    }
}
