// SPDX-License-Identifier: Apache-2.0

package org.umcg.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel counts for this process, by name. */
public final class ProcessCounter {

    private static final Path FILE = Path.of("/proc/self/umcg");

    private ProcessCounter() {
    }

    public static long read(final String name) {
        try {
            return Files.readAllLines(FILE).stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst().orElseThrow();
        }
        catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
