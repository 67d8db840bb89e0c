// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.scheduler.FailureHandler.Part;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.LogCapture;
import org.umcg.testsupport.TestJvm;
import org.umcg.testsupport.TestThread;

/** On which CPUs servers run; on a machine that has CPUs 0 and 1. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CpuSystemTest {

    private static final int PATIENCE_SECONDS = 100;
    private static final int NO_CPU = 1000;
    private static final Path SECOND_CPU_ONLINE = Path.of("/sys/devices/system/cpu/cpu1/online");

    @Test
    void shouldHaveCpuForEachServer() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(2, 1)) {
            assertThat(ServerCpus.read()).containsExactly("0", "1");
            assertServes(scheduler);
        }
    }

    @Test
    void shouldHaveDifferentCpusInSchedulersOfOneProcess() throws Exception {
        try (UmcgScheduler one = UmcgScheduler.start(1, 1); UmcgScheduler two = UmcgScheduler.start(1, 1)) {
            assertThat(ServerCpus.read()).containsExactly("0", "1");
            assertServes(one);
            assertServes(two);
        }
    }

    @Test
    void shouldHaveDifferentCpusInProcessesOfOneMachine() throws Exception {
        final Process one = TestJvm.start(List.of(), ServerCpuProgram.class);
        final Process two = TestJvm.start(List.of(), ServerCpuProgram.class);

        assertThat(List.of(one.inputReader().readLine(), two.inputReader().readLine()))
            .containsExactlyInAnyOrder("0", "1");
        one.getOutputStream().close();
        two.getOutputStream().close();
        assertThat(TestJvm.exitCodeOf(one)).isZero();
        assertThat(TestJvm.exitCodeOf(two)).isZero();
    }

    @Test
    void shouldGiveCpuBackWhenClosed() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
                assertServes(scheduler);
                assertThat(ServerCpus.read()).containsExactly("0");
            }
        }
    }

    @Test
    void shouldUseCpusThatBuilderNames() throws Exception {
        try (UmcgScheduler scheduler = builder().servers(1).cpus(1).start()) {
            assertThat(ServerCpus.read()).containsExactly("1");
            assertServes(scheduler);
        }
        try (UmcgScheduler scheduler = builder().servers(2).cpus(1).start()) {
            assertThat(ServerCpus.read()).containsExactly("1", "1");
            assertServes(scheduler);
        }
    }

    @Test
    void shouldBindNoServerWhenBuilderSaysSo() throws Exception {
        try (UmcgScheduler scheduler = builder().servers(2).anyCpu().start()) {
            assertThat(ServerCpus.read()).containsExactly("0-1", "0-1");
            assertServes(scheduler);
        }
    }

    @Test
    void shouldGoOnAndSayWhenCpuCannotBeUsed() throws Exception {
        final BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();
        final UmcgScheduler.Builder builder = builder().servers(1).cpus(NO_CPU).failureHandler((part, problem) -> {
            assertThat(part).isSameAs(Part.CPU);
            told.add(problem);
        });
        try (LogCapture log = new LogCapture("org.umcg.scheduler"); UmcgScheduler scheduler = builder.start()) {
            assertThat(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).hasMessage("server 0 and CPU " + NO_CPU);
            assertThat(log.messages()).containsExactly("a server could not be bound to its CPU, and runs on any");
            assertThat(ServerCpus.read()).containsExactly("0-1");
            assertServes(scheduler);
        }
    }

    /** The kernel moves the servers; later ones do without the CPU. */
    @Test
    void shouldGoOnWhenCpuGoesOffline() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(2, 4)) {
            assertServes(scheduler);
            Files.writeString(SECOND_CPU_ONLINE, "0");
            try {
                for (int i = 0; i < 20; i++) {
                    assertServes(scheduler);
                }
                try (UmcgScheduler other = builder().servers(1).cpus(1).start()) {
                    assertServes(other);
                }
            }
            finally {
                Files.writeString(SECOND_CPU_ONLINE, "1");
            }
            assertServes(scheduler);
        }
    }

    /** As when the process is moved to another cpuset, or by taskset(1). */
    @Test
    void shouldGoOnWhenServersAreMoved() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(2, 4)) {
            final int server = TestThread.tidOf("umcg-server-1");
            final Process taskset =
                new ProcessBuilder("taskset", "-p", "1", Integer.toString(server)).inheritIO().start();
            assertThat(taskset.waitFor()).isZero();

            assertThat(ServerCpus.read()).containsExactly("0", "0");
            for (int i = 0; i < 20; i++) {
                assertServes(scheduler);
            }
        }
    }

    private static UmcgScheduler.Builder builder() {
        return UmcgScheduler.builder().workers(2);
    }

    private static void assertServes(final UmcgScheduler scheduler) throws Exception {
        assertThat(scheduler.newExecutor().submit(() -> {
            Thread.sleep(1);
            return "served";
        }).get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("served");
    }
}
