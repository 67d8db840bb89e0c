// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.time.Duration;
import java.util.Objects;
import org.umcg.binding.Umcg;

/**
 * What a {@link UmcgScheduler} is made of; each setting has a default. For one thread.
 *
 * <pre>{@code
 * UmcgScheduler.builder().servers(2).workers(64).quantum(Duration.ofMillis(10)).start();
 * }</pre>
 */
public final class UmcgSchedulerBuilder {

    private static final int DEFAULT_WORKERS_PER_SERVER = 32;
    private static final int DEFAULT_HOLD_LIMIT_MILLIS = 1_000;

    private int servers = Runtime.getRuntime().availableProcessors();
    private int workers;
    private long quantumNanos;
    private int holdLimitMillis = Integer.getInteger("org.umcg.holdLimitMillis", DEFAULT_HOLD_LIMIT_MILLIS);
    private SchedulingPolicy.Factory policy = Policies.fifo();
    private boolean criticalWord = true;
    private boolean sentinel = true;

    UmcgSchedulerBuilder() {
    }

    /**
     * How many workers may run at a time. Default: all CPUs.
     *
     * @param count from 1 to the number of CPUs that the calling thread may use
     * @return this
     */
    public UmcgSchedulerBuilder servers(final int count) {
        final int cpus = Runtime.getRuntime().availableProcessors();
        if (count < 1 || count > cpus) {
            throw new IllegalArgumentException(
                "servers must be from 1 to the number of CPUs, " + cpus + ": " + count);
        }
        servers = count;
        return this;
    }

    /**
     * The size of the executors. Default: 32 for each server.
     *
     * @param count from 1 to 32767
     * @return this
     */
    public UmcgSchedulerBuilder workers(final int count) {
        if (count < 1 || count > Short.MAX_VALUE) {
            throw new IllegalArgumentException(
                "workers must be from 1 to " + Short.MAX_VALUE + ": " + count);
        }
        workers = count;
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
     * for it. Default: yes, if the JVM tells, see {@link org.umcg.binding.JvmThreadState}. Without it the
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
     * Starts the servers, on the first CPUs that the calling thread may use.
     *
     * @return a scheduler that runs
     * @throws org.umcg.api.UmcgUnavailableException if this JVM cannot use UMCG, with what to do
     * @throws org.umcg.api.UmcgException            if the kernel refuses a server
     */
    public UmcgScheduler start() {
        Umcg.ensureAvailable();
        if (workers == 0) {
            workers = servers * DEFAULT_WORKERS_PER_SERVER;
        }
        final UmcgScheduler scheduler = new UmcgScheduler(this, Umcg.systemCalls());
        scheduler.startServers();
        return scheduler;
    }

    int servers() {
        return servers;
    }

    int workers() {
        return workers;
    }

    long quantumNanos() {
        return quantumNanos;
    }

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
}
