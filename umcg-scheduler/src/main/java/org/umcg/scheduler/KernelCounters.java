// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What the kernel counts for this process: {@code /proc/self/umcg}, lines of a name and a number. */
final class KernelCounters {

    private static final Path FILE = Path.of("/proc/self/umcg");

    private final Map<String, Long> values = new HashMap<>();

    private KernelCounters(final Iterable<String> lines) {
        for (final String line : lines) {
            final int space = line.indexOf(' ');
            values.put(line.substring(0, space), Long.valueOf(line.substring(space + 1)));
        }
    }

    static KernelCounters read() {
        try {
            return new KernelCounters(Files.readAllLines(FILE));
        }
        catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long get(final String name) {
        final Long value = values.get(name);
        if (value == null) {
            throw new IllegalStateException(FILE + " has no " + name + ": " + values);
        }
        return value;
    }
}
