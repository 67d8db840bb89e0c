// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.umcg.api.UmcgTask;
import org.umcg.sentinel.SchedulerMemory;

/**
 * The workers that wait to be run, in the order of a policy, which is replaced when it fails.
 *
 * <p>Its entries are hints: who may run a worker is decided elsewhere, and an entry may be outdated. What
 * counts is the worker's word in {@link SchedulerMemory}: QUEUED, it waits to be run; IN_RING, there is an
 * entry for it.
 *
 * <pre>
 *  whoever replaces the policy          whoever enqueues a worker
 *  policy = the other one               QUEUED = 1
 *  for each worker: IN_RING = 0,        IN_RING = 1
 *    QUEUED? IN_RING = 1, enqueue it    policy? its enqueue
 * </pre>
 *
 * <p>preemptedAt: volatile; who finds the worker on a list comes after who preempted it. policy: volatile,
 * compare-and-set. No method allocates or blocks, except where a policy fails.
 */
final class RunQueue {

    private static final int NOBODY = SchedulingPolicy.NOBODY;

    private final SchedulerMemory memory;
    private final long quantumNanos;
    /** When a worker's quantum ended, on CLOCK_MONOTONIC; 0: it has slept for as long since. */
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
        this.quantumNanos = quantumNanos;
        this.failures = failures;
        preemptedAt = new AtomicLongArray(memory.workers());
        fallback = new FifoPolicy(memory.workers());
        policy = new AtomicReference<>(given);
    }

    void enqueue(final int worker) {
        if (memory.enterRing(worker)) {
            enqueueEntry(worker, isPreempted(worker));
        }
    }

    /** A worker is about to be preempted. */
    void notePreempted(final int worker) {
        preemptedAt.set(worker, System.nanoTime());
    }

    /** Another thread is that worker from now on. */
    void forget(final int worker) {
        preemptedAt.set(worker, 0);
    }

    /** Its quantum has ended; to block for a moment, at a safepoint say, does not make up for that. */
    private boolean isPreempted(final int worker) {
        final long end = preemptedAt.get(worker);
        if (end == 0) {
            return false;
        }
        final UmcgTask task = memory.workerTask(worker);
        final long blocked = task.blockedTsOpaque();
        if (blocked - end < 0 || task.runnableTsOpaque() - blocked < quantumNanos) {
            return true;
        }
        preemptedAt.set(worker, 0);
        return false;
    }

    /** A worker that is to be run, or -1. */
    int pick(final int server) {
        for (int i = memory.workers(); i >= 0; i--) {
            final int worker = pickEntry(server);
            if (worker == NOBODY || memory.leaveRing(worker)) {
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

    private void enqueueEntry(final int worker, final boolean preempted) {
        final SchedulingPolicy current = policy.get();
        try {
            current.enqueue(worker, preempted);
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
            memory.leaveRing(worker);
            if (memory.isQueuedVolatile(worker) && memory.enterRing(worker)) {
                fallback.enqueue(worker, false);
            }
        }
        failures.report(FailureHandler.Part.POLICY, problem);
    }
}
