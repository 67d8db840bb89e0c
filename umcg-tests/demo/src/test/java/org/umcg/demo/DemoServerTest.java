// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DemoServerTest {
    private final InputStream in = System.in;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream printedErrors = new ByteArrayOutputStream();

    @BeforeEach
    void captureStreams() {
        System.setIn(new ByteArrayInputStream(new byte[0]));
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(printedErrors, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restoreStreams() {
        System.setIn(in);
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void shouldPrintPortAndCountersWhenTheInputEnds() throws InterruptedException {
        final int exitCode = DemoServer.run("--executor", "fixed");

        assertThat(exitCode).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
            .hasSize(2)
            .first().asString().matches("listening on [0-9]+");
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
            .last().asString().startsWith("{\"executor\":\"fixed\",\"requests\":0,").endsWith("}");
        assertThat(printedErrors.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void shouldExitWithTwoAndOneLineWhenAnArgumentIsWrong() throws InterruptedException {
        assertThat(DemoServer.run("--executor", "fixed", "--port", "-1")).isEqualTo(2);
        assertThat(printedErrors.toString(StandardCharsets.UTF_8))
            .isEqualTo("umcg-demo: --port must be a number from 0 to 65535, not -1\n");
    }

    @Test
    void shouldExitWithOneAndOneLineWhenThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(DemoServer.run("--executor", "fixed", "--port", Integer.toString(taken.getLocalPort())))
                .isEqualTo(1);
        }
        assertThat(printedErrors.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        assertThat(printedErrors.toString(StandardCharsets.UTF_8)).contains("in use");
    }
}
