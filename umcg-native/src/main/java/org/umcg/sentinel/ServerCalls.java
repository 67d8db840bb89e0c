// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import org.umcg.binding.JniSystemCalls;

/**
 * The system calls of a scheduler's servers, in step with the sentinel that watches them.
 *
 * <p>To be called by the server itself. Nothing here allocates. The natives are ordinary ones: a server
 * that waits is in native code for the JVM and stops no safepoint.
 */
public final class ServerCalls {

    private final SchedulerMemory memory;
    private final long control;
    private final long tasks;

    /**
     * The calls of the servers of one scheduler.
     *
     * @param memory what they share
     * @throws UnsatisfiedLinkError with every path that was tried and what was wrong there
     */
    public ServerCalls(final SchedulerMemory memory) {
        JniSystemCalls.ensureLoaded();
        this.memory = memory;
        control = memory.controlAddress();
        tasks = memory.tasksAddress();
    }

    /**
     * Claims a worker and runs it: {@code umcg_wait} of a server.
     *
     * @param server          the server's number
     * @param worker          the worker's number
     * @param flags           0, or {@link org.umcg.api.UmcgTaskDescriptor#WAIT_JOIN}, which claims nothing
     * @param absTimeoutNanos when the worker's quantum ends, on CLOCK_MONOTONIC; 0 for never
     * @return as {@link org.umcg.api.UmcgSystemCalls#umcgWait}, where a worker that was not run may be
     *     claimed again; or without a wait: {@code -EBUSY} while the sentinel stands in for this
     *     server, {@code -ESTALE} if somebody else has claimed the worker
     */
    public int run(
        final int server, final int worker, final int flags, final long absTimeoutNanos) {
        final int result = run0(control, tasks, server, worker, flags, absTimeoutNanos);
        memory.beginTurn(server);
        return result;
    }

    /**
     * {@code umcg_wait} of a server that has nothing to run.
     *
     * @param server          the server's number
     * @param absTimeoutNanos on CLOCK_MONOTONIC; 0 for never
     * @return as {@link org.umcg.api.UmcgSystemCalls#umcgWait}
     */
    public int idle(final int server, final long absTimeoutNanos) {
        final int result = idle0(control, tasks, server, absTimeoutNanos);
        memory.beginTurn(server);
        return result;
    }

    /**
     * Takes a server's list of runnable workers: they may be claimed now, and
     * {@link SchedulerMemory#taken} tells which they are. In native code, where no safepoint can stop
     * the thread while workers are neither on a list nor to be claimed.
     *
     * @param server the calling server's number
     * @param owner  whose list
     * @return how many were taken
     */
    public int takeRunnable(final int server, final int owner) {
        return takeRunnable0(control, tasks, server, owner);
    }

    private static native int run0(
        long control, long tasks, int server, int worker, int flags, long absTimeoutNanos);

    private static native int idle0(long control, long tasks, int server, long absTimeoutNanos);

    private static native int takeRunnable0(long control, long tasks, int server, int owner);
}
