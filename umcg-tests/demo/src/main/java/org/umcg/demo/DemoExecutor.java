// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * An executor that takes part in the demo, with the scheduler's own account of the work where it keeps one.
 */
interface DemoExecutor extends AutoCloseable {
    /**
     * Runs the request handlers.
     *
     * @return the same instance at every call.
     */
    ExecutorService service();

    /**
     * What the scheduler has counted since it started. May be called by any thread, until {@link #close()}.
     *
     * @return empty for an executor whose threads the operating system schedules.
     */
    Optional<SchedulerCounters> counters();

    /**
     * Stops the executor and waits for its running tasks.
     */
    @Override
    void close();
}
