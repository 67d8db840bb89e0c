// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Makes a scheduler's threads as long as there is room for them. See {@link UmcgScheduler#threadFactory()}. */
final class WorkerFactory implements ThreadFactory {

    private final UmcgScheduler scheduler;
    private final WorkerSlots slots;
    private final ThreadSettings settings;
    private final int limit;
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicBoolean isRefusalLogged = new AtomicBoolean();

    WorkerFactory(
        final UmcgScheduler scheduler, final WorkerSlots slots, final ThreadSettings settings, final int limit) {
        this.scheduler = scheduler;
        this.slots = slots;
        this.settings = settings;
        this.limit = limit;
    }

    @Override
    public Thread newThread(final Runnable target) {
        Objects.requireNonNull(target, "target");
        final boolean byWorker = scheduler.isOwn(Thread.currentThread());
        if (slots.isOpenTo(byWorker) || !slots.isClosing() && !slots.reap() && slots.isOpenTo(byWorker)) {
            final WorkerThread thread = new WorkerThread(
                scheduler, this, settings, target, settings.name(number.incrementAndGet()), byWorker);
            settings.applyTo(thread);
            return thread;
        }
        if (!slots.isClosing()) {
            throw refuse();
        }
        noteRefusal("the scheduler is closed");
        return null;
    }

    /**
     * A place for a thread that is about to start.
     *
     * @throws RejectedExecutionException if there is none
     */
    void enter(final boolean byWorker) {
        if (!slots.enter(byWorker)) {
            throw refuse();
        }
    }

    /** How many threads were asked for, and not given. */
    long refused() {
        return refused.get();
    }

    private RejectedExecutionException refuse() {
        final String reason = slots.isClosing()
            ? "the scheduler is closed"
            : "all " + limit + " workers of the scheduler are in use;"
                + " UmcgSchedulerBuilder.maxWorkers() says how many there may be";
        noteRefusal(reason);
        return new RejectedExecutionException(reason);
    }

    private void noteRefusal(final String reason) {
        refused.incrementAndGet();
        if (isRefusalLogged.compareAndSet(false, true)) {
            System.getLogger(WorkerFactory.class.getPackageName())
                .log(System.Logger.Level.WARNING, "no thread is made for a pool, here and from now on: {0}", reason);
        }
    }
}
