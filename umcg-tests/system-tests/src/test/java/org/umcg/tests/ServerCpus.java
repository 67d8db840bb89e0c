// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** On which CPUs the servers of this process may run. */
final class ServerCpus {

    private static final String LIST = "Cpus_allowed_list:";

    private ServerCpus() {
    }

    /** One line for each server, as {@code 0} or {@code 0-1}; sorted. */
    static List<String> read() throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            return threads.map(thread -> thread.resolve("status")).map(ServerCpus::cpusOfServer)
                .filter(cpus -> !cpus.isEmpty()).sorted().toList();
        }
    }

    /** Nothing, if the thread is no server, or has just ended. */
    private static String cpusOfServer(final Path status) {
        try {
            final List<String> lines = Files.readAllLines(status);
            return lines.get(0).startsWith("Name:\tumcg-server-")
                ? lines.stream().filter(line -> line.startsWith(LIST)).findFirst().orElseThrow()
                    .substring(LIST.length()).strip()
                : "";
        }
        catch (final IOException e) {
            return "";
        }
    }
}
