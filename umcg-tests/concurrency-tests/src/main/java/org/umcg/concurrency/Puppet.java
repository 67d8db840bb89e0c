// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;
import static org.umcg.api.UmcgTaskDescriptor.FLAG_COND_WAIT;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.util.function.IntSupplier;
import org.umcg.api.Clock;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.sentinel.JvmThreadState;

/**
 * A real worker of one {@link RawServer}, which each time that it is run does one step of the test's, and waits again.
 *
 * <p>It allocates nothing and takes no lock of the JVM between its first and its last step, so a server that runs Java
 * code need not run it at once. step: plain, as the run is to publish it. finished, tid: volatile.
 */
final class Puppet {

    private static final UmcgSystemCalls CALLS = RawServer.CALLS;

    private final RawServer server;
    private final UmcgTask task;
    private final Thread thread;
    private final IntSupplier step;
    private boolean isOver;
    private volatile int finished;
    private volatile int tid;
    private volatile Throwable problem;

    private Puppet(final RawServer server, final int slot, final IntSupplier step) {
        this.server = server;
        this.step = step;
        task = RawServer.TASKS.task(slot);
        thread = new Thread(this::runAsWorker, "puppet-" + slot);
        thread.setDaemon(true);
    }

    /**
     * Starts a worker that waits to be run, by its server.
     *
     * @param step what it does each time; its result is the flags of umcg_wait
     */
    static Puppet start(final RawServer server, final int slot, final IntSupplier step) {
        final Puppet puppet = new Puppet(server, slot, step);
        puppet.task.clear();
        puppet.task.serverTidOpaque(server.tid());
        puppet.task.stateVolatile(BLOCKED);
        puppet.thread.start();
        puppet.serveTo(1);
        return puppet;
    }

    /** Ends it, by its server. */
    void end() {
        isOver = true;
        serveTo(Integer.MAX_VALUE);
    }

    private void serveTo(final int goal) {
        if (!server.serveUntil(this, goal)) {
            throw new IllegalStateException(thread.getName() + " is stuck: " + task, problem);
        }
    }

    UmcgTask task() {
        return task;
    }

    int tid() {
        return tid;
    }

    /** How many steps it has done, and one for its start. */
    int finished() {
        return finished;
    }

    boolean hasFinished(final int goal) {
        return finished >= goal && (goal == Integer.MAX_VALUE || isAtRest());
    }

    /** It waits, on no list, or is about to. */
    private boolean isAtRest() {
        return task.stateVolatile() == RUNNABLE;
    }

    /** As {@code ServerLoop} sees it: it executes, or is only on its way to wait. */
    boolean isRunning() {
        final int word = task.stateVolatile();
        final int state = UmcgTaskDescriptor.state(word);
        return state == RUNNING || state == RUNNABLE && (word & FLAG_COND_WAIT) != 0;
    }

    private void runAsWorker() {
        try {
            tid = CALLS.gettid();
            task.criticalMaskOpaque(JvmThreadState.criticalMask());
            task.criticalPtrOpaque(JvmThreadState.address(thread));
            UmcgException.check(
                CALLS.ctl(CTL_REGISTER | CTL_WORKER, task.address(), SIZE, Clock.MONOTONIC.id()), UmcgSystemCalls.CTL);
            int flags = 0;
            while (!isOver) {
                finished++;
                task.nextTidPlain(0);
                task.stateVolatile(RUNNABLE);
                CALLS.umcgWait(flags, 0);
                flags = isOver ? 0 : step.getAsInt();
            }
            UmcgException.check(
                CALLS.ctl(CTL_UNREGISTER | CTL_WORKER, task.address(), SIZE, 0), UmcgSystemCalls.CTL);
        }
        catch (final Throwable t) {
            problem = t;
        }
        finished = Integer.MAX_VALUE;
    }
}
