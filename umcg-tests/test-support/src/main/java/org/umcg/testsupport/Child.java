// SPDX-License-Identifier: Apache-2.0

package org.umcg.testsupport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a command has printed, in either stream, and its exit code. */
public final class Child {

    private final String output;
    private final int exitCode;

    private Child(final String output, final int exitCode) {
        this.output = output;
        this.exitCode = exitCode;
    }

    public static Child run(final String... command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Child(output, TestJvm.exitCodeOf(process));
    }

    public String output() {
        return output;
    }

    public int exitCode() {
        return exitCode;
    }
}
