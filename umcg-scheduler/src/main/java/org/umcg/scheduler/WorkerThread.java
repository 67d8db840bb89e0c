// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;

import org.umcg.api.Clock;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;

/**
 * A platform thread that is a worker while its target runs: it registers first, so that the target's
 * first step is one that a server has allowed, and unregisters last, whatever the target throws.
 */
final class WorkerThread extends Thread {

    private final UmcgScheduler scheduler;
    private final int worker;
    private final Runnable target;

    WorkerThread(
        final UmcgScheduler scheduler, final int worker, final Runnable target, final String name) {
        super(null, null, name);
        this.scheduler = scheduler;
        this.worker = worker;
        this.target = target;
    }

    @Override
    public synchronized void start() {
        boolean started = false;
        try {
            super.start();
            started = true;
        }
        finally {
            if (!started && getState() == State.NEW) {
                scheduler.workerEnded(worker);
            }
        }
    }

    @Override
    public void run() {
        final UmcgSystemCalls calls = scheduler.calls();
        final UmcgTask task = scheduler.memory().workerTask(worker);
        try {
            register(calls, task);
            try {
                target.run();
            }
            finally {
                final int result = calls.ctl(CTL_UNREGISTER | CTL_WORKER, task.address(), 0);
                UmcgException.check(result, UmcgSystemCalls.CTL);
            }
        }
        finally {
            scheduler.workerEnded(worker);
        }
    }

    boolean belongsTo(final UmcgScheduler other) {
        return scheduler == other;
    }

    private void register(final UmcgSystemCalls calls, final UmcgTask task) {
        scheduler.memory().workerTidRelease(worker, calls.gettid());
        task.clear();
        task.serverTidOpaque(scheduler.serverTidFor(worker));
        task.idleServerTidPtrOpaque(scheduler.idleServers().wordAddress());
        task.stateVolatile(BLOCKED);
        final int result =
            calls.ctl(CTL_REGISTER | CTL_WORKER, task.address(), Clock.MONOTONIC.id());
        UmcgException.check(result, UmcgSystemCalls.CTL);
    }
}
