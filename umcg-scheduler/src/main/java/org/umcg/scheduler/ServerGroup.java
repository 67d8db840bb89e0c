// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.umcg.api.OffHeapWords;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.scheduler.FailureHandler.Part;
import org.umcg.sentinel.Counter;
import org.umcg.sentinel.JvmThreadState;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.Sentinel;

/**
 * What the servers of one scheduler share with each other, with their workers and with the sentinel, from the first
 * server's start to the last server's end. {@link UmcgScheduler} is the face of it, and stands above: nothing here
 * knows executors, or how threads are made. Safe for any thread: all fields are final, and what they refer to says how
 * it is shared. startFailure is set once, by the server that fails first, and read after the latch {@code starting};
 * serversLeft only falls, and the server that makes it 0 closes what servers shared.
 */
final class ServerGroup {

    /** A pool starts a thread's successor before the thread has ended, so there are twice as many. */
    private static final int SLOTS_PER_WORKER = 2;

    private final UmcgSystemCalls calls;
    private final SchedulerMemory memory;
    private final RunQueue runQueue;
    private final IdleServers idleServers;
    private final ServerCounters counters;
    private final Failures failures;
    private final Refusals refusals;
    private final WorkerSlots slots;
    private final Newcomers newcomers;
    private final ServerCpus cpus;
    /** Null: does without. */
    private final Sentinel sentinel;
    private final long quantumNanos;
    private final int holdLimitMillis;
    private final boolean criticalWord;
    private final CountDownLatch starting;
    private final AtomicReference<Throwable> startFailure = new AtomicReference<>();
    private final AtomicInteger serversLeft;

    ServerGroup(final SchedulerSettings settings, final UmcgSystemCalls calls) {
        this.calls = calls;
        quantumNanos = settings.quantumNanos();
        holdLimitMillis = settings.holdLimitMillis();
        criticalWord = settings.hasCriticalWord() && JvmThreadState.isKnown();
        if (!Sentinel.isAvailable()) {
            NoSentinelWarning.sayOnce();
        }
        else if (settings.hasCriticalWord() && !criticalWord) {
            CriticalWordWarning.sayOnce();
        }
        failures = new Failures(settings.failureHandler());
        refusals = new Refusals(settings.maxWorkers());
        memory = SchedulerMemory.allocate(settings.servers(), settings.maxWorkers() * SLOTS_PER_WORKER, calls);
        slots = new WorkerSlots(memory, settings.maxWorkers());
        newcomers = new Newcomers();
        runQueue = new RunQueue(
            memory, settings.policy().create(new WorkersInMemory(memory)), quantumNanos, failures);
        idleServers = new IdleServers(memory, OffHeapWords.allocate(1, calls));
        counters = new ServerCounters(memory);
        starting = new CountDownLatch(settings.servers());
        serversLeft = new AtomicInteger(settings.servers());
        sentinel = settings.hasSentinel() && Sentinel.isAvailable() ? new Sentinel(memory, holdLimitMillis) : null;
        cpus = ServerCpus.claim(settings.cpus(), settings.servers(), failures);
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

    IdleServers idleServers() {
        return idleServers;
    }

    ServerCounters counters() {
        return counters;
    }

    Failures failures() {
        return failures;
    }

    Refusals refusals() {
        return refusals;
    }

    WorkerSlots slots() {
        return slots;
    }

    Newcomers newcomers() {
        return newcomers;
    }

    ServerCpus cpus() {
        return cpus;
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

    /** Servers end when this is true: asked to stop, and no worker left that needs one. */
    boolean isDone() {
        return slots.isDone();
    }

    /** By each server that runs now, or could not be started. */
    void serverStarted(final Throwable problem) {
        startFailure.compareAndSet(null, problem);
        starting.countDown();
    }

    /**
     * Waits until each server has started, or could not be. An interrupt does not end the wait, and is kept.
     *
     * @return what kept the first one from starting, or null
     */
    Throwable awaitStart() {
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
        return startFailure.get();
    }

    void serverFailed(final Throwable problem) {
        failures.report(Part.SERVER, problem);
    }

    /** By each server at its end. */
    void serverEnded() {
        if (serversLeft.decrementAndGet() == 0) {
            if (sentinel != null) {
                sentinel.close();
            }
            cpus.close();
        }
    }

    /** What has been counted so far, or, of workers, what there are now. */
    long count(final Counter counter) {
        switch (counter) {
            case WORKERS:
                return slots.count(WorkerSlots.Occupant::isManaged);
            case RUNNING:
                return slots.count(WorkerSlots.Occupant::isRunning);
            case RUNS:
                return counters.get(counter) + memory.counterOpaque(Counter.SENTINEL_RUNS);
            case UNMANAGED:
                return counters.unmanaged();
            case REFUSED:
                return refusals.count();
            default:
                return counter.by() == Counter.By.SERVER ? counters.get(counter) : memory.counterOpaque(counter);
        }
    }

    /** Asks the servers to look whether they are done. */
    void kickServers() {
        for (int i = 0; i < memory.servers(); i++) {
            calls.kick(0, memory.serverTidAcquire(i));
        }
    }

    /** The server on whose list a worker is at first. */
    int serverTidFor(final int worker) {
        return memory.serverTidAcquire(worker % memory.servers());
    }

    /**
     * A place for a thread that is about to start.
     *
     * @throws java.util.concurrent.RejectedExecutionException if there is none
     */
    void enterWorker(final boolean isByWorker) {
        if (!slots.enter(isByWorker)) {
            throw refusals.refuse(slots.isClosing());
        }
    }

    void workerUnmanaged(final Throwable problem) {
        counters.noteUnmanaged();
        failures.report(Part.WORKER, problem);
    }

    void workerEnded(final int worker, final WorkerSlots.Occupant thread) {
        runQueue.ended(worker);
        slots.release(worker);
        if (slots.leave(thread)) {
            kickServers();
        }
    }

    /** A thread has no place any more. */
    void leaveWorker() {
        if (slots.leave()) {
            kickServers();
        }
    }
}
