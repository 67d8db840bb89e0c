// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the tests in a JVM of its own; its error output is that of the tests. */
final class TestJvm {

    private static final int PATIENCE_SECONDS = 60;

    private TestJvm() {
    }

    static Process start(final List<String> options, final Class<?> program, final String... args)
        throws IOException {
        return start(options, System.getProperty("java.class.path"), program, args);
    }

    static Process start(
        final List<String> options, final String classPath, final Class<?> program, final String... args)
        throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** The library alone, without its tests. */
    static String libraryClassPath() {
        return classPathOf("umcg-api", "umcg-native", "umcg-scheduler");
    }

    /** What this JVM's class path has of files whose names begin so, in that order. */
    static String classPathOf(final String... names) {
        final List<String> found = new ArrayList<>();
        for (final String name : names) {
            for (final String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (Path.of(element).getFileName().toString().startsWith(name)) {
                    found.add(element);
                }
            }
        }
        assertThat(found).hasSize(names.length);
        return String.join(File.pathSeparator, found);
    }

    static int exitCodeOf(final Process process) throws InterruptedException {
        final boolean hasEnded = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(hasEnded).as("ended within a minute").isTrue();
        return process.exitValue();
    }
}
