// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.scheduler.FailureHandler.Part;
import org.umcg.sentinel.SchedulerMemory;

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
 * {@link UmcgSchedulerBuilder#daemon} says so. So a program that has used an executor and neither shuts it down nor
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

    UmcgScheduler(final UmcgSchedulerBuilder settings, final UmcgSystemCalls calls) {
        workers = settings.workers();
        taskDecorator = settings.taskDecorator();
        group = new ServerGroup(settings.serverSettings(), calls);
        factory = new WorkerFactory(group, settings.threads());
        servers = new ServerThreads(group);
        shutdown = new Shutdown(executors, group, servers);
    }

    /**
     * Starts to describe a scheduler.
     *
     * @return settings that all have defaults
     */
    public static UmcgSchedulerBuilder builder() {
        return new UmcgSchedulerBuilder();
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
        final Thread caller = Thread.currentThread();
        return caller instanceof WorkerThread
            ? ((WorkerThread) caller).callUnmanaged(body) : body.call();
    }

    /**
     * A fixed pool of {@link UmcgSchedulerBuilder#workers} workers of its own, with an unbounded queue, which keeps
     * the contract of {@link java.util.concurrent.Executors#newFixedThreadPool(int, ThreadFactory)}. There may be any
     * number of them; each starts its workers as tasks come. When all executors and thread factories together would
     * have more than {@link UmcgSchedulerBuilder#maxWorkers} threads, {@code execute} and {@code submit} throw
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
     * on. While {@link UmcgSchedulerBuilder#maxWorkers} threads are alive, {@code newThread} and {@code Thread.start}
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
        final ServerCounters counters = group.counters();
        final SchedulerMemory memory = group.memory();
        final int[] now = new int[2];
        group.slots().forEach(worker -> {
            now[0] += worker.isManaged() ? 1 : 0;
            now[1] += worker.isRunning() ? 1 : 0;
        });
        return new SchedulerMetrics(
            now[0],
            now[1],
            counters.maxRunning(),
            counters.blocks(),
            counters.preempts(),
            counters.switches() + memory.slicesOpaque(),
            memory.rescuesReturningOpaque(),
            memory.rescuesJavaOpaque(),
            memory.rescuesDeadOpaque(),
            memory.revealsOpaque(),
            memory.requeuesOpaque(),
            memory.slicesOpaque(),
            counters.unmanaged(),
            group.refusals().count());
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
     * take, those in the queues included; after ten seconds the logger {@code org.umcg.scheduler} says, once, whom it
     * waits for. Threads of a {@link #threadFactory()} count, so shut down the pool that has them first.
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
        if (WorkerThread.isOneOf(group, Thread.currentThread())) {
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
}
