// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.umcg.api.UmcgTask;
import org.umcg.scheduler.SchedulingPolicy.Arrival;
import org.umcg.sentinel.SchedulerMemory;
import org.umcg.sentinel.ServerProtocol;

/**
 * The workers that wait to be run, in the order of a policy, which is replaced when it fails.
 *
 * <p>Its entries are hints: who may run a worker is decided elsewhere, and an entry may be outdated. What
 * counts is the worker's word, see {@link ServerProtocol}: QUEUED, it waits to be run; IN_POLICY, there is an
 * entry for it.
 *
 * <pre>
 *  the one that replaces the policy     the one that enqueues a worker
 *  policy = the other one               QUEUED = 1
 *  for each worker: IN_POLICY = 0,      IN_POLICY = 1
 *    QUEUED? IN_POLICY = 1, enqueue it  policy? its enqueue
 * </pre>
 *
 * <p>preemptedAt: volatile; a worker is found on a list after it was preempted. policy: volatile,
 * compare-and-set. No method allocates or blocks, except where a policy fails.
 */
final class RunQueue {

    private static final int NOBODY = SchedulingPolicy.NOBODY;

    /** Of preemptedAt: never found on a list yet. */
    private static final long NEW = -1;

    private final SchedulerMemory memory;
    private final ServerProtocol protocol;
    private final long quantumNanos;
    /** When a worker's quantum ended, on CLOCK_MONOTONIC; 0: it has slept for as long since; or NEW. */
    private final AtomicLongArray preemptedAt;
    private final SchedulingPolicy fallback;
    private final AtomicReference<SchedulingPolicy> policy;
    private final Failures failures;

    RunQueue(
        final SchedulerMemory memory,
        final SchedulingPolicy given,
        final long quantumNanos,
        final Failures failures) {
        this.memory = memory;
        protocol = memory.protocol();
        this.quantumNanos = quantumNanos;
        this.failures = failures;
        preemptedAt = new AtomicLongArray(memory.workers());
        fallback = new FifoPolicy(memory.workers());
        policy = new AtomicReference<>(given);
    }

    void enqueue(final int worker) {
        if (protocol.enterPolicy(worker)) {
            enqueueEntry(worker, arrival(worker));
        }
    }

    /** A worker was found on a list of blocked ones. */
    void blocked(final int worker) {
        final SchedulingPolicy current = policy.get();
        try {
            current.blocked(worker);
        }
        catch (final Throwable t) {
            replace(current, t);
        }
    }

    /** A worker has ended, in its own thread. */
    void ended(final int worker) {
        final SchedulingPolicy current = policy.get();
        try {
            current.ended(worker);
        }
        catch (final Throwable t) {
            replace(current, t);
        }
    }

    /** A worker is about to be preempted. */
    void notePreempted(final int worker) {
        preemptedAt.set(worker, System.nanoTime());
    }

    /** Another thread is that worker from now on. */
    void forget(final int worker) {
        preemptedAt.set(worker, NEW);
    }

    /** Its quantum has ended? Then to block for a moment, at a safepoint say, does not make up for that. */
    private Arrival arrival(final int worker) {
        final long end = preemptedAt.get(worker);
        if (end == 0) {
            return Arrival.WOKEN;
        }
        if (end != NEW && !hasSleptSince(end, memory.workerTask(worker))) {
            return Arrival.PREEMPTED;
        }
        preemptedAt.set(worker, 0);
        return end == NEW ? Arrival.NEW : Arrival.WOKEN;
    }

    private boolean hasSleptSince(final long end, final UmcgTask task) {
        final long blocked = task.blockedTsOpaque();
        return blocked - end >= 0 && task.runnableTsOpaque() - blocked >= quantumNanos;
    }

    /** A worker that is to be run, or -1. */
    int pick(final int server) {
        for (int i = memory.workers(); i >= 0; i--) {
            final int worker = pickEntry(server);
            if (worker == NOBODY || protocol.leavePolicy(worker)) {
                return worker;
            }
        }
        return NOBODY;
    }

    boolean isEmpty() {
        final SchedulingPolicy current = policy.get();
        try {
            return current.isEmpty();
        }
        catch (final Throwable t) {
            replace(current, t);
            return fallback.isEmpty();
        }
    }

    /** Whether the kernel may run a worker that it finds alone; the queue is empty. */
    boolean leavesNoChoiceToKernel() {
        final SchedulingPolicy current = policy.get();
        try {
            return current.leavesNoChoiceToKernel() && current.isEmpty();
        }
        catch (final Throwable t) {
            replace(current, t);
            return false;
        }
    }

    /** Whether a worker that is enqueued now would be picked after all that are there; somebody seems to be. */
    boolean isFirstKnown() {
        final SchedulingPolicy current = policy.get();
        try {
            return current.picksInOrderOfArrival() && !current.isEmpty();
        }
        catch (final Throwable t) {
            replace(current, t);
            return false;
        }
    }

    private void enqueueEntry(final int worker, final Arrival arrival) {
        final SchedulingPolicy current = policy.get();
        try {
            current.enqueue(worker, arrival);
        }
        catch (final Throwable t) {
            replace(current, t);
        }
    }

    private int pickEntry(final int server) {
        final SchedulingPolicy current = policy.get();
        try {
            final int worker = current.pick(server);
            if (worker >= NOBODY && worker < memory.workers()) {
                return worker;
            }
            replace(current, new IndexOutOfBoundsException("the policy picks a worker " + worker));
        }
        catch (final Throwable t) {
            replace(current, t);
        }
        return fallback.pick(server);
    }

    private void replace(final SchedulingPolicy current, final Throwable problem) {
        if (current == fallback || !policy.compareAndSet(current, fallback)) {
            return;
        }
        for (int worker = 0; worker < memory.workers(); worker++) {
            protocol.leavePolicy(worker);
            if (protocol.isQueued(worker) && protocol.enterPolicy(worker)) {
                fallback.enqueue(worker, Arrival.WOKEN);
            }
        }
        failures.report(FailureHandler.Part.POLICY, problem);
    }
}
