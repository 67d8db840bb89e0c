// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTaskDescriptor;

/** A kernel that answers a query as it is told, and fails the test for any other call. */
final class AnsweringSystemCalls implements UmcgSystemCalls {

    private final int answer;

    AnsweringSystemCalls(final int answer) {
        this.answer = answer;
    }

    @Override
    public int ctl(final int flags, final long selfAddress, final int size, final int clockId) {
        assertThat(flags).isEqualTo(UmcgTaskDescriptor.CTL_QUERY);
        assertThat(selfAddress).isZero();
        assertThat(size).isZero();
        assertThat(clockId).isZero();
        return answer;
    }

    @Override
    public int umcgWait(final int flags, final long absTimeoutNanos) {
        throw new AssertionError("umcg_wait");
    }

    @Override
    public int kick(final int flags, final int tid) {
        throw new AssertionError("umcg_kick");
    }

    @Override
    public int gettid() {
        throw new AssertionError("gettid");
    }

    @Override
    public long addressOf(final ByteBuffer buffer) {
        throw new AssertionError("addressOf");
    }

    @Override
    public String toString() {
        return "test";
    }
}
