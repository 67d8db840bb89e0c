// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.umcg.api.OffHeapWords;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.SchedulerMemory;
import org.umcg.binding.Sentinel;
import org.umcg.binding.ServerCalls;
import org.umcg.binding.Umcg;

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
 * They are scheduled first in, first out, without preemption. All methods are safe for any thread.
 *
 * <p>{@link #close()} is orderly: it shuts the executors down and waits for all workers to end.
 */
public final class UmcgScheduler implements AutoCloseable {

    /** A pool starts a thread's successor before the thread has ended, so there are twice as many. */
    private static final int SLOTS_PER_WORKER = 2;

    private final UmcgSystemCalls calls;
    private final SchedulerMemory memory;
    private final FifoRunQueue runQueue;
    private final IdleServers idleServers;
    private final Sentinel sentinel;
    private final int workers;
    private final List<Thread> serverThreads = new ArrayList<>();
    private final List<ExecutorService> executors = new ArrayList<>();
    private final ConcurrentLinkedQueue<Integer> freeWorkers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger usedWorkers = new AtomicInteger();
    private final AtomicInteger threadNumber = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CountDownLatch starting;
    private volatile boolean stopping;

    private UmcgScheduler(final int servers, final int workers, final UmcgSystemCalls calls) {
        this.calls = calls;
        this.workers = workers;
        memory = SchedulerMemory.allocate(servers, workers * SLOTS_PER_WORKER, calls);
        runQueue = new FifoRunQueue(memory.workers());
        idleServers = new IdleServers(memory, OffHeapWords.allocate(1, calls));
        for (int i = 0; i < memory.workers(); i++) {
            freeWorkers.add(i);
        }
        starting = new CountDownLatch(servers);
        sentinel = new Sentinel(memory);
    }

    /**
     * Starts servers on the first CPUs that the calling thread may use.
     *
     * @param servers how many workers may run at a time, from 1 to the number of those CPUs
     * @param workers the size of its executors, at least 1
     * @return a scheduler that runs
     * @throws IllegalArgumentException               for sizes that make no sense
     * @throws org.umcg.api.UmcgUnavailableException if this JVM cannot use UMCG, with what to do
     * @throws org.umcg.api.UmcgException            if the kernel refuses a server
     */
    public static UmcgScheduler start(final int servers, final int workers) {
        final int cpus = Runtime.getRuntime().availableProcessors();
        if (servers < 1 || servers > cpus) {
            throw new IllegalArgumentException(
                "servers must be from 1 to the number of CPUs, " + cpus + ": " + servers);
        }
        if (workers < 1 || workers > Short.MAX_VALUE) {
            throw new IllegalArgumentException(
                "workers must be from 1 to " + Short.MAX_VALUE + ": " + workers);
        }
        Umcg.ensureAvailable();
        final UmcgScheduler scheduler = new UmcgScheduler(servers, workers, Umcg.systemCalls());
        scheduler.startServers();
        return scheduler;
    }

    /**
     * A fixed pool of as many workers as the scheduler has, with an unbounded queue; it is what
     * {@link java.util.concurrent.Executors#newFixedThreadPool(int, ThreadFactory)} returns, and keeps
     * its contract. {@link #close()} shuts it down.
     *
     * @return a new pool
     */
    public ExecutorService newExecutor() {
        final ExecutorService executor = new ThreadPoolExecutor(
            workers, workers, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), this::newWorker);
        synchronized (executors) {
            if (stopping) {
                throw new IllegalStateException("the scheduler is closed");
            }
            executors.add(executor);
        }
        return executor;
    }

    /**
     * Makes threads that are workers from the start of their Runnable to its end. As the contract of
     * {@link ThreadFactory} allows, it returns null when all workers are in use, or after close.
     *
     * @return a factory for the pool of a server, say
     */
    public ThreadFactory threadFactory() {
        return this::newWorker;
    }

    /**
     * Counts of the kernel and of the sentinel.
     *
     * @return a snapshot
     */
    public SchedulerMetrics metrics() {
        final KernelCounters kernel = KernelCounters.read();
        return new SchedulerMetrics(
            kernel.get("workers"),
            kernel.get("running"),
            kernel.get("max_running"),
            kernel.get("blocks"),
            kernel.get("unblocks"),
            kernel.get("preempts"),
            kernel.get("switches"),
            memory.rescuesReturningOpaque(),
            memory.rescuesJavaOpaque(),
            memory.slicesOpaque());
    }

    /**
     * What a server threw, in spite of which it went on; a defect of this library.
     *
     * @return the first one, or null
     */
    public Throwable serverFailure() {
        return failure.get();
    }

    /**
     * Shuts the executors down, waits for all workers to end, then ends the servers. Interrupted while
     * it waits, it interrupts the executors' tasks, and goes on waiting.
     *
     * @throws IllegalStateException in a worker of this scheduler, which would wait for itself
     */
    @Override
    public void close() {
        final Thread caller = Thread.currentThread();
        if (caller instanceof WorkerThread && ((WorkerThread) caller).belongsTo(this)) {
            throw new IllegalStateException("a worker cannot close its own scheduler");
        }
        synchronized (executors) {
            stopping = true;
            executors.forEach(ExecutorService::shutdown);
        }
        kickServers();
        boolean interrupted = false;
        for (final Thread server : serverThreads) {
            interrupted |= joinThread(server);
        }
        sentinel.close();
        if (interrupted) {
            caller.interrupt();
        }
    }

    UmcgSystemCalls calls() {
        return calls;
    }

    SchedulerMemory memory() {
        return memory;
    }

    FifoRunQueue runQueue() {
        return runQueue;
    }

    IdleServers idleServers() {
        return idleServers;
    }

    /** Servers end when this is true: asked to stop, and no worker left that needs one. */
    boolean isDone() {
        return stopping && usedWorkers.get() == 0;
    }

    int serverTidFor(final int worker) {
        return memory.serverTidAcquire(worker % memory.servers());
    }

    void serverStarted(final Throwable problem) {
        if (problem != null) {
            serverFailed(problem);
        }
        starting.countDown();
    }

    void serverFailed(final Throwable problem) {
        failure.compareAndSet(null, problem);
    }

    void workerEnded(final int worker) {
        freeWorkers.add(worker);
        releaseWorker();
    }

    private void releaseWorker() {
        if (usedWorkers.decrementAndGet() == 0 && stopping) {
            kickServers();
        }
    }

    private Thread newWorker(final Runnable target) {
        usedWorkers.incrementAndGet();
        final Integer worker = stopping ? null : freeWorkers.poll();
        if (worker == null) {
            releaseWorker();
            return null;
        }
        final String name = "umcg-worker-" + threadNumber.incrementAndGet();
        return new WorkerThread(this, worker, target, name);
    }

    private void startServers() {
        final ServerCalls serverCalls = new ServerCalls(memory);
        for (int i = 0; i < memory.servers(); i++) {
            final Thread thread = new Thread(new ServerLoop(i, this, serverCalls), "umcg-server-" + i);
            thread.setDaemon(true);
            serverThreads.add(thread);
            thread.start();
        }
        boolean interrupted = false;
        while (starting.getCount() != 0) {
            try {
                starting.await();
            }
            catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        final Throwable problem = failure.get();
        if (problem != null) {
            close();
            if (problem instanceof RuntimeException) {
                throw (RuntimeException) problem;
            }
            throw new IllegalStateException("a server could not start", problem);
        }
    }

    private void kickServers() {
        for (int i = 0; i < memory.servers(); i++) {
            calls.kick(0, memory.serverTidAcquire(i));
        }
    }

    private boolean joinThread(final Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            }
            catch (final InterruptedException e) {
                interrupted = true;
                synchronized (executors) {
                    executors.forEach(ExecutorService::shutdownNow);
                }
            }
        }
        return interrupted;
    }
}
