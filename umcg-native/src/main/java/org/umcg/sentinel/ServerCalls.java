// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.binding.JniSystemCalls;
import org.umcg.sentinel.ServerProtocol.Step;

/**
 * The system calls of a scheduler's servers, in step with the sentinel that watches them.
 *
 * <p>To be called by the server itself. Nothing here allocates with {@link JniSystemCalls}. A server that waits is in
 * native code for the JVM and stops no safepoint.
 */
public abstract class ServerCalls {

    /** The worker ran, and has stopped, or the server was called back. */
    public static final int RAN = 0;
    /** The worker ran, and its time was over. */
    public static final int TIMED_OUT = 1;

    private final SchedulerMemory memory;
    private final ServerProtocol protocol;

    ServerCalls(final SchedulerMemory memory, final ServerProtocol protocol) {
        this.memory = memory;
        this.protocol = protocol;
    }

    /**
     * The calls of the servers of one scheduler.
     *
     * @param memory what they share
     * @param calls  the binding to use
     * @return calls for all of its servers
     */
    public static ServerCalls of(final SchedulerMemory memory, final UmcgSystemCalls calls) {
        return of(memory, memory.protocol(), calls);
    }

    static ServerCalls of(
        final SchedulerMemory memory, final ServerProtocol protocol, final UmcgSystemCalls calls) {
        return calls instanceof JniSystemCalls
            ? new NativeServerCalls(memory, protocol) : new PlainServerCalls(memory, protocol, calls);
    }

    /**
     * Claims a worker and runs it: {@code umcg_wait} of a server. If it was not run, it may be claimed again.
     *
     * @param server          the server's number
     * @param worker          the worker's number
     * @param absTimeoutNanos when the worker's quantum ends, on CLOCK_MONOTONIC; 0 for never
     * @return {@link #RAN} or {@link #TIMED_OUT}; or the worker was not run: a negated error number of
     *     {@link UmcgSystemCalls#umcgWait}, {@code -EAGAIN} too if the worker is somebody else's, or {@code -EBUSY}
     *     while the sentinel stands in for this server
     */
    public final int run(final int server, final int worker, final long absTimeoutNanos) {
        if (!protocol.claimWorker(server, worker)) {
            return -Errno.EAGAIN;
        }
        memory.workerTask(worker).serverTidOpaque(protocol.task(server).serverTidOpaque());
        final int result = await(server, 0, absTimeoutNanos);
        protocol.at(Step.RETURNED);
        protocol.beginTurn(server);
        final boolean hasRun = hasRun(server);
        protocol.endClaim(server, !hasRun && isStillToRun(worker, result));
        return hasRun ? outcome(result) : result;
    }

    /**
     * Waits for a worker that runs already, once more, and claims nothing: another server may run it by now.
     *
     * @param server          the server's number
     * @param worker          the worker's number
     * @param absTimeoutNanos when the worker's quantum ends, on CLOCK_MONOTONIC; 0 for never
     * @return as {@link #run}; a negative number: it does not run on this server
     */
    public final int join(final int server, final int worker, final long absTimeoutNanos) {
        protocol.task(server).nextTidOpaque(memory.workerTidAcquire(worker));
        final int result = await(server, UmcgTaskDescriptor.WAIT_JOIN, absTimeoutNanos);
        protocol.beginTurn(server);
        return hasRun(server) ? outcome(result) : result;
    }

    /**
     * {@code umcg_wait} of a server that has nothing to run.
     *
     * @param server          the server's number
     * @param absTimeoutNanos on CLOCK_MONOTONIC; 0 for never
     * @return as {@link UmcgSystemCalls#umcgWait}
     */
    public final int idle(final int server, final long absTimeoutNanos) {
        protocol.task(server).nextTidOpaque(0);
        final int result = awaitNobody(server, absTimeoutNanos);
        protocol.beginTurn(server);
        return result;
    }

    /**
     * Phase WAIT, and umcg_wait, unless the sentinel has the lease, or has taken the claimed worker away.
     *
     * @param flags 0 or WAIT_JOIN
     */
    abstract int await(int server, int flags, long absTimeoutNanos);

    /** Phase WAIT, and umcg_wait, whether the sentinel has the lease or not. */
    abstract int awaitNobody(int server, long absTimeoutNanos);

    private boolean hasRun(final int server) {
        return UmcgTaskDescriptor.isConsumed(protocol.task(server).nextTidAcquire());
    }

    private static int outcome(final int result) {
        return result == -Errno.ETIMEDOUT ? TIMED_OUT : RAN;
    }

    /**
     * The kernel counts a worker as listed until it has been run, and lists it no second time; not even one that it
     * has released, in state NONE. For a worker that has ended it is ESRCH.
     */
    private boolean isStillToRun(final int worker, final int result) {
        if (result != -Errno.EAGAIN) {
            return result == -Errno.EBUSY;
        }
        final UmcgTask task = memory.workerTask(worker);
        final int state = UmcgTaskDescriptor.state(task.stateVolatile());
        return state == UmcgTaskDescriptor.RUNNABLE || state == UmcgTaskDescriptor.NONE;
    }
}
