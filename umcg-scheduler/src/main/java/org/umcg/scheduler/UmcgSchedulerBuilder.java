// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.time.Duration;
import java.util.IllegalFormatException;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.umcg.binding.Umcg;

/**
 * What a {@link UmcgScheduler} is made of; each setting has a default. For one thread. May be used for several
 * schedulers, and changed in between.
 *
 * <pre>{@code
 * UmcgScheduler.builder().servers(2).workers(64).quantum(Duration.ofMillis(10)).start();
 * }</pre>
 *
 * <p>Workers are threads as {@link java.util.concurrent.Executors#defaultThreadFactory()} makes them, in whatever
 * thread they are made: no daemons, of normal priority, in the thread group of the thread that starts the
 * scheduler. Context class loader and inheritable thread locals they have from the thread that makes them.
 */
public final class UmcgSchedulerBuilder {

    private static final int MOST_SERVERS = 64;
    private static final int MOST_WORKERS = Short.MAX_VALUE;
    private static final int DEFAULT_WORKERS_PER_SERVER = 32;
    private static final int DEFAULT_MAX_WORKERS = 4096;
    private static final int DEFAULT_HOLD_LIMIT_MILLIS = 1_000;

    private int servers = mostServers();
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

    UmcgSchedulerBuilder() {
    }

    /**
     * How many workers may run at a time. Default: all CPUs, at most 64.
     *
     * @param count from 1 to the number of CPUs that the calling thread may use, at most 64
     * @return this
     */
    public UmcgSchedulerBuilder servers(final int count) {
        if (count < 1 || count > mostServers()) {
            throw new IllegalArgumentException(
                "servers must be from 1 to the number of CPUs, " + mostServers() + ": " + count);
        }
        servers = count;
        return this;
    }

    /**
     * The size of each executor. Default: 32 for each server.
     *
     * @param count from 1 to 32767
     * @return this
     */
    public UmcgSchedulerBuilder workers(final int count) {
        workers = checkWorkers("workers", count);
        return this;
    }

    /**
     * The most threads at a time of all executors and thread factories together. Memory is set aside for each: about
     * 400 bytes. Default: 4096, or twice the size of an executor if that is more.
     *
     * @param count from the size of an executor to 32767
     * @return this
     */
    public UmcgSchedulerBuilder maxWorkers(final int count) {
        maxWorkers = checkWorkers("maxWorkers", count);
        return this;
    }

    /**
     * How long a worker runs while others wait to be run, before it is preempted. Default: as long as it
     * likes. A worker inside the JVM stops when it leaves it, see {@link #criticalWord}.
     *
     * @param length at least a microsecond; zero: no preemption
     * @return this
     */
    public UmcgSchedulerBuilder quantum(final Duration length) {
        if (length.isNegative() || !length.isZero() && length.toNanos() < 1_000) {
            throw new IllegalArgumentException("quantum must be zero or at least 1 us: " + length);
        }
        quantumNanos = length.toNanos();
        return this;
    }

    /**
     * How long all servers, and the sentinel, may be stuck before the kernel lets the runnable workers go on
     * without them: then more workers may run than there are servers. Only time counts in which a server
     * could have run. Default: the system property {@code org.umcg.holdLimitMillis}, or a second.
     *
     * @param length at least a millisecond; zero: for ever, for programs that rely on one server running one
     *               worker at a time more than on going on
     * @return this
     */
    public UmcgSchedulerBuilder holdLimit(final Duration length) {
        if (length.isNegative() || !length.isZero() && length.toMillis() < 1
            || length.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("hold limit must be zero, or from 1 to "
                + Integer.MAX_VALUE + " ms: " + length);
        }
        holdLimitMillis = (int) length.toMillis();
        return this;
    }

    /**
     * Which runnable worker runs next. Default: {@link Policies#fifo()}.
     *
     * @param factory makes the policy of this scheduler
     * @return this
     */
    public UmcgSchedulerBuilder policy(final SchedulingPolicy.Factory factory) {
        policy = Objects.requireNonNull(factory, "factory");
        return this;
    }

    /**
     * Whether the kernel may see what a worker does for the JVM, and hold it only where no safepoint waits
     * for it. Default: yes, if the JVM tells, see {@link org.umcg.sentinel.JvmThreadState}. Without it the
     * sentinel has more to do.
     *
     * @param use false to do without
     * @return this
     */
    public UmcgSchedulerBuilder criticalWord(final boolean use) {
        criticalWord = use;
        return this;
    }

    /**
     * Whether the sentinel watches the servers. Default: yes. Without it, programs stall: that is to be
     * seen, in tests, and is this setting's only use.
     *
     * @param watch false to see what happens without
     * @return this
     */
    public UmcgSchedulerBuilder sentinel(final boolean watch) {
        sentinel = watch;
        return this;
    }

    /**
     * On which CPUs the servers run, each on one of them. Default: those that the thread that calls
     * {@link #start()} may use. Servers of one scheduler have different CPUs as far as there are enough, and avoid
     * those that servers of other schedulers of the machine have, see {@link org.umcg.sentinel.CpuClaim}. A server
     * whose CPU is, or goes, offline, or is not allowed to the process any more, runs elsewhere.
     *
     * @param numbers the numbers of CPUs, as the kernel counts them
     * @return this
     */
    public UmcgSchedulerBuilder cpus(final int... numbers) {
        if (numbers.length == 0 || IntStream.of(numbers).anyMatch(cpu -> cpu < 0)) {
            throw new IllegalArgumentException("cpus must be numbers of CPUs, at least one");
        }
        cpus = IntStream.of(numbers).distinct().toArray();
        return this;
    }

    /**
     * Binds no server to a CPU: the kernel places them as it likes.
     *
     * @return this
     */
    public UmcgSchedulerBuilder anyCpu() {
        cpus = new int[0];
        return this;
    }

    /**
     * What workers are called. Default: {@code umcg-worker-%d}.
     *
     * @param pattern in which {@code %d} stands for a number that is different for each worker of a scheduler
     * @return this
     * @throws IllegalArgumentException if {@link String#format} does not take the pattern
     */
    public UmcgSchedulerBuilder threadName(final String pattern) {
        try {
            String.format(pattern, 1);
        }
        catch (final IllegalFormatException e) {
            throw new IllegalArgumentException("threadName must be a pattern like \"worker-%d\": " + pattern, e);
        }
        threadName = pattern;
        return this;
    }

    /**
     * Whether workers are daemon threads, for which the JVM's end does not wait. Default: no.
     *
     * @param daemon true: they are
     * @return this
     */
    public UmcgSchedulerBuilder daemon(final boolean daemon) {
        isDaemon = daemon;
        return this;
    }

    /**
     * The workers' priority. Default: normal. On Linux the JVM ignores it unless it is told otherwise.
     *
     * @param level from {@link Thread#MIN_PRIORITY} to {@link Thread#MAX_PRIORITY}
     * @return this
     */
    public UmcgSchedulerBuilder priority(final int level) {
        if (level < Thread.MIN_PRIORITY || level > Thread.MAX_PRIORITY) {
            throw new IllegalArgumentException("priority must be from 1 to 10: " + level);
        }
        priority = level;
        return this;
    }

    /**
     * The workers' context class loader. Default: that of the thread that makes a worker, which is the one that
     * submits a task.
     *
     * @param contextLoader a class loader
     * @return this
     */
    public UmcgSchedulerBuilder contextClassLoader(final ClassLoader contextLoader) {
        loader = Objects.requireNonNull(contextLoader, "contextLoader");
        return this;
    }

    /**
     * The size of the workers' stacks, as {@link Thread#Thread(ThreadGroup, Runnable, String, long)} takes it.
     * Default: the JVM's, see {@code -Xss}.
     *
     * @param bytes at least 0; 0: the default
     * @return this
     */
    public UmcgSchedulerBuilder stackSize(final long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("stackSize must not be negative: " + bytes);
        }
        stackSize = bytes;
        return this;
    }

    /**
     * Is told of an exception by which a worker's thread ends: what a task throws that was given to {@code execute},
     * say. Default: {@link Thread#getDefaultUncaughtExceptionHandler()}.
     *
     * @param handler called in the worker
     * @return this
     */
    public UmcgSchedulerBuilder uncaughtExceptionHandler(final Thread.UncaughtExceptionHandler handler) {
        exceptionHandler = Objects.requireNonNull(handler, "handler");
        return this;
    }

    /**
     * Wraps each task of the executors, to take a context from the thread that submits it to the worker that runs
     * it, say. Tasks of pools that only have their threads from {@link UmcgScheduler#threadFactory()} are not wrapped.
     * What {@code shutdownNow} returns is wrapped. Default: nothing.
     *
     * @param decorator called in the thread that submits, returns what the worker runs
     * @return this
     */
    public UmcgSchedulerBuilder taskDecorator(final UnaryOperator<Runnable> decorator) {
        taskDecorator = Objects.requireNonNull(decorator, "decorator");
        return this;
    }

    /**
     * Is told when a server, the policy, a worker or the binding to a CPU fails, each for the first time; it is
     * logged by the logger {@code org.umcg.scheduler} in any case. Default: nothing more than that.
     *
     * @param handler called in a thread of its own
     * @return this
     */
    public UmcgSchedulerBuilder failureHandler(final FailureHandler handler) {
        failureHandler = Objects.requireNonNull(handler, "handler");
        return this;
    }

    /**
     * Starts the servers.
     *
     * @return a scheduler that runs
     * @throws IllegalStateException                  if an executor would be larger than maxWorkers
     * @throws org.umcg.api.UmcgUnavailableException if this JVM cannot use UMCG, with what to do
     * @throws org.umcg.api.UmcgException            if the kernel refuses a server
     */
    public UmcgScheduler start() {
        if (maxWorkers() < workers()) {
            throw new IllegalStateException("an executor has " + workers()
                + " workers, more than maxWorkers, " + maxWorkers() + ": set workers or maxWorkers");
        }
        Umcg.ensureAvailable();
        final UmcgScheduler scheduler = new UmcgScheduler(this, Umcg.systemCalls());
        scheduler.startServers();
        return scheduler;
    }

    private static int mostServers() {
        return Math.min(Runtime.getRuntime().availableProcessors(), MOST_SERVERS);
    }

    private static int checkWorkers(final String name, final int count) {
        if (count < 1 || count > MOST_WORKERS) {
            throw new IllegalArgumentException(name + " must be from 1 to " + MOST_WORKERS + ": " + count);
        }
        return count;
    }

    int servers() {
        return servers;
    }

    int workers() {
        return workers != 0 ? workers : servers * DEFAULT_WORKERS_PER_SERVER;
    }

    int maxWorkers() {
        return maxWorkers != 0
            ? maxWorkers : Math.min(MOST_WORKERS, Math.max(DEFAULT_MAX_WORKERS, 2 * workers()));
    }

    int holdLimitMillis() {
        return holdLimitMillis;
    }

    ServerSettings serverSettings() {
        return new ServerSettings(servers, maxWorkers(), quantumNanos, holdLimitMillis, policy, cpus,
            criticalWord, sentinel, failureHandler);
    }

    int[] cpuNumbers() {
        return cpus;
    }

    ThreadSettings threads() {
        return new ThreadSettings(Thread.currentThread().getThreadGroup(),
            threadName, isDaemon, priority, loader, stackSize, exceptionHandler);
    }

    UnaryOperator<Runnable> taskDecorator() {
        return taskDecorator;
    }
}
