// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.umcg.api.UmcgTaskDescriptor.KICK_WAKE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_JOIN;

import org.umcg.api.Errno;
import org.umcg.api.UmcgTask;

/** The worker of {@link KernelTests}, its step, and what servers do with it. Plain: the switch publishes the fields. */
final class Worker {

    /**
     * How a server hears of a worker: on its list, at the call, by the end of its wait, after its wait's time was
     * over, or never.
     */
    static final int FOUND = 1;
    static final int TOLD = 2;
    static final int WOKEN = 3;
    static final int LATE = 4;
    static final int LOST = 9;

    private static final int SLOT = 2;

    /** Of this iteration's server. */
    static Puppet worker;
    private static int ownerTid;
    static int input;
    static int seen;
    static int output;
    static int flags;
    static UmcgTask watched;
    static int watchedTid;
    static int watchedStates;

    private Worker() {
    }

    /** What the worker does each time. */
    private static int step() {
        seen = input;
        output = output == 0 && input == 7 ? 8 : output + 1;
        final UmcgTask server = watched;
        if (server != null) {
            watchedTid = server.nextTidAcquire();
            watchedStates = server.stateVolatile() * 10 + worker.task().stateVolatile();
        }
        return flags;
    }

    /** The worker, waiting, on no list. By actor1. */
    static Puppet rest() {
        final RawServer server = RawServer.of(0);
        if (ownerTid != server.tid()) {
            ownerTid = server.tid();
            final Puppet fresh = Puppet.start(server, SLOT, Worker::step);
            server.endWith(fresh);
            worker = fresh;
        }
        rest(worker);
        return worker;
    }

    /** Has the worker wait, on no list, whatever has been done to it. By actor1. */
    static void rest(final Puppet puppet) {
        settle(puppet);
        RawServer.of(0).task().takeRunnableWorkers();
        RawServer.of(0).task().takeBlockedWorkers();
        RawServer.of(0).task().stateVolatile(RUNNING);
    }

    /** One more step, after which it waits. */
    static void settle(final Puppet puppet) {
        if (!settleBy(0, puppet)) {
            throw new IllegalStateException("the worker does not come to rest: " + puppet.task());
        }
    }

    static boolean settleBy(final int server, final Puppet puppet) {
        return RawServer.of(server).serveUntil(puppet, puppet.finished() + 1);
    }

    /** Names the worker, once; true if it was run. */
    static boolean runBy(final int server, final Puppet puppet) {
        final RawServer self = RawServer.of(server);
        self.task().stateVolatile(RUNNABLE);
        self.await(puppet.tid(), 0, RawServer.limit());
        return self.hasRun();
    }

    /** Lists the worker; the result of umcg_kick. */
    static int wake() {
        return RawServer.CALLS.kick(KICK_WAKE, worker.tid());
    }

    /** One turn of a server that has nothing to run: how it has heard of the worker. */
    static int awaitListed(final boolean isStateFirst, final Gate end) {
        final UmcgTask task = RawServer.of(0).task();
        boolean isFound = false;
        if (!isStateFirst) {
            isFound = task.takeRunnableWorkers() != 0;
        }
        task.stateVolatile(RUNNABLE);
        if (isStateFirst) {
            isFound = task.takeRunnableWorkers() != 0;
        }
        if (isFound) {
            task.stateVolatile(RUNNING);
            end.meet();
            return FOUND;
        }
        return awaitNews(end);
    }

    /** Waits, in state RUNNABLE or not, for what the other actor does before it comes to the gate. */
    static int awaitNews(final Gate end) {
        final long deadline = RawServer.deadline();
        final int result = RawServer.of(0).idle(deadline);
        end.meet();
        return result == 0 ? WOKEN : result == -Errno.EAGAIN ? TOLD : end.arrivedBefore(deadline) ? LOST : LATE;
    }

    /** The head of the server's list, as soon as there is one. */
    static long awaitHead() {
        long head = 0;
        while (head == 0) {
            head = RawServer.of(0).task().takeRunnableWorkers();
        }
        return head;
    }

    /** Runs the worker, and joins it as long as it runs. */
    static int runAndJoin(final Puppet puppet) {
        final RawServer server = RawServer.of(0);
        final long deadline = RawServer.limit();
        server.task().stateVolatile(RUNNABLE);
        server.await(puppet.tid(), 0, deadline);
        while (puppet.isRunning()) {
            if (System.nanoTime() > deadline) {
                return LOST;
            }
            server.task().stateVolatile(RUNNABLE);
            server.await(puppet.tid(), WAIT_JOIN, deadline);
        }
        return 0;
    }
}
