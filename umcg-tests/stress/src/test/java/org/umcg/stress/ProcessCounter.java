// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel counts for this process, by name. */
final class ProcessCounter {

    private static final Path FILE = Path.of("/proc/self/umcg");

    private ProcessCounter() {
    }

    static long read(final String name) throws IOException {
        return Files.readAllLines(FILE).stream()
            .filter(line -> line.startsWith(name + " "))
            .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
            .findFirst().orElseThrow();
    }
}
