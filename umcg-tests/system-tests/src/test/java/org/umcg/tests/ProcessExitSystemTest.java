// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.testsupport.TestJvm.exitCodeOf;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.umcg.testsupport.TestJvm;

/** S20: a process ends as it was told, with workers in every state. */
class ProcessExitSystemTest {

    private static final int SIGTERM_EXIT = 128 + 15;
    private static final int SIGKILL_EXIT = 128 + 9;

    @ParameterizedTest
    @ValueSource(strings = {"exit", "exit-in-worker", "halt"})
    void shouldExitWithItsCode(final String way) throws Exception {
        assertThat(exitCodeOf(start(way))).isEqualTo(ExitingProgram.EXIT_CODE);
    }

    @Test
    void shouldExitOnSigterm() throws Exception {
        final Process process = startReady("wait");

        process.destroy();

        assertThat(exitCodeOf(process)).isEqualTo(SIGTERM_EXIT);
    }

    /** Workers that are no daemons come to their end first; daemons do not count, held or not. */
    @ParameterizedTest
    @ValueSource(strings = {"return", "return-daemon"})
    void shouldExitWhenMainReturns(final String way) throws Exception {
        assertThat(exitCodeOf(start(way))).isZero();
    }

    /** A worker waits in System.exit() for the hook that waits for the worker. */
    @Test
    void shouldExitWhenHookClosesSchedulerAndWorkerExits() throws Exception {
        assertThat(exitCodeOf(start("exit-in-worker-beside-hook"))).isEqualTo(ExitingProgram.EXIT_CODE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait-beside-hook", "wait-beside-hook-with-limit"})
    void shouldExitOnSigtermWhenHookClosesSchedulerAndTaskNeverEnds(final String way) throws Exception {
        final Process process = startReady(way);

        // Process.destroy() would close its output, too.
        process.toHandle().destroy();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.inputReader().lines()).containsExactly("hook done");
        assertThat(process.exitValue()).isEqualTo(SIGTERM_EXIT);
    }

    /** Nothing was closed: as with a pool of daemon threads, and as when a fixed pool was never used. */
    @ParameterizedTest
    @ValueSource(strings = {"idle-daemons", "never-used"})
    void shouldExitWhenMainReturnsAndNothingIsClosed(final String way) throws Exception {
        assertThat(exitCodeOf(start(way))).isZero();
    }

    /** As with Executors.newFixedThreadPool(). */
    @Test
    void shouldGoOnWhenMainReturnsAndExecutorIsIdle() throws Exception {
        final Process process = startReady("idle");

        assertThat(process.waitFor(2, TimeUnit.SECONDS)).isFalse();
        process.destroyForcibly();
    }

    @Test
    void shouldDieOnSigkill() throws Exception {
        final Process process = startReady("wait");

        process.destroyForcibly();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(SIGKILL_EXIT);
    }

    /** Returns once the program says that it is ready. */
    private static Process startReady(final String way) throws IOException {
        final Process process = start(way);
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        return process;
    }

    private static Process start(final String way) throws IOException {
        return TestJvm.start(List.of(), ExitingProgram.class, way);
    }
}
