// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Which source files depend on which, read from class files by jdeps; nested classes count as their file. */
final class ClassDependencies {

    /** A line as "   org.umcg.A$B   -> org.umcg.C   classes". */
    private static final Pattern ARROW = Pattern.compile("^ +(org\\.umcg\\.\\S+) +-> (org\\.umcg\\.\\S+) ");

    private final Map<String, Set<String>> uses = new TreeMap<>();

    /** Of the class files in a folder, and in folders below; a module's declaration would have to be resolved. */
    ClassDependencies(final Path folder) throws IOException {
        final List<String> arguments = new ArrayList<>(List.of("-verbose:class", "-filter:none"));
        try (Stream<Path> files = Files.walk(folder)) {
            files.map(Path::toString).filter(file -> file.endsWith(".class") && !file.endsWith("module-info.class"))
                .forEach(arguments::add);
        }
        final StringWriter output = new StringWriter();
        final int result = ToolProvider.findFirst("jdeps").orElseThrow()
            .run(new PrintWriter(output), new PrintWriter(System.err, true), arguments.toArray(String[]::new));
        if (result != 0) {
            throw new AssertionError("jdeps " + arguments + ": " + output);
        }
        output.toString().lines().map(ARROW::matcher).filter(Matcher::find)
            .forEach(arrow -> add(fileOf(arrow.group(1)), fileOf(arrow.group(2))));
    }

    private static String fileOf(final String name) {
        return name.replaceFirst("\\$.*", "");
    }

    private void add(final String from, final String to) {
        if (!from.equals(to)) {
            uses.computeIfAbsent(from, name -> new TreeSet<>()).add(to);
        }
    }

    /** The files that something else depends on, or that depend on something else. */
    Map<String, Set<String>> uses() {
        return uses;
    }

    /** The shortest circle, from a file to the file itself. */
    Optional<List<String>> circle() {
        return uses.keySet().stream().map(this::wayBackTo).flatMap(Optional::stream)
            .min((a, b) -> Integer.compare(a.size(), b.size()));
    }

    private Optional<List<String>> wayBackTo(final String file) {
        final Map<String, String> cameFrom = new TreeMap<>();
        final Deque<String> open = new ArrayDeque<>(List.of(file));
        while (!open.isEmpty()) {
            final String from = open.remove();
            for (final String to : uses.getOrDefault(from, Set.of())) {
                if (cameFrom.putIfAbsent(to, from) == null) {
                    open.add(to);
                }
            }
        }
        if (!cameFrom.containsKey(file)) {
            return Optional.empty();
        }
        final List<String> way = new ArrayList<>(List.of(file));
        do {
            way.add(0, cameFrom.get(way.get(0)));
        }
        while (!way.get(0).equals(file));
        return Optional.of(way);
    }
}
