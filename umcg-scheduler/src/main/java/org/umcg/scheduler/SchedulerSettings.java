// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.time.Duration;
import java.util.IllegalFormatException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What a scheduler is made of, behind {@link UmcgScheduler.Builder}, which says what each setting means: the values,
 * their defaults, and which values make sense. For one thread.
 */
final class SchedulerSettings {

    private static final int MAX_SERVERS = 64;
    private static final int MAX_WORKERS = Short.MAX_VALUE;
    private static final int DEFAULT_WORKERS_PER_SERVER = 32;
    private static final int DEFAULT_MAX_WORKERS = 4096;
    private static final int DEFAULT_HOLD_LIMIT_MILLIS = 1_000;

    private int servers = maxServers();
    /** 0, like maxWorkers: not set. */
    private int workers;
    private int maxWorkers;
    private long quantumNanos;
    private int holdLimitMillis = Integer.getInteger("org.umcg.holdLimitMillis", DEFAULT_HOLD_LIMIT_MILLIS);
    private SchedulingPolicy.Factory policy = Policies.fifo();
    private boolean criticalWord = true;
    private boolean sentinel = true;
    /** Null: not set; empty: no server is bound. */
    private int[] cpus;
    private String threadName = "umcg-worker-%d";
    private boolean isDaemon;
    private int priority = Thread.NORM_PRIORITY;
    private ClassLoader loader;
    private long stackSize;
    private Thread.UncaughtExceptionHandler exceptionHandler;
    private UnaryOperator<Runnable> taskDecorator = UnaryOperator.identity();
    private FailureHandler failureHandler;

    void setServers(final int count) {
        if (count < 1 || count > maxServers()) {
            throw new IllegalArgumentException(
                "servers must be from 1 to the number of CPUs, " + maxServers() + ": " + count);
        }
        servers = count;
    }

    void setWorkers(final int count) {
        workers = checkWorkers("workers", count);
    }

    void setMaxWorkers(final int count) {
        maxWorkers = checkWorkers("maxWorkers", count);
    }

    void setQuantum(final Duration length) {
        if (length.isNegative() || !length.isZero() && length.toNanos() < 1_000) {
            throw new IllegalArgumentException("quantum must be zero or at least 1 us: " + length);
        }
        quantumNanos = length.toNanos();
    }

    void setHoldLimit(final Duration length) {
        if (length.isNegative() || !length.isZero() && length.toMillis() < 1
            || length.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("hold limit must be zero, or from 1 to "
                + Integer.MAX_VALUE + " ms: " + length);
        }
        holdLimitMillis = (int) length.toMillis();
    }

    void setPolicy(final SchedulingPolicy.Factory factory) {
        policy = Objects.requireNonNull(factory, "factory");
    }

    void setCriticalWord(final boolean use) {
        criticalWord = use;
    }

    void setSentinel(final boolean watch) {
        sentinel = watch;
    }

    void setCpus(final int[] numbers) {
        if (numbers.length == 0 || IntStream.of(numbers).anyMatch(cpu -> cpu < 0)) {
            throw new IllegalArgumentException("cpus must be numbers of CPUs, at least one");
        }
        cpus = IntStream.of(numbers).distinct().toArray();
    }

    void setAnyCpu() {
        cpus = new int[0];
    }

    void setThreadName(final String pattern) {
        try {
            String.format(pattern, 1);
        }
        catch (final IllegalFormatException e) {
            throw new IllegalArgumentException("threadName must be a pattern like \"worker-%d\": " + pattern, e);
        }
        threadName = pattern;
    }

    void setDaemon(final boolean daemon) {
        isDaemon = daemon;
    }

    void setPriority(final int level) {
        if (level < Thread.MIN_PRIORITY || level > Thread.MAX_PRIORITY) {
            throw new IllegalArgumentException("priority must be from 1 to 10: " + level);
        }
        priority = level;
    }

    void setContextClassLoader(final ClassLoader contextLoader) {
        loader = Objects.requireNonNull(contextLoader, "contextLoader");
    }

    void setStackSize(final long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("stackSize must not be negative: " + bytes);
        }
        stackSize = bytes;
    }

    void setUncaughtExceptionHandler(final Thread.UncaughtExceptionHandler handler) {
        exceptionHandler = Objects.requireNonNull(handler, "handler");
    }

    void setTaskDecorator(final UnaryOperator<Runnable> decorator) {
        taskDecorator = Objects.requireNonNull(decorator, "decorator");
    }

    void setFailureHandler(final FailureHandler handler) {
        failureHandler = Objects.requireNonNull(handler, "handler");
    }

    /** Throws if settings that make sense one by one do not make sense together. */
    void ensureConsistent() {
        if (maxWorkers() < workers()) {
            throw new IllegalStateException("an executor has " + workers()
                + " workers, more than maxWorkers, " + maxWorkers() + ": set workers or maxWorkers");
        }
    }

    int servers() {
        return servers;
    }

    /** The size of an executor. */
    int workers() {
        return workers != 0 ? workers : servers * DEFAULT_WORKERS_PER_SERVER;
    }

    int maxWorkers() {
        return maxWorkers != 0
            ? maxWorkers : Math.min(MAX_WORKERS, Math.max(DEFAULT_MAX_WORKERS, 2 * workers()));
    }

    /** 0: as long as it likes. */
    long quantumNanos() {
        return quantumNanos;
    }

    /** 0: for ever. */
    int holdLimitMillis() {
        return holdLimitMillis;
    }

    SchedulingPolicy.Factory policy() {
        return policy;
    }

    boolean hasCriticalWord() {
        return criticalWord;
    }

    boolean hasSentinel() {
        return sentinel;
    }

    /** Null: those of the starting thread; empty: any. */
    int[] cpus() {
        return cpus;
    }

    /** In the thread group of the calling thread. */
    ThreadSettings threads() {
        return new ThreadSettings(Thread.currentThread().getThreadGroup(),
            threadName, isDaemon, priority, loader, stackSize, exceptionHandler);
    }

    UnaryOperator<Runnable> taskDecorator() {
        return taskDecorator;
    }

    /** Or null. */
    FailureHandler failureHandler() {
        return failureHandler;
    }

    private static int maxServers() {
        return Math.min(Runtime.getRuntime().availableProcessors(), MAX_SERVERS);
    }

    private static int checkWorkers(final String name, final int count) {
        if (count < 1 || count > MAX_WORKERS) {
            throw new IllegalArgumentException(name + " must be from 1 to " + MAX_WORKERS + ": " + count);
        }
        return count;
    }
}
