// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

/**
 * The numbers of the system calls on x86_64: the only place in Java that spells them out.
 *
 * <p>UMCG's are far above mainline's, so that a kernel without UMCG answers {@link Errno#ENOSYS}.
 *
 * <p>Source: {@code linux/umcg.h} for UMCG's, {@code asm/unistd_64.h} for the other one.
 */
public final class UmcgSyscallNumbers {

    /** {@code sys_umcg_ctl(flags, self, size, clockid)}. */
    public static final int UMCG_CTL = 1000;

    /** {@code sys_umcg_wait(flags, abs_timeout_ns)}. */
    public static final int UMCG_WAIT = UMCG_CTL + 1;

    /** {@code sys_umcg_kick(flags, tid)}. */
    public static final int UMCG_KICK = UMCG_WAIT + 1;

    /** {@code gettid()}, a mainline system call. */
    public static final int GETTID = 186;

    private UmcgSyscallNumbers() {
    }
}
