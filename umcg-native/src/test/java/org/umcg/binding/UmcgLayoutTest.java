// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.umcg.api.Clock;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSyscallNumbers;
import org.umcg.api.UmcgTaskDescriptor;

/** Compares Java's constants with what the C compiler makes of the headers. */
class UmcgLayoutTest {

    @BeforeAll
    static void load() {
        NativeLibrary.ensureLoaded();
    }

    @Test
    void shouldHaveOffsetsOfHeader() {
        assertThat(UmcgLayout.fields()).containsExactly(
            UmcgTaskDescriptor.STATE_OFFSET,
            UmcgTaskDescriptor.NEXT_TID_OFFSET,
            UmcgTaskDescriptor.SERVER_TID_OFFSET,
            UmcgTaskDescriptor.CRITICAL_MASK_OFFSET,
            UmcgTaskDescriptor.BLOCKED_TS_OFFSET,
            UmcgTaskDescriptor.RUNNABLE_TS_OFFSET,
            UmcgTaskDescriptor.BLOCKED_WORKERS_PTR_OFFSET,
            UmcgTaskDescriptor.RUNNABLE_WORKERS_PTR_OFFSET,
            UmcgTaskDescriptor.IDLE_SERVER_TID_PTR_OFFSET,
            UmcgTaskDescriptor.CRITICAL_PTR_OFFSET,
            UmcgTaskDescriptor.HOLD_LIMIT_OFFSET,
            UmcgTaskDescriptor.TURNS_OFFSET,
            UmcgTaskDescriptor.SIZE,
            UmcgTaskDescriptor.ALIGNMENT);
    }

    @Test
    void shouldHaveConstantsOfHeaders() {
        assertThat(UmcgLayout.constants()).containsExactly(
            UmcgTaskDescriptor.ABI_VERSION,
            UmcgTaskDescriptor.NONE,
            UmcgTaskDescriptor.RUNNING,
            UmcgTaskDescriptor.RUNNABLE,
            UmcgTaskDescriptor.BLOCKED,
            UmcgTaskDescriptor.STATE_MASK,
            UmcgTaskDescriptor.FLAG_PREEMPT,
            UmcgTaskDescriptor.FLAG_COND_WAIT,
            UmcgTaskDescriptor.FLAGS_MASK,
            UmcgTaskDescriptor.USER_SHIFT,
            UmcgTaskDescriptor.USER_MASK,
            UmcgTaskDescriptor.NEXT_TID_CONSUMED,
            UmcgTaskDescriptor.TURNS_IDLE,
            UmcgTaskDescriptor.TURNS_TAKING,
            UmcgTaskDescriptor.CTL_REGISTER,
            UmcgTaskDescriptor.CTL_UNREGISTER,
            UmcgTaskDescriptor.CTL_QUERY,
            UmcgTaskDescriptor.CTL_WORKER,
            UmcgTaskDescriptor.WAIT_YIELD,
            UmcgTaskDescriptor.WAIT_JOIN,
            UmcgTaskDescriptor.KICK_BLOCKED,
            UmcgTaskDescriptor.KICK_WAKE,
            UmcgTaskDescriptor.FEATURE_PREEMPT,
            UmcgTaskDescriptor.FEATURE_CRITICAL,
            UmcgTaskDescriptor.FEATURE_KICK_BLOCKED,
            UmcgTaskDescriptor.FEATURE_KICK_WAKE,
            UmcgSyscallNumbers.UMCG_CTL,
            UmcgSyscallNumbers.UMCG_WAIT,
            UmcgSyscallNumbers.UMCG_KICK,
            UmcgSyscallNumbers.GETTID,
            Clock.REALTIME.id(),
            Clock.MONOTONIC.id(),
            Clock.BOOTTIME.id(),
            Clock.TAI.id(),
            Errno.EPERM,
            Errno.ESRCH,
            Errno.EINTR,
            Errno.E2BIG,
            Errno.EAGAIN,
            Errno.ENOMEM,
            Errno.EACCES,
            Errno.EFAULT,
            Errno.EBUSY,
            Errno.EINVAL,
            Errno.ENOSYS,
            Errno.EOPNOTSUPP,
            Errno.ETIMEDOUT);
    }
}
