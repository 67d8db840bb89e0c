// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.umcg.binding.Umcg;
import org.umcg.scheduler.SchedulerMetrics;
import org.umcg.scheduler.UmcgScheduler;

/**
 * An executor of one kind that has as many threads as tasks may block at a time, on all CPUs. One of UMCG is closed by
 * a failure unless its tasks were workers all the time. Safe for any thread.
 */
final class MeasuredExecutor implements AutoCloseable {

    private static final int CLOSE_SECONDS = 60;

    private final ExecutorService service;
    /** Null: not of UMCG. */
    private final UmcgScheduler scheduler;

    private MeasuredExecutor(final ExecutorService service, final UmcgScheduler scheduler) {
        this.service = service;
        this.scheduler = scheduler;
    }

    /**
     * Opens an executor.
     *
     * @param kind    what its threads are
     * @param threads how many tasks may block at a time; virtual threads are as many as there are tasks, on as many
     *                threads as there are CPUs
     */
    static MeasuredExecutor open(final ExecutorKind kind, final int threads) {
        switch (kind) {
            case UMCG:
            case UMCG_JNA:
                return ofUmcg(kind, threads);
            case PLATFORM:
                return new MeasuredExecutor(Executors.newFixedThreadPool(threads), null);
            case FORKJOIN:
                return new MeasuredExecutor(new ForkJoinPool(threads), null);
            default:
                return new MeasuredExecutor(ofVirtualThreads(), null);
        }
    }

    ExecutorService service() {
        return service;
    }

    @Override
    public void close() {
        service.shutdown();
        try {
            if (!service.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("tasks have not ended: " + service);
            }
        }
        catch (final InterruptedException e) {
            service.shutdownNow();
            Thread.currentThread().interrupt();
        }
        if (scheduler != null) {
            scheduler.close();
            check(scheduler);
        }
    }

    /** A process has one binding, so each is for a JVM of its own. */
    private static MeasuredExecutor ofUmcg(final ExecutorKind kind, final int threads) {
        chooseBinding(kind.binding());
        final UmcgScheduler scheduler = UmcgScheduler.start(cpus(), threads);
        return new MeasuredExecutor(scheduler.newExecutor(), scheduler);
    }

    /**
     * Before the first use of UMCG in this JVM.
     *
     * @param binding {@code jni} or {@code jna}
     */
    static void chooseBinding(final String binding) {
        if (System.getProperty(Umcg.BINDING_PROPERTY) == null) {
            System.setProperty(Umcg.BINDING_PROPERTY, binding);
        }
        if (!Umcg.systemCalls().toString().equalsIgnoreCase(binding)) {
            throw new IllegalStateException("this JVM has the binding " + Umcg.systemCalls()
                + " already: run the rows of " + binding + " in forks, without -f 0, or alone");
        }
    }

    /** JDK 17 compiles this, so by name; the properties count when the first virtual thread is made. */
    private static ExecutorService ofVirtualThreads() {
        final String cpus = Integer.toString(cpus());
        System.setProperty("jdk.virtualThreadScheduler.parallelism", cpus);
        System.setProperty("jdk.virtualThreadScheduler.maxPoolSize", cpus);
        try {
            return (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        }
        catch (final ReflectiveOperationException e) {
            throw new UnsupportedOperationException("there are no virtual threads: choose -p executor=...", e);
        }
    }

    private static int cpus() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static void check(final UmcgScheduler scheduler) {
        final SchedulerMetrics metrics = scheduler.metrics();
        if (metrics.runs() == 0 || metrics.unmanaged() != 0) {
            throw new IllegalStateException("not measured as workers: " + metrics, scheduler.workerFailure());
        }
        if (scheduler.serverFailure() != null || scheduler.policyFailure() != null) {
            throw new IllegalStateException("a server failed: " + scheduler.policyFailure(), scheduler.serverFailure());
        }
    }
}
