// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads what {@code ./umcg profile} has put into a folder, and prints where the instructions went.
 *
 * <p>The exit code is 1 if the program's clock and the count differ, or something that matters has no name.
 */
public final class ProfileProgram {

    private final List<Instruction> trace;
    private final StackWalker walker;
    private final Markers markers;
    private final Window window;

    ProfileProgram(final Path folder) throws IOException {
        final SymbolTable names = Names.read(folder);
        try (BufferedReader lines = Files.newBufferedReader(folder.resolve("trace"))) {
            trace = Trace.read(lines, names);
        }
        if (trace.isEmpty()) {
            throw new IllegalArgumentException("nothing was executed");
        }
        markers = new Markers(Files.readAllLines(folder.resolve("markers")));
        walker = new StackWalker(trace);
        window = Window.of(walker, trace, markers);
        walker.walk((index, stack, isEntry) -> {
            if (index >= window.start() && index < window.end()) {
                stack.top().node().add(1);
            }
        });
    }

    /**
     * Prints a profile.
     *
     * @param arguments FOLDER [--folded FILE] [--svg FILE]
     * @throws IOException if a file cannot be read or written
     */
    public static void main(final String[] arguments) throws IOException {
        final ProfileProgram profile;
        try {
            profile = new ProfileProgram(Path.of(arguments[0]));
        }
        catch (final IllegalArgumentException e) {
            System.err.println("umcg: " + e.getMessage());
            System.exit(1);
            return;
        }
        for (int i = 1; i < arguments.length; i += 2) {
            profile.write(arguments[i], Path.of(arguments[i + 1]));
        }
        final Report report = profile.report();
        System.out.print(report.text(profile.sequence()));
        report.faults().forEach(fault -> System.err.println("umcg: " + fault));
        System.exit(report.faults().isEmpty() ? 0 : 1);
    }

    void write(final String option, final Path file) throws IOException {
        Files.writeString(file, option.equals("--svg") ? new FlameGraph(window, walker.root()).svg() : folded());
    }

    Report report() {
        return new Report(window, markers, walker.root());
    }

    Sequence sequence() {
        final int start = window.typicalStart();
        final Sequence sequence = new Sequence(start, start + window.typicalLength());
        walker.walk(sequence);
        return sequence;
    }

    /** A line for each stack: the functions from the outermost one on, and the instructions in the innermost one. */
    String folded() {
        final StringBuilder text = new StringBuilder();
        addFolded(walker.root(), text);
        return text.toString();
    }

    private static void addFolded(final CallTree node, final StringBuilder text) {
        if (node.self() != 0) {
            final String path = node.path("\n").replace(';', ',').replace('\n', ';');
            text.append(path).append(' ').append(node.self()).append('\n');
        }
        node.children().forEach(child -> addFolded(child, text));
    }
}
