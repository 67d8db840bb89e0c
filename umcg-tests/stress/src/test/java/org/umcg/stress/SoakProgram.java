// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.umcg.demo.DemoServer;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.ProcessCounter;

/**
 * {@code SoakProgram SECONDS FILE}: the demo's HTTP server, on one scheduler, and beside it for so long, once
 * there is that file, everything that {@link MixedScenario} does, on another one. Tells of that in lines that
 * begin with {@code mixed:}; the rest is the demo's. Serves until its input ends.
 */
final class SoakProgram {

    private static final int WORKERS = 16;
    /** Of each of the two schedulers. */
    private static final int SERVERS = 2;
    private static final int EXIT_BROKEN = 3;
    private static final int EXIT_TOO_MANY_RAN = 4;
    private static final long REPORT_SECONDS = 20;
    private static final long GC_PAUSE_MILLIS = 1000;
    private static final long START_POLL_MILLIS = 100;

    private SoakProgram() {
    }

    public static void main(final String[] args) throws Exception {
        final long seconds = Long.parseLong(args[0]);
        final Path start = Path.of(args[1]);
        final Thread mixed = new Thread(() -> runMixed(seconds, start), "soak-mixed");
        mixed.setDaemon(true);
        mixed.start();
        DemoServer.main("--executor", "umcg", "--servers", Integer.toString(SERVERS), "--workers", "32",
            "--back-end-ms", "5");
    }

    private static void runMixed(final long seconds, final Path start) {
        try {
            while (!Files.exists(start)) {
                Thread.sleep(START_POLL_MILLIS);
            }
            final Path file = Files.createTempFile("umcg-soak", ".progress");
            final Progress progress = Progress.open(file);
            final StressRun run = new StressRun(progress, WORKERS, seconds);
            try (UmcgScheduler scheduler = UmcgScheduler.start(SERVERS, WORKERS)) {
                startMixed(scheduler, run);
                run.startClock();
                while (!run.awaitAll(REPORT_SECONDS, TimeUnit.SECONDS)) {
                    System.out.println("mixed: " + progress.steps() + " steps");
                }
                System.out.println("mixed: " + scheduler.metrics());
                if (ProcessCounter.read("max_running") > 2 * SERVERS) {
                    System.err.println("more workers ran than there are servers");
                    Runtime.getRuntime().halt(EXIT_TOO_MANY_RAN);
                }
            }
            if (run.failure() != null) {
                Runtime.getRuntime().halt(EXIT_BROKEN);
            }
            System.out.println("mixed: ended");
        }
        catch (final Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(EXIT_BROKEN);
        }
    }

    /** Without the scenarios' own disturbers, which leave no time for anything else on a slow kernel. */
    private static void startMixed(final UmcgScheduler scheduler, final StressRun run) {
        final Scenario scenario = new MixedScenario();
        run.collect(GC_PAUSE_MILLIS);
        final ExecutorService executor = scheduler.newExecutor();
        for (int i = 0; i < WORKERS; i++) {
            final int worker = i;
            executor.execute(() -> run.work(scenario, worker));
        }
    }
}
