// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel counts for the whole machine, all processes together. */
final class MachineCounts {

    private static final Path SCHEDSTAT = Path.of("/proc/schedstat");
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    /** Of the line of a CPU, its name included: see the kernel's sched-stats.rst. */
    private static final int BUSY_FIELD = 7;
    private static final int KIBIBYTE = 1024;

    private MachineCounts() {
    }

    /** Whether the kernel counts that. */
    static boolean hasBusyTime() {
        return Files.exists(SCHEDSTAT);
    }

    /**
     * How long the CPUs have run threads, in nanoseconds. A thread's time counts once it has left its CPU, as it has
     * when it waits for another one.
     */
    static long busyNanoseconds() throws IOException {
        return busyNanoseconds(Files.readAllLines(SCHEDSTAT));
    }

    static long busyNanoseconds(final List<String> schedstat) {
        return schedstat.stream().filter(line -> line.startsWith("cpu"))
            .mapToLong(line -> Long.parseLong(line.split(" ")[BUSY_FIELD])).sum();
    }

    /** How much memory nobody uses. */
    static long freeBytes() throws IOException {
        return freeBytes(Files.readAllLines(MEMINFO));
    }

    static long freeBytes(final List<String> meminfo) {
        return meminfo.stream().filter(line -> line.startsWith("MemFree:"))
            .mapToLong(line -> Long.parseLong(line.split(" +")[1]) * KIBIBYTE).findFirst().orElseThrow();
    }
}
