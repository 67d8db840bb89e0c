// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.umcg.api.UmcgUnavailableException;
import org.umcg.scheduler.SchedulerMetrics;
import org.umcg.scheduler.UmcgScheduler;

/**
 * The scheduler of this project as an executor of the demo.
 */
final class UmcgExecutor implements DemoExecutor {
    private final UmcgScheduler scheduler;
    private final ExecutorService service;

    private UmcgExecutor(final UmcgScheduler scheduler) {
        this.scheduler = scheduler;
        service = scheduler.newExecutor();
    }

    /**
     * Opens a UMCG executor.
     *
     * @param servers how many workers may be RUNNING at once.
     * @param workers how many worker threads run requests.
     * @return the executor.
     * @throws UnsupportedOperationException where the kernel has no UMCG, with the reason.
     */
    static DemoExecutor open(final int servers, final int workers) {
        try {
            return new UmcgExecutor(UmcgScheduler.start(servers, workers));
        }
        catch (final UmcgUnavailableException e) {
            throw new UnsupportedOperationException(e.getMessage(), e);
        }
    }

    @Override
    public ExecutorService service() {
        return service;
    }

    @Override
    public Optional<SchedulerCounters> counters() {
        final SchedulerMetrics metrics = scheduler.metrics();
        return Optional.of(new SchedulerCounters(metrics.blocks(), metrics.runs(), (int)metrics.maxRunning(),
            metrics.rescuesReturning() + metrics.rescuesJava() + metrics.rescuesDead()));
    }

    @Override
    public void close() {
        final SchedulerMetrics metrics = scheduler.metrics();
        scheduler.close();
        System.err.println(metrics);
        if (scheduler.serverFailure() != null) {
            throw new IllegalStateException("a server failed", scheduler.serverFailure());
        }
    }
}
