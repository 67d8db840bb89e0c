// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jcstress.infra.runners.TestList;

/** Which tests run: all names come from the list that jcstress's annotation processor has made. */
public final class Selection {

    private static final Pattern WEAKENED = Pattern.compile("\\.Weak[^.]*$");

    private Selection() {
    }

    /**
     * Prints the names, one in a line.
     *
     * @param args short, quick, full or weakened; the folder of short.list and quick.list, which name tests, one in a
     *             line, # for comments; what is to be found in a name
     */
    public static void main(final String[] args) throws IOException {
        final Pattern wanted = Pattern.compile(args[2]);
        names(args[0], Path.of(args[1])).filter(wanted.asPredicate()).forEach(System.out::println);
    }

    private static Stream<String> names(final String mode, final Path folder) throws IOException {
        final TreeSet<String> all = new TreeSet<>(TestList.tests());
        final Predicate<String> isWeakened = WEAKENED.asPredicate();
        switch (mode) {
            case "short":
            case "quick":
                return namedBy(folder.resolve(mode + ".list"), all).stream();
            case "full":
                return all.stream().filter(isWeakened.negate());
            case "weakened":
                return all.stream().filter(isWeakened);
            default:
                throw new IllegalArgumentException(mode);
        }
    }

    private static List<String> namedBy(final Path file, final TreeSet<String> all) throws IOException {
        final List<String> names = Files.readAllLines(file).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#")).sorted().toList();
        for (final String name : names) {
            if (!all.contains(name)) {
                throw new IllegalArgumentException(file + " names " + name + ", which is no test");
            }
        }
        return names;
    }
}
