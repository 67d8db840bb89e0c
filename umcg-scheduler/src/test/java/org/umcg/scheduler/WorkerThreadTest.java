// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.umcg.api.Errno;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.JniSystemCalls;
import org.umcg.scheduler.FailureHandler.Part;

/** What can be said of workers without the kernel. */
class WorkerThreadTest {

    /** A pool waits for the thread that it has made for a task. */
    @Test
    void shouldRunItsTargetWhenKernelRefusesWorker() throws Exception {
        final BlockingQueue<Part> told = new LinkedBlockingQueue<>();
        final UmcgScheduler scheduler = new UmcgScheduler(settings(told), new RefusingSystemCalls());
        final CountDownLatch ran = new CountDownLatch(1);

        try (CapturedLog log = new CapturedLog()) {
            scheduler.newExecutor().execute(ran::countDown);

            assertThat(ran.await(100, TimeUnit.SECONDS)).isTrue();
            assertThat(log.next().getThrown()).isInstanceOf(UmcgException.class);
        }
        assertThat(scheduler.workerFailure()).isInstanceOfSatisfying(UmcgException.class,
            e -> assertThat(e.errno()).isEqualTo(Errno.ENOMEM));
        assertThat(told.poll(100, TimeUnit.SECONDS)).isSameAs(Part.WORKER);
        assertThat(scheduler.metrics().unmanaged()).isOne();
        scheduler.close();
    }

    /** Its pool counts it no longer, and may want another one before it has ended. */
    @Test
    void shouldMakeRoomForAnotherWorkerWhenTaskThrows() throws Exception {
        final SchedulerSettings settings = settings(new LinkedBlockingQueue<>());
        settings.setMaxWorkers(1);
        final UmcgScheduler scheduler = new UmcgScheduler(settings, new RefusingSystemCalls());
        final WorkerSlots slots = scheduler.group().slots();
        final WorkerPool pool = (WorkerPool) scheduler.newExecutor();
        final boolean[] isOpen = new boolean[3];

        try (CapturedLog log = new CapturedLog()) {
            assertThat(slots.enter(false)).isTrue();
            Worker.runOrRunUnmanaged(scheduler.group(), () -> {
                isOpen[0] = slots.isOpenTo(false);
                pool.afterExecute(() -> { }, null);
                isOpen[1] = slots.isOpenTo(false);
                pool.afterExecute(() -> { }, new IllegalStateException("on purpose"));
                isOpen[2] = slots.isOpenTo(false);
            });
            assertThat(log.next().getThrown()).as("no kernel").isInstanceOf(UmcgException.class);
        }
        assertThat(isOpen).containsExactly(false, false, true);
        assertThat(slots.enter(false)).isTrue();
        assertThat(slots.enter(false)).as("the limit again").isFalse();
        scheduler.group().leaveWorker();
        scheduler.close();
    }

    /** It is logged, and told to the handler; see FailuresTest. */
    @Test
    void shouldTellHandlerWhenServerFails() throws Exception {
        final BlockingQueue<Part> told = new LinkedBlockingQueue<>();
        final UmcgScheduler scheduler = new UmcgScheduler(settings(told), new RefusingSystemCalls());
        final IllegalStateException problem = new IllegalStateException("on purpose");

        try (CapturedLog log = new CapturedLog()) {
            scheduler.group().serverFailed(problem);

            assertThat(log.next().getThrown()).isSameAs(problem);
        }
        assertThat(told.poll(100, TimeUnit.SECONDS)).isSameAs(Part.SERVER);
        assertThat(scheduler.serverFailure()).isSameAs(problem);
    }

    private static SchedulerSettings settings(final BlockingQueue<Part> told) {
        final SchedulerSettings settings = new SchedulerSettings();
        settings.setWorkers(1);
        settings.setSentinel(false);
        settings.setFailureHandler((part, problem) -> told.add(part));
        return settings;
    }

    /** A kernel without memory. */
    private static final class RefusingSystemCalls implements UmcgSystemCalls {

        private final UmcgSystemCalls real = new JniSystemCalls();

        @Override
        public int ctl(final int flags, final long selfAddress, final int size, final int clockId) {
            return -Errno.ENOMEM;
        }

        @Override
        public int umcgWait(final int flags, final long absTimeoutNanos) {
            throw new AssertionError("umcg_wait");
        }

        @Override
        public int kick(final int flags, final int tid) {
            return -Errno.ESRCH;
        }

        @Override
        public int gettid() {
            return real.gettid();
        }

        @Override
        public long addressOf(final ByteBuffer buffer) {
            return real.addressOf(buffer);
        }
    }
}
