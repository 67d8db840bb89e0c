// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.util.Optional;

/**
 * The server's account of a run as one line of JSON, with fields that need no parser to be cut out.
 */
final class DemoReport {
    private DemoReport() {
    }

    /**
     * Renders the counters.
     *
     * @param executor  that ran the handlers.
     * @param counts    what was served.
     * @param lockWaits how often an order waited for its turn.
     * @param scheduler empty gives nulls.
     * @return an object without nesting, on one line.
     */
    static String toJson(
        final ExecutorKind executor,
        final ServedCounts counts,
        final long lockWaits,
        final Optional<SchedulerCounters> scheduler) {
        return "{\"executor\":\"" + executor.optionName() + '"' +
            ",\"requests\":" + counts.requests.sum() +
            ",\"orders\":" + counts.orders.sum() +
            ",\"errors\":" + counts.errors.sum() +
            ",\"in_flight\":" + counts.inFlight.get() +
            ",\"lock_waits\":" + lockWaits +
            ",\"block_events\":" + orNull(scheduler.map(SchedulerCounters::blockEvents)) +
            ",\"runs\":" + orNull(scheduler.map(SchedulerCounters::runs)) +
            ",\"max_running\":" + orNull(scheduler.map(SchedulerCounters::maxRunning)) +
            ",\"rescues\":" + orNull(scheduler.map(SchedulerCounters::rescues)) +
            "}";
    }

    private static String orNull(final Optional<? extends Number> number) {
        return number.map(Number::toString).orElse("null");
    }
}
