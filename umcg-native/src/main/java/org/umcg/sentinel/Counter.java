// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is counted in a scheduler, one line each. All else follows, and tests compare it with this class: the
 * sentinel's counters in the memory of a scheduler ({@code counters.h}), the servers' counters, the methods of the
 * metrics, and the table in {@code docs/50-jvm-safety.md}.
 */
public enum Counter {
    /** A gauge. */
    WORKERS(0, "workers", "workers", By.KERNEL, "registered workers, now"),
    /** A gauge. */
    RUNNING(1, "running", "workers", By.KERNEL, "workers that are RUNNING, now"),
    /** Blocks that a server has seen the end of. */
    BLOCKS(0, "blocks", "times", By.SERVER,
        "a worker blocked in the kernel, and became runnable again; not if the sentinel dealt with it"),
    /** Runs that no block has ended. */
    PREEMPTS(1, "preempts", "times", By.SERVER,
        "a worker stopped that could have gone on: its quantum was over, or it yielded"),
    /** Steps from RUNNABLE to RUNNING; metrics add those of the sentinel. */
    RUNS(2, "runs", "times", By.SERVER, "a server or the sentinel ran a worker; counted when it stops"),
    /** A maximum. */
    MAX_RUNNING(3, "maxRunning", "servers", By.SERVER, "the most servers that ever ran a worker at a time"),
    /** Rescues of one kind. */
    RESCUES_RETURNING(0, "rescuesReturning", "times", By.SENTINEL,
        "the sentinel stood in for a server stuck between kernel and Java"),
    /** Rescues of one kind. */
    RESCUES_JAVA(1, "rescuesJava", "times", By.SENTINEL, "the sentinel stood in for a server stuck in Java"),
    /** Rescues of one kind. */
    RESCUES_DEAD(2, "rescuesDead", "times", By.SENTINEL,
        "the sentinel stood in for a server that had ended without a word"),
    /** Runs of the sentinel. */
    SENTINEL_RUNS(3, "sentinelRuns", "times", By.SENTINEL, "the sentinel ran a worker"),
    /** Preemptions by the sentinel. */
    SENTINEL_PREEMPTS(4, "sentinelPreempts", "times", By.SENTINEL,
        "the sentinel preempted a worker that it ran, or one of a server"),
    /** Blocks that a critical word hid. */
    REVEALS(5, "reveals", "times", By.SENTINEL,
        "the sentinel found a worker asleep inside the JVM, unreported, while others waited"),
    /** Faults of a policy. */
    REQUEUES(6, "requeues", "workers", By.SENTINEL, "workers that the policy had lost, and the sentinel found"),
    /** Threads without a scheduler. */
    UNMANAGED(0, "unmanaged", "threads", By.SCHEDULER,
        "threads that could not become workers, and ran as plain threads"),
    /** Threads that there are not. */
    REFUSED(1, "refused", "threads", By.SCHEDULER,
        "threads that executors and factories asked for, and did not get");

    private final int id;
    private final String label;
    private final String unit;
    private final By by;
    private final String description;

    Counter(final int id, final String label, final String unit, final By by, final String description) {
        this.id = id;
        this.label = label;
        this.unit = unit;
        this.by = by;
        this.description = description;
    }

    /**
     * All that one of the four counts.
     *
     * @param by the one that counts
     * @return its counters, in the order of their ids
     */
    public static List<Counter> of(final By by) {
        return Stream.of(values()).filter(counter -> counter.by == by).collect(Collectors.toList());
    }

    /**
     * Its place among the counters of the one that counts it.
     *
     * @return from 0 on
     */
    public int id() {
        return id;
    }

    /**
     * Its name for users.
     *
     * @return the name of a method of the metrics
     */
    public String label() {
        return label;
    }

    /**
     * What it is a number of.
     *
     * @return a noun in the plural
     */
    public String unit() {
        return unit;
    }

    /**
     * What counts it.
     *
     * @return one of the four
     */
    public By by() {
        return by;
    }

    /**
     * What is counted.
     *
     * @return a text without a full stop
     */
    public String description() {
        return description;
    }

    /** What counts. */
    public enum By {
        /** The kernel, which keeps the states in the tasks of workers. */
        KERNEL,
        /** Each server for itself. */
        SERVER,
        /** The sentinel, in native code. */
        SENTINEL,
        /** The threads that become workers, or ask for them. */
        SCHEDULER
    }
}
