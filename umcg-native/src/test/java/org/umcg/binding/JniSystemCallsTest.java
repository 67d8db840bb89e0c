// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.umcg.api.UmcgSystemCalls;

class JniSystemCallsTest extends BindingContract {

    private static final int ROUNDS = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Override
    UmcgSystemCalls open() {
        return new JniSystemCalls();
    }

    @Test
    void shouldAllocateNothingInCalls() {
        final UmcgSystemCalls systemCalls = open();
        allocatedBy(systemCalls);

        // Less than a byte each: the JIT compiler lets the thread allocate some now and then.
        assertThat(allocatedBy(systemCalls)).isLessThan(ROUNDS);
    }

    private long allocatedBy(final UmcgSystemCalls systemCalls) {
        final long before = threads.getCurrentThreadAllocatedBytes();
        callAll(systemCalls);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** All of them fail at once: this thread is no UMCG task, wherever this runs. */
    private static void callAll(final UmcgSystemCalls systemCalls) {
        for (int i = 0; i < ROUNDS; i++) {
            systemCalls.umcgWait(0, 1);
            systemCalls.kick(0, 0);
            systemCalls.ctl(0, 0, 0, 0);
            systemCalls.gettid();
        }
    }
}
