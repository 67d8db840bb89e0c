// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.umcg.testsupport.TestJvm;

/** A JVM that runs a scenario, watched from outside. */
final class ChildJvm implements AutoCloseable {

    /** Longer than any pause of a loaded machine, shorter than a test's patience. */
    private static final int STALL_SECONDS = 30;
    private static final int START_SECONDS = 120;
    private static final int POLL_MILLIS = 100;

    private final Path folder;
    private final Path output;
    private final Progress progress;
    private final Process process;

    private ChildJvm(final Path folder, final Process process) throws IOException {
        this.folder = folder;
        this.process = process;
        output = outputIn(folder);
        progress = Progress.open(progressIn(folder));
    }

    static ChildJvm start(
        final List<String> jvmOptions, final StressScenario scenario, final List<String> settings)
        throws IOException {
        final Path folder = Files.createTempDirectory("umcg-stress");
        final List<String> options = new ArrayList<>();
        options.add("-Dumcg.stress.natives=" + System.getProperty("umcg.stress.natives"));
        options.add("-XX:ErrorFile=" + folder.resolve("hs_err.log"));
        options.add("-XX:-CreateCoredumpOnCrash");
        options.addAll(scenario.options());
        options.addAll(jvmOptions);
        final List<String> arguments = new ArrayList<>(List.of(scenario.name(), progressIn(folder).toString()));
        arguments.addAll(settings);
        Progress.open(progressIn(folder));
        final Process process = new ProcessBuilder(
            TestJvm.command(options, StressProgram.class, arguments.toArray(new String[0])))
            .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(outputIn(folder).toFile()).start();
        return new ChildJvm(folder, process);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits until the run begins. */
    void awaitBegin() throws Exception {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (process.isAlive() && progress.steps() == 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the run did not begin:\n" + dump());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** Waits for the end; an assertion error if there is none, or a bad one. */
    void awaitGoodEnd() throws Exception {
        awaitBegin();
        if (isStalledFor(STALL_SECONDS)) {
            throw new AssertionError("stalled after " + progress.steps() + " steps:\n" + dump());
        }
        if (process.exitValue() != 0) {
            throw new AssertionError("exit code " + process.exitValue() + ":\n" + dump());
        }
        if (progress.steps() < StressRun.LEAST_STEPS) {
            throw new AssertionError("only " + progress.steps() + " steps:\n" + dump());
        }
    }

    /** Waits for a time without any progress, or the end; true if it was the first. */
    boolean isStalledFor(final int seconds) throws Exception {
        final StallWatch watch = new StallWatch(progress, seconds);
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            if (watch.isStalled()) {
                return true;
            }
        }
        return false;
    }

    /** To be asked now and then. */
    StallWatch watch() {
        return new StallWatch(progress, STALL_SECONDS);
    }

    boolean waitFor(final int seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    int exitValue() {
        return process.exitValue();
    }

    /** What it has printed, its last part; where its threads are; what the JVM says of a crash. */
    String dump() throws IOException {
        final StringBuilder text = new StringBuilder(tail(output, 40));
        final Path tasks = Path.of("/proc/" + process.pid() + "/task");
        if (Files.isDirectory(tasks)) {
            try (Stream<Path> all = Files.list(tasks)) {
                for (final Path task : all.collect(Collectors.toList())) {
                    text.append(first(task.resolve("comm"))).append(" in ")
                        .append(first(task.resolve("wchan"))).append(": ")
                        .append(first(task.resolve("syscall"))).append('\n');
                }
            }
        }
        final Path crash = folder.resolve("hs_err.log");
        return Files.exists(crash) ? text + head(crash, 60) : text.toString();
    }

    String output() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        }
        catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    private static Path progressIn(final Path folder) {
        return folder.resolve("progress");
    }

    private static Path outputIn(final Path folder) {
        return folder.resolve("output");
    }

    private static String tail(final Path file, final int lines) throws IOException {
        final List<String> all = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size())) + "\n";
    }

    private static String head(final Path file, final int lines) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            return reader.lines().limit(lines).collect(Collectors.joining("\n"));
        }
    }

    private static String first(final Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            return reader.readLine();
        }
        catch (final IOException e) {
            return "?";
        }
    }
}
