// SPDX-License-Identifier: Apache-2.0

package org.umcg.testsupport;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the tests in a JVM of its own; its error output is that of the tests. */
public final class TestJvm {

    private static final int PATIENCE_SECONDS = 60;

    private TestJvm() {
    }

    public static Process start(final List<String> options, final Class<?> program, final String... args)
        throws IOException {
        return start(options, ownClassPath(), program, args);
    }

    public static Process start(
        final List<String> options, final String classPath, final Class<?> program, final String... args)
        throws IOException {
        return new ProcessBuilder(command(options, classPath, program, args))
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** The command that runs a program on the class path of this JVM. */
    public static List<String> command(
        final List<String> options, final Class<?> program, final String... args) {
        return command(options, ownClassPath(), program, args);
    }

    /** The library alone, without its tests. */
    public static String libraryClassPath() {
        return classPathOf("umcg-api", "umcg-native", "umcg-scheduler");
    }

    /** What this JVM's class path has of files whose names begin so, in that order. */
    public static String classPathOf(final String... names) {
        final List<String> found = new ArrayList<>();
        for (final String name : names) {
            for (final String element : ownClassPath().split(File.pathSeparator)) {
                if (Path.of(element).getFileName().toString().startsWith(name)) {
                    found.add(element);
                }
            }
        }
        if (found.size() != names.length) {
            throw new AssertionError("wanted one of each of " + List.of(names) + ", found " + found);
        }
        return String.join(File.pathSeparator, found);
    }

    /** Waits for the end; fails if there is none within a minute. */
    public static int exitCodeOf(final Process process) throws InterruptedException {
        final boolean hasEnded = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        if (!hasEnded) {
            throw new AssertionError("did not end within a minute: " + process.info().commandLine().orElse("?"));
        }
        return process.exitValue();
    }

    private static List<String> command(
        final List<String> options, final String classPath, final Class<?> program, final String... args) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(List.of(args));
        return command;
    }

    private static String ownClassPath() {
        return System.getProperty("java.class.path");
    }
}
