// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
import org.umcg.binding.JvmThreadState;
import org.umcg.binding.SchedulerMemory;
import org.umcg.binding.Sentinel;
import org.umcg.binding.ServerCalls;

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
 * <p>{@link #close()} is orderly: it shuts the executors down and waits for all workers to end.
 */
public final class UmcgScheduler implements AutoCloseable {

    /** A pool starts a thread's successor before the thread has ended, so there are twice as many. */
    private static final int SLOTS_PER_WORKER = 2;
    /** How often close() looks for threads that have ended without a word, or have not been started. */
    private static final long REAP_MILLIS = 500;

    private final UmcgSystemCalls calls;
    private final SchedulerMemory memory;
    private final RunQueue runQueue;
    private final IdleServers idleServers;
    /** Null: does without. */
    private final Sentinel sentinel;
    private final WorkerSlots slots;
    private final int workers;
    private final long quantumNanos;
    private final int holdLimitMillis;
    private final boolean criticalWord;
    private final List<Thread> serverThreads = new ArrayList<>();
    private final List<ExecutorService> executors = new ArrayList<>();
    private final AtomicInteger threadNumber = new AtomicInteger();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicReference<Throwable> workerFailure = new AtomicReference<>();
    private final CountDownLatch starting;
    private volatile boolean stopping;

    UmcgScheduler(final UmcgSchedulerBuilder settings, final UmcgSystemCalls calls) {
        this.calls = calls;
        workers = settings.workers();
        quantumNanos = settings.quantumNanos();
        holdLimitMillis = settings.holdLimitMillis();
        criticalWord = settings.hasCriticalWord() && JvmThreadState.isKnown();
        if (settings.hasCriticalWord() && !criticalWord) {
            CriticalWordWarning.sayOnce();
        }
        memory = SchedulerMemory.allocate(settings.servers(), workers * SLOTS_PER_WORKER, calls);
        slots = new WorkerSlots(memory.workers());
        runQueue = new RunQueue(memory, settings.policy().create(new WorkersInMemory(memory)), quantumNanos);
        idleServers = new IdleServers(memory, OffHeapWords.allocate(1, calls));
        starting = new CountDownLatch(settings.servers());
        sentinel = settings.hasSentinel() ? new Sentinel(memory, holdLimitMillis) : null;
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
     * {@link ThreadFactory} allows, it returns null when all workers are in use, or after close. A thread
     * that is not started until the scheduler is closed will be a plain one.
     *
     * @return a factory for the pool of a server, say
     */
    public ThreadFactory threadFactory() {
        return this::newWorker;
    }

    /**
     * Counts of the kernel, for all schedulers of this process, and of this one's sentinel.
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
            memory.rescuesDeadOpaque(),
            memory.revealsOpaque(),
            memory.requeuesOpaque(),
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
     * Why a thread could not become a worker, and ran what it had to run as a plain thread; the kernel
     * had no memory for it, say. The first one is reported by the logger {@code org.umcg.scheduler}.
     *
     * @return the first one, or null
     */
    public Throwable workerFailure() {
        return workerFailure.get();
    }

    /**
     * What the scheduling policy threw, since when FIFO is used instead.
     *
     * @return null while the policy is used
     */
    public Throwable policyFailure() {
        return runQueue.failure();
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
        if (isOwn(caller)) {
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
        if (sentinel != null) {
            sentinel.close();
        }
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

    RunQueue runQueue() {
        return runQueue;
    }

    /** How long a worker runs while others wait; 0: as long as it likes. */
    long quantumNanos() {
        return quantumNanos;
    }

    int holdLimitMillis() {
        return holdLimitMillis;
    }

    boolean hasCriticalWord() {
        return criticalWord;
    }

    IdleServers idleServers() {
        return idleServers;
    }

    /** Servers end when this is true: asked to stop, and no worker left that needs one. */
    boolean isDone() {
        return stopping && slots.isUnused();
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

    void workerUnmanaged(final Throwable problem) {
        if (!workerFailure.compareAndSet(null, problem)) {
            return;
        }
        try {
            System.getLogger(UmcgScheduler.class.getPackageName()).log(System.Logger.Level.ERROR,
                "a thread could not become a worker; such threads run unmanaged", problem);
        }
        catch (final OutOfMemoryError e) {
            // That is what workerFailure() is for; the thread has something to do.
        }
    }

    void workerEnded(final WorkerThread thread) {
        release(thread.worker());
    }

    private void release(final int worker) {
        if (slots.release(worker) && stopping) {
            kickServers();
        }
    }

    private Thread newWorker(final Runnable target) {
        final int worker = slots.acquire();
        WorkerThread thread = null;
        try {
            if (worker != WorkerSlots.NONE && mayGrow()) {
                final String name = "umcg-worker-" + threadNumber.incrementAndGet();
                final WorkerThread made = new WorkerThread(this, worker, target, name);
                slots.made(made);
                thread = made;
            }
        }
        finally {
            if (thread == null) {
                release(worker);
            }
        }
        return thread;
    }

    /** While it closes, only by a worker that makes its own successor: until that one has ended, there are servers. */
    private boolean mayGrow() {
        return !stopping || isOwn(Thread.currentThread());
    }

    private boolean isOwn(final Thread thread) {
        return thread instanceof WorkerThread && ((WorkerThread) thread).belongsTo(this);
    }

    void startServers() {
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
                thread.join(REAP_MILLIS);
                if (slots.reapAtClose()) {
                    kickServers();
                }
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
