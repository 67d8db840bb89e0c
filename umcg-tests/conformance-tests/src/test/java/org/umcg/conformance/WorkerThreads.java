// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.umcg.api.UmcgTaskDescriptor.WAIT_YIELD;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.umcg.api.Errno;
import org.umcg.binding.Umcg;
import org.umcg.scheduler.Policies;
import org.umcg.scheduler.SchedulingPolicy;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.ProcessCounter;

/**
 * Workers of a scheduler, which system properties describe: {@code umcg.conformance.servers}, 2 by default,
 * {@code .policy}, {@code fifo} or {@code lifo}, and {@code .quantumMicros}, none by default.
 */
final class WorkerThreads implements Threads {

    private static final int SERVERS = Integer.getInteger("umcg.conformance.servers", 2);
    private static final int QUANTUM_MICROS = Integer.getInteger("umcg.conformance.quantumMicros", 0);

    private static final AtomicInteger RUNS = new AtomicInteger();
    /** More than there are at a time: a pool's and JUnit's, and successors of those that end. */
    private static final int MAX_THREADS = 1024;

    /** What the names of this run's threads begin with. */
    private final String prefix = "worker-of-run-" + RUNS.incrementAndGet() + "-";
    private final Uncaught uncaught = new Uncaught();
    private final UmcgScheduler scheduler;
    private final Roster roster;

    /** The kernel releases no worker: a stall is to be seen. */
    WorkerThreads() {
        scheduler = UmcgScheduler.builder()
            .servers(SERVERS)
            .threadName(prefix + "%d")
            .workers(POOL_SIZE)
            .policy(policy())
            .quantum(Duration.ofNanos(QUANTUM_MICROS * 1000L))
            .holdLimit(Duration.ZERO)
            .uncaughtExceptionHandler(uncaught)
            .start();
        roster = new Roster(scheduler.threadFactory());
    }

    private static SchedulingPolicy.Factory policy() {
        final String name = System.getProperty("umcg.conformance.policy", "fifo");
        return switch (name) {
            case "fifo" -> Policies.fifo();
            case "lifo" -> Policies.lifo();
            default -> throw new IllegalArgumentException(
                "umcg.conformance.policy: " + name + " is neither fifo nor lifo");
        };
    }

    @Override
    public ExecutorService newExecutor() {
        return scheduler.newExecutor();
    }

    @Override
    public ThreadFactory factory() {
        return roster;
    }

    @Override
    public void runAsMember(final Runnable body) {
        scheduler.runManaged(body);
    }

    /**
     * Asks the kernel: a worker that yields while its state says RUNNING is told to try again, and any other thread
     * that it is no worker. Nothing is changed by that.
     */
    @Override
    public boolean isMember() {
        return Umcg.systemCalls().umcgWait(WAIT_YIELD, 0) == -Errno.EAGAIN;
    }

    /**
     * By their names, too: one of a pool that has just been started has not registered yet, and one that has failed is
     * no worker any more when its handler is told.
     */
    @Override
    public long alive() {
        ThreadGroup all = Thread.currentThread().getThreadGroup();
        while (all.getParent() != null) {
            all = all.getParent();
        }
        final Thread[] threads = new Thread[MAX_THREADS];
        final int count = all.enumerate(threads);
        if (count == threads.length) {
            throw new IllegalStateException("more threads than can be looked at: " + count);
        }
        return Math.max(roster.alive(),
            Arrays.stream(threads, 0, count).filter(thread -> thread.getName().startsWith(prefix)).count());
    }

    @Override
    public List<Throwable> takeUncaught() {
        return uncaught.take();
    }

    @Override
    public String close(final Duration limit) {
        final long maxRunning = ProcessCounter.read("max_running");
        if (!scheduler.close(limit)) {
            return "the scheduler does not close";
        }
        if (maxRunning > SERVERS) {
            return maxRunning + " workers ran at a time, of " + SERVERS + " servers";
        }
        if (scheduler.metrics().unmanaged() != 0) {
            return "a thread did not become a worker: " + scheduler.workerFailure();
        }
        if (scheduler.serverFailure() != null || scheduler.policyFailure() != null) {
            return "a server failed: " + scheduler.serverFailure() + ", or the policy: " + scheduler.policyFailure();
        }
        return null;
    }

    @Override
    public void abandon() {
        scheduler.close(Duration.ZERO);
    }

    @Override
    public String toString() {
        return "a worker";
    }
}
