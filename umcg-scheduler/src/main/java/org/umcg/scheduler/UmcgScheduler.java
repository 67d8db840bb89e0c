// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.Umcg;
import org.umcg.scheduler.FailureHandler.Part;

/**
 * N server threads, pinned to a CPU each, that run M worker threads: never more than N of them at a
 * time, and another one as soon as one blocks in the kernel, in any system call.
 *
 * <pre>{@code
 * try (UmcgScheduler scheduler = UmcgScheduler.start(2, 64)) {
 *     ExecutorService executor = scheduler.newExecutor();
 *     executor.submit(() -> handle(request));
 * }
 * }</pre>
 *
 * <p>Workers are platform threads: locks, JNI, thread locals, debuggers and profilers work as ever.
 * They are scheduled first in, first out, without preemption, unless the {@link #builder()} says
 * otherwise. All methods are safe for any thread.
 *
 * <p>{@link #close()} is orderly: it shuts the executors down and waits for all workers to end. A JVM ends
 * without it when only daemon threads are left; servers are daemons, workers are not unless
 * {@link Builder#daemon} says so. So a program that has used an executor and neither shuts it down nor
 * closes the scheduler goes on for ever, as with {@link java.util.concurrent.Executors#newFixedThreadPool(int)}.
 */
public final class UmcgScheduler implements AutoCloseable {

    /** How long close() waits in a JVM that ends: first for tasks, then for tasks that it has interrupted. */
    private static final long EXIT_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long EXIT_INTERRUPTED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ServerGroup group;
    private final ServerThreads servers;
    private final WorkerFactory factory;
    private final ExecutorRegistry executors = new ExecutorRegistry();
    private final Shutdown shutdown;
    private final int workers;
    private final UnaryOperator<Runnable> taskDecorator;

    UmcgScheduler(final SchedulerSettings settings, final UmcgSystemCalls calls) {
        workers = settings.workers();
        taskDecorator = settings.taskDecorator();
        group = new ServerGroup(settings, calls);
        factory = new WorkerFactory(group, settings.threads());
        servers = new ServerThreads(group);
        shutdown = new Shutdown(executors, group, servers);
    }

    /**
     * Starts to describe a scheduler.
     *
     * @return settings that all have defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts servers on CPUs that the calling thread may use.
     *
     * @param servers how many workers may run at a time, from 1 to the number of those CPUs
     * @param workers the size of its executors, at least 1
     * @return a scheduler that runs
     * @throws IllegalArgumentException               for sizes that make no sense
     * @throws org.umcg.api.UmcgUnavailableException if this JVM cannot use UMCG, with what to do
     * @throws org.umcg.api.UmcgException            if the kernel refuses a server
     */
    public static UmcgScheduler start(final int servers, final int workers) {
        return builder().servers(servers).workers(workers).start();
    }

    /**
     * Runs something as a plain thread, beside the servers' workers: what must not wait for a server, or
     * what others must not wait for. In a worker, whatever its scheduler; in any other thread it makes no
     * difference. Afterwards the worker waits for its turn.
     *
     * @param <T>  what it returns
     * @param body what to run
     * @return what the body returns
     * @throws Exception what the body throws
     */
    public static <T> T callUnmanaged(final Callable<T> body) throws Exception {
        return Worker.callUnmanaged(body);
    }

    /**
     * Runs something in the calling thread, which is a worker of this scheduler for as long as that takes, whatever
     * made the thread: a ForkJoinPool, a server, a test's runner. The mirror of {@link #callUnmanaged}: inside of it
     * this makes the worker managed again; in a worker of this scheduler it makes no difference. The body begins
     * when a server runs the thread, and the thread goes on as a plain one as soon as the body has ended.
     *
     * <p>The thread counts as one of {@link Builder#maxWorkers}, {@link #close()} waits for it, and
     * {@link #shutdownNow()} interrupts it. What it does first happens before the body, and the body before what
     * it does afterwards, as it is one thread.
     *
     * @param body what to run
     * @throws java.util.concurrent.RejectedExecutionException if all workers are in use, with what to do, or after
     *     close
     * @throws IllegalStateException in a worker of another scheduler, and in a virtual thread
     * @throws org.umcg.api.UmcgException if the kernel refuses the thread; the body has not run then
     */
    public void runManaged(final Runnable body) {
        Worker.runManaged(group, Objects.requireNonNull(body, "body"));
    }

    /**
     * A fixed pool of {@link Builder#workers} workers of its own, with an unbounded queue, which keeps
     * the contract of {@link java.util.concurrent.Executors#newFixedThreadPool(int, ThreadFactory)}. There may be any
     * number of them; each starts its workers as tasks come. When all executors and thread factories together would
     * have more than {@link Builder#maxWorkers} threads, {@code execute} and {@code submit} throw
     * {@link java.util.concurrent.RejectedExecutionException}. {@link #close()} shuts it down.
     *
     * @return a new pool
     * @throws IllegalStateException after close
     */
    public ExecutorService newExecutor() {
        final ExecutorService executor = new WorkerPool(workers, factory, taskDecorator, executors);
        executors.add(executor);
        return executor;
    }

    /**
     * Makes threads that are workers from the start of their Runnable to its end. A thread counts from its start
     * on. While {@link Builder#maxWorkers} threads are alive, {@code newThread} and {@code Thread.start}
     * throw {@link java.util.concurrent.RejectedExecutionException}, except in a worker: a pool makes a thread's
     * successor in that thread, before it ends.
     *
     * <p>After close {@code newThread} returns null, as the contract of {@link ThreadFactory} allows, and a thread
     * that was made before cannot be started any more. The first refusal of either kind is logged, all are counted:
     * {@link SchedulerMetrics#refused}.
     *
     * @return a factory for the pool of a server, say
     */
    public ThreadFactory threadFactory() {
        return factory;
    }

    /**
     * What this scheduler has counted since it was started.
     *
     * @return a snapshot; after close, the last values
     */
    public SchedulerMetrics metrics() {
        return new SchedulerMetrics(group::count);
    }

    /**
     * What a server threw, in spite of which it went on; a defect of this library.
     *
     * @return the first one, or null
     */
    public Throwable serverFailure() {
        return group.failures().first(Part.SERVER);
    }

    /**
     * Why a thread could not become a worker, and ran what it had to run as a plain thread; the kernel
     * had no memory for it, say. {@link SchedulerMetrics#unmanaged} tells how many there were.
     *
     * @return the first one, or null
     */
    public Throwable workerFailure() {
        return group.failures().first(Part.WORKER);
    }

    /**
     * What the scheduling policy threw, since when FIFO is used instead.
     *
     * @return null while the policy is used
     */
    public Throwable policyFailure() {
        return group.failures().first(Part.POLICY);
    }

    /**
     * Shuts the executors down, waits for all workers to end, then ends the servers. That is as long as the tasks
     * take, those in the queues included; after ten seconds the logger {@code org.umcg.scheduler} names, once, the
     * workers that it waits for. Threads of a {@link #threadFactory()} count, so shut down the pool that has them
     * first.
     *
     * <p>Interrupted while it waits, or before, it interrupts all workers as {@link #shutdownNow()} does, and goes on
     * waiting; the thread's interrupt status is set afterwards. Closed already, it waits for the same end. While the
     * JVM shuts down, so in a shutdown hook, it waits no longer than four seconds, and one more after it has
     * interrupted all workers, nor for workers that wait for the JVM's end themselves, in {@code System.exit}. For
     * another limit use {@link #close(Duration)}.
     *
     * @throws IllegalStateException in a worker of this scheduler, which would wait for itself
     */
    @Override
    public void close() {
        final long limit = Shutdown.isJvmEnding() ? EXIT_NANOS : Shutdown.FOR_EVER;
        if (!close(limit)) {
            shutdown.await(EXIT_INTERRUPTED_NANOS);
        }
    }

    /**
     * As {@link #close()}, but does not wait longer than it is told to: then it interrupts all workers, as
     * {@link #shutdownNow()} does, and returns. Workers that do not end go on, as do the servers until they have.
     *
     * @param limit how long to wait at most; zero: not at all
     * @return true if all workers and servers have ended
     * @throws IllegalStateException    in a worker of this scheduler, which would wait for itself
     * @throws IllegalArgumentException if the limit is negative
     */
    public boolean close(final Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException("negative: " + limit);
        }
        return close(TimeUnit.NANOSECONDS.convert(limit));
    }

    /**
     * Shuts the executors down, interrupts all workers, and does not wait: {@link #close()} does. Workers end the
     * sooner, the sooner their tasks do when they are interrupted.
     *
     * @return the executors' tasks that had not begun
     */
    public List<Runnable> shutdownNow() {
        return shutdown.interruptAll();
    }

    private boolean close(final long nanos) {
        if (Worker.isOneOf(group)) {
            throw new IllegalStateException("a worker cannot close its own scheduler");
        }
        shutdown.begin();
        final boolean isOver = shutdown.await(nanos);
        if (!isOver) {
            shutdown.interruptAll();
        }
        return isOver;
    }

    void startServers() {
        final Throwable problem = servers.start();
        if (problem == null) {
            return;
        }
        close();
        if (problem instanceof RuntimeException) {
            throw (RuntimeException) problem;
        }
        throw new IllegalStateException("a server could not start", problem);
    }

    ServerGroup group() {
        return group;
    }

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
    public static final class Builder {

        private final SchedulerSettings settings = new SchedulerSettings();

        private Builder() {
        }

        /**
         * How many workers may run at a time. Default: all CPUs, at most 64.
         *
         * @param count from 1 to the number of CPUs that the calling thread may use, at most 64
         * @return this
         */
        public Builder servers(final int count) {
            settings.setServers(count);
            return this;
        }

        /**
         * The size of each executor. Default: 32 for each server.
         *
         * @param count from 1 to 32767
         * @return this
         */
        public Builder workers(final int count) {
            settings.setWorkers(count);
            return this;
        }

        /**
         * The most threads at a time of all executors and thread factories together. Memory is set aside for each:
         * about 400 bytes. Default: 4096, or twice the size of an executor if that is more.
         *
         * @param count from the size of an executor to 32767
         * @return this
         */
        public Builder maxWorkers(final int count) {
            settings.setMaxWorkers(count);
            return this;
        }

        /**
         * How long a worker runs while others wait to be run, before it is preempted. Default: as long as it
         * likes. A worker inside the JVM stops when it leaves it, if the JVM tells the kernel where it is.
         *
         * @param length at least a microsecond; zero: no preemption
         * @return this
         */
        public Builder quantum(final Duration length) {
            settings.setQuantum(length);
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
        public Builder holdLimit(final Duration length) {
            settings.setHoldLimit(length);
            return this;
        }

        /**
         * Which runnable worker runs next. Default: {@link Policies#fifo()}.
         *
         * @param factory makes the policy of this scheduler
         * @return this
         */
        public Builder policy(final SchedulingPolicy.Factory factory) {
            settings.setPolicy(factory);
            return this;
        }

        /**
         * On which CPUs the servers run, each on one of them. Default: those that the thread that calls
         * {@link #start()} may use. Servers of one scheduler have different CPUs as far as there are enough, and avoid
         * those that servers of other schedulers of the machine have. A server whose CPU is, or goes, offline, or is
         * not allowed to the process any more, runs elsewhere.
         *
         * @param numbers the numbers of CPUs, as the kernel counts them
         * @return this
         */
        public Builder cpus(final int... numbers) {
            settings.setCpus(numbers);
            return this;
        }

        /**
         * Binds no server to a CPU: the kernel places them as it likes.
         *
         * @return this
         */
        public Builder anyCpu() {
            settings.setAnyCpu();
            return this;
        }

        /**
         * What workers are called. Default: {@code umcg-worker-%d}.
         *
         * @param pattern in which {@code %d} stands for a number that is different for each worker of a scheduler
         * @return this
         * @throws IllegalArgumentException if {@link String#format} does not take the pattern
         */
        public Builder threadName(final String pattern) {
            settings.setThreadName(pattern);
            return this;
        }

        /**
         * Whether workers are daemon threads, for which the JVM's end does not wait. Default: no.
         *
         * @param daemon true: they are
         * @return this
         */
        public Builder daemon(final boolean daemon) {
            settings.setDaemon(daemon);
            return this;
        }

        /**
         * The workers' priority. Default: normal. On Linux the JVM ignores it unless it is told otherwise.
         *
         * @param level from {@link Thread#MIN_PRIORITY} to {@link Thread#MAX_PRIORITY}
         * @return this
         */
        public Builder priority(final int level) {
            settings.setPriority(level);
            return this;
        }

        /**
         * The workers' context class loader. Default: that of the thread that makes a worker, which is the one that
         * submits a task.
         *
         * @param contextLoader a class loader
         * @return this
         */
        public Builder contextClassLoader(final ClassLoader contextLoader) {
            settings.setContextClassLoader(contextLoader);
            return this;
        }

        /**
         * The size of the workers' stacks, as {@link Thread#Thread(ThreadGroup, Runnable, String, long)} takes it.
         * Default: the JVM's, see {@code -Xss}.
         *
         * @param bytes at least 0; 0: the default
         * @return this
         */
        public Builder stackSize(final long bytes) {
            settings.setStackSize(bytes);
            return this;
        }

        /**
         * Is told of an exception by which a worker's thread ends: what a task throws that was given to
         * {@code execute}, say. Default: {@link Thread#getDefaultUncaughtExceptionHandler()}.
         *
         * @param handler called in the worker
         * @return this
         */
        public Builder uncaughtExceptionHandler(final Thread.UncaughtExceptionHandler handler) {
            settings.setUncaughtExceptionHandler(handler);
            return this;
        }

        /**
         * Wraps each task of the executors, to take a context from the thread that submits it to the worker that runs
         * it, say. Tasks of pools that only have their threads from {@link #threadFactory()} are not wrapped.
         * What {@code shutdownNow} returns is wrapped. Default: nothing.
         *
         * @param decorator called in the thread that submits, returns what the worker runs
         * @return this
         */
        public Builder taskDecorator(final UnaryOperator<Runnable> decorator) {
            settings.setTaskDecorator(decorator);
            return this;
        }

        /**
         * Is told when a server, the policy, a worker or the binding to a CPU fails, each for the first time; it is
         * logged by the logger {@code org.umcg.scheduler} in any case. Default: nothing more than that.
         *
         * @param handler called in a thread of its own
         * @return this
         */
        public Builder failureHandler(final FailureHandler handler) {
            settings.setFailureHandler(handler);
            return this;
        }

        /**
         * Starts the servers. Changes nothing here: the next scheduler has the same settings.
         *
         * @return a scheduler that runs
         * @throws IllegalStateException                  if an executor would be larger than maxWorkers
         * @throws org.umcg.api.UmcgUnavailableException if this JVM cannot use UMCG, with what to do
         * @throws org.umcg.api.UmcgException            if the kernel refuses a server
         */
        public UmcgScheduler start() {
            settings.ensureConsistent();
            Umcg.ensureAvailable();
            final UmcgScheduler scheduler = new UmcgScheduler(settings, Umcg.systemCalls());
            scheduler.startServers();
            return scheduler;
        }

        SchedulerSettings settings() {
            return settings;
        }
    }
}
