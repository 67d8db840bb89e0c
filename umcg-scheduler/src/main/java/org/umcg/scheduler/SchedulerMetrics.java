// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.umcg.sentinel.Counter;

/**
 * Counts of one scheduler since it was started; after close they stay what they were. An immutable snapshot, whose
 * parts are read one after the other, so they may be of slightly different moments. All but {@link #workers} and
 * {@link #running} only grow.
 *
 * <p>Source: the scheduler's servers, its sentinel, and the states of its workers. What the kernel counts for the
 * whole process, other schedulers' threads included, is in {@code /proc/self/umcg}.
 */
public final class SchedulerMetrics {

    private final long[] values = new long[Counter.values().length];

    SchedulerMetrics(final ToLongFunction<Counter> source) {
        for (final Counter counter : Counter.values()) {
            values[counter.ordinal()] = source.applyAsLong(counter);
        }
    }

    /**
     * How many workers are registered with the kernel now.
     *
     * @return a number at one moment
     */
    public long workers() {
        return values[Counter.WORKERS.ordinal()];
    }

    /**
     * How many workers are RUNNING now.
     *
     * @return a number at one moment
     */
    public long running() {
        return values[Counter.RUNNING.ordinal()];
    }

    /**
     * How often a worker blocked in the kernel, and became runnable again. A block that the sentinel
     * dealt with is not counted. Where the kernel takes turns in a server's place, see
     * {@link SchedulingPolicy#leavesNoChoiceToKernel}, a {@code Thread.yield} is one, too.
     *
     * @return times
     */
    public long blocks() {
        return values[Counter.BLOCKS.ordinal()];
    }

    /**
     * How often a worker stopped that could have gone on: its quantum was over, or it yielded.
     *
     * @return times
     */
    public long preempts() {
        return values[Counter.PREEMPTS.ordinal()];
    }

    /**
     * How often a server or the sentinel ran a worker, counted when it stops: RUNNABLE to RUNNING. What the kernel
     * ran in a server's place is counted at once.
     *
     * @return times, those of {@link #sentinelRuns} included
     */
    public long runs() {
        return values[Counter.RUNS.ordinal()];
    }

    /**
     * How many servers ever ran a worker at a time, at most.
     *
     * @return at most the number of servers
     */
    public long maxRunning() {
        return values[Counter.MAX_RUNNING.ordinal()];
    }

    /**
     * How often the sentinel stood in for a server stuck between kernel and Java.
     *
     * @return times
     */
    public long rescuesReturning() {
        return values[Counter.RESCUES_RETURNING.ordinal()];
    }

    /**
     * How often the sentinel stood in for a server stuck in Java.
     *
     * @return times
     */
    public long rescuesJava() {
        return values[Counter.RESCUES_JAVA.ordinal()];
    }

    /**
     * How often the sentinel stood in for a server that had ended without a word.
     *
     * @return times
     */
    public long rescuesDead() {
        return values[Counter.RESCUES_DEAD.ordinal()];
    }

    /**
     * How often the sentinel ran a worker.
     *
     * @return times
     */
    public long sentinelRuns() {
        return values[Counter.SENTINEL_RUNS.ordinal()];
    }

    /**
     * How often the sentinel preempted a worker that it ran, or one of a server.
     *
     * @return times
     */
    public long sentinelPreempts() {
        return values[Counter.SENTINEL_PREEMPTS.ordinal()];
    }

    /**
     * How often the sentinel found a worker asleep inside the JVM, unreported, while others waited.
     *
     * @return times
     */
    public long reveals() {
        return values[Counter.REVEALS.ordinal()];
    }

    /**
     * How many workers the policy had lost, and the sentinel found.
     *
     * @return a number of workers, each as often as it was lost
     */
    public long requeues() {
        return values[Counter.REQUEUES.ordinal()];
    }

    /**
     * How many threads could not become workers, and ran as plain threads, see {@link UmcgScheduler#workerFailure}.
     *
     * @return a number of threads
     */
    public long unmanaged() {
        return values[Counter.UNMANAGED.ordinal()];
    }

    /**
     * How many threads executors and factories asked for, and did not get, see {@link UmcgScheduler#threadFactory}.
     *
     * @return a number of threads
     */
    public long refused() {
        return values[Counter.REFUSED.ordinal()];
    }

    /**
     * All counts by the names of their methods, for a registry of metrics, say.
     *
     * @return an unmodifiable map, in the order of the documentation
     */
    public Map<String, Long> asMap() {
        final Map<String, Long> map = new LinkedHashMap<>();
        for (final Counter counter : Counter.values()) {
            map.put(counter.label(), values[counter.ordinal()]);
        }
        return Collections.unmodifiableMap(map);
    }

    /**
     * All counts with their names, in one line.
     *
     * @return for people to read
     */
    @Override
    public String toString() {
        return "SchedulerMetrics" + asMap();
    }
}
