// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.umcg.scheduler.UmcgScheduler;

/**
 * Runs 10,000 tasks, of which each hundredth sleeps, on two servers, and prints how many have run, and how many parts
 * of the compiled library are in memory.
 */
final class JnaProgram {

    private static final int TASKS = 10_000;
    private static final int TASKS_PER_SLEEP = 100;

    private JnaProgram() {
    }

    public static void main(final String[] args) throws Exception {
        final AtomicInteger count = new AtomicInteger();
        try (UmcgScheduler scheduler = UmcgScheduler.start(2, 8)) {
            final ExecutorService executor = scheduler.newExecutor();
            final List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                final boolean sleeps = i % TASKS_PER_SLEEP == 0;
                tasks.add(executor.submit(() -> {
                    if (sleeps) {
                        Thread.sleep(1);
                    }
                    return count.incrementAndGet();
                }));
            }
            for (final Future<?> task : tasks) {
                task.get();
            }
        }
        System.out.println(count + " tasks, " + partsOfLibrary() + " parts of libumcg");
    }

    private static long partsOfLibrary() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains("libumcg.so")).count();
    }
}
