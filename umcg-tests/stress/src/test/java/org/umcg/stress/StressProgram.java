// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.umcg.scheduler.Policies;
import org.umcg.scheduler.SchedulingPolicy;
import org.umcg.scheduler.TestSwitches;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.ProcessCounter;

/**
 * Runs one scenario: {@code StressProgram SCENARIO PROGRESS-FILE NAME=VALUE...}, with
 * {@code policy}, {@code workers}, {@code servers}, {@code seconds}, {@code quantum} (us),
 * {@code sentinel=off}, {@code word=off}. Ends with 0 if all workers came to their end.
 */
final class StressProgram {

    private int servers = 2;
    private int workers = 16;
    private int seconds = 4;
    private long quantumMicros;
    private boolean isWatched = true;
    private boolean hasWord = true;
    private SchedulingPolicy.Factory policy = Policies.fifo();

    private StressProgram() {
    }

    public static void main(final String[] args) throws Exception {
        final StressProgram program = new StressProgram();
        final StressScenario scenario = StressScenario.valueOf(args[0]);
        program.workers = scenario.workers();
        for (int i = 2; i < args.length; i++) {
            program.set(args[i].split("=", 2));
        }
        System.exit(program.run(scenario, Path.of(args[1])));
    }

    private void set(final String[] setting) {
        switch (setting[0]) {
            case "servers":
                servers = Integer.parseInt(setting[1]);
                break;
            case "workers":
                workers = Integer.parseInt(setting[1]);
                break;
            case "seconds":
                seconds = Integer.parseInt(setting[1]);
                break;
            case "quantum":
                quantumMicros = Long.parseLong(setting[1]);
                break;
            case "sentinel":
                isWatched = !"off".equals(setting[1]);
                break;
            case "word":
                hasWord = !"off".equals(setting[1]);
                break;
            case "policy":
                policy = policyOf(setting[1]);
                break;
            default:
                throw new IllegalArgumentException(setting[0]);
        }
    }

    private static SchedulingPolicy.Factory policyOf(final String name) {
        switch (name) {
            case "fifo":
                return Policies.fifo();
            case "lifo":
                return Policies.lifo();
            case "random":
                return Policies.random(System.nanoTime());
            case "adversarial":
                return AdversarialPolicy::new;
            default:
                return FaultyPolicy.factory(name);
        }
    }

    private int run(final StressScenario scenario, final Path progressFile) throws Exception {
        final UmcgScheduler.Builder builder = UmcgScheduler.builder().servers(servers).workers(workers)
            .quantum(Duration.ofNanos(quantumMicros * 1000)).policy(policy);
        if (!isWatched) {
            TestSwitches.withoutSentinel(builder);
        }
        if (!hasWord) {
            TestSwitches.withoutCriticalWord(builder);
        }
        final Scenario body = scenario.create();
        try (UmcgScheduler scheduler = builder.start()) {
            final StressRun run = new StressRun(Progress.open(progressFile), workers, seconds);
            final ExecutorService executor = scheduler.newExecutor();
            // Under -Xcomp the JVM compiles all of this way first, beside the disturbers for longer than a watch waits.
            executor.submit(() -> { }).get();
            body.begin(run);
            run.moved();
            for (int i = 0; i < workers; i++) {
                final int worker = i;
                executor.execute(() -> run.work(body, worker));
            }
            run.startClock();
            run.awaitAll();
            System.out.println(scheduler.metrics());
            return isGood(run, scheduler, ProcessCounter.read("max_running")) ? 0 : 1;
        }
    }

    private boolean isGood(
        final StressRun run, final UmcgScheduler scheduler, final long maxRunning) {
        if (scheduler.serverFailure() != null) {
            scheduler.serverFailure().printStackTrace();
        }
        if (maxRunning > servers) {
            System.err.println("more workers ran than there are servers: " + maxRunning);
        }
        return run.failure() == null && scheduler.serverFailure() == null
            && maxRunning <= servers;
    }
}
