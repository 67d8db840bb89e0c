// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import java.nio.ByteBuffer;

/**
 * The UMCG system calls of the calling thread, as thin as they are: a result or a negated error
 * number, no exception, no policy, no retry.
 *
 * <p>All methods may be called by any thread. Implementations allocate nothing in {@link #umcgWait}
 * and {@link #kick} unless they say so. Each call is a full fence.
 *
 * <p>Source: {@code kernel-patches/linux/include/uapi/linux/umcg.h} and the kernel manual beside it.
 */
public interface UmcgSystemCalls {

    /** The name of {@link #ctl} in messages. */
    String CTL = "umcg_ctl";

    /** The name of {@link #umcgWait} in messages. */
    String WAIT = "umcg_wait";

    /** The name of {@link #kick} in messages. */
    String KICK = "umcg_kick";

    /**
     * {@code sys_umcg_ctl}: registers or unregisters the calling thread, or queries the kernel. As a
     * worker, registration returns once a server ran the caller.
     *
     * @param flags       a set of {@code CTL_} flags of {@link UmcgTaskDescriptor}
     * @param selfAddress address of the caller's task, see {@link UmcgTaskDescriptor#ALIGNMENT}; 0 in
     *                    a query
     * @param size        {@link UmcgTaskDescriptor#SIZE}; 0 in a query
     * @param clockId     {@link Clock#id()} to register; otherwise 0
     * @return 0, or the query's answer; {@code -EINVAL} for flags, alignment, size, clock, state, fields
     *     or a kind of memory that break the contract; {@code -E2BIG} for a size beyond a page, or a
     *     struct with more in it than this kernel knows; {@code -EFAULT} for memory that is not there;
     *     {@code -ESRCH} when server_tid is no server of this process; {@code -EBUSY} when registered
     *     already; {@code -ENOMEM}, also when RLIMIT_MEMLOCK allows no more pages; {@code -ENOSYS} on
     *     a kernel without UMCG
     * @throws IllegalStateException in a virtual thread that would be registered
     */
    int ctl(int flags, long selfAddress, int size, int clockId);

    /**
     * {@code sys_umcg_wait}: puts the calling task to sleep, and hands the CPU to the task that its
     * next_tid names, if any. The caller has made its state RUNNABLE before, in volatile mode. After any return it is
     * RUNNING, and next_tid has {@link UmcgTaskDescriptor#NEXT_TID_CONSUMED} exactly if the
     * hand-over happened.
     *
     * @param flags           0; {@link UmcgTaskDescriptor#WAIT_YIELD} in a worker;
     *                        {@link UmcgTaskDescriptor#WAIT_JOIN} in a server
     * @param absTimeoutNanos a time of the clock chosen at registration, in ns; 0 for no timeout, as
     *                        with {@link UmcgTaskDescriptor#WAIT_YIELD}
     * @return 0 once woken, or run again; {@code -EAGAIN} when the state was RUNNING at entry, so
     *     something happened since it was made RUNNABLE, or when the worker cannot be run now;
     *     {@code -ETIMEDOUT}; {@code -EINTR} in a server; {@code -ESRCH} when next_tid names no worker
     *     of this process; {@code -EBUSY} in a signal handler of a held worker; {@code -EINVAL} for
     *     flags or a state that break the contract, or in a thread that is not registered
     */
    int umcgWait(int flags, long absTimeoutNanos);

    /**
     * {@code sys_umcg_kick}: preempts a worker that runs, or makes a server's umcg_wait return: the
     * current one, or else the next one; with a flag it tells of a hidden block, or wakes a worker that waits.
     *
     * @param flags 0, {@link UmcgTaskDescriptor#KICK_BLOCKED} or {@link UmcgTaskDescriptor#KICK_WAKE}
     * @param tid   a registered thread of this process
     * @return 0; {@code -EAGAIN} when the worker is not RUNNING, not asleep in a hidden block, or does not
     *     wait, as the flag has it; {@code -ESRCH} when this process has no such task; {@code -EINVAL} for flags
     */
    int kick(int flags, int tid);

    /**
     * {@code gettid()} of the calling thread.
     *
     * @return its tid, always positive
     */
    int gettid();

    /**
     * Where a direct buffer starts, whatever its position. The address is good for as long as the
     * buffer is reachable.
     *
     * @param buffer a direct buffer
     * @return the address of its byte 0
     * @throws IllegalArgumentException if the buffer is not direct
     */
    long addressOf(ByteBuffer buffer);
}
