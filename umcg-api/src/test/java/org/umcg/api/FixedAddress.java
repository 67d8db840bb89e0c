// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import java.nio.ByteBuffer;

/** System calls that say where memory is, and nothing else: the unit tests follow no address. */
final class FixedAddress implements UmcgSystemCalls {

    static final long BASE = 0x7f00_dead_b000L;

    private final long address;
    private ByteBuffer asked;

    FixedAddress() {
        this(BASE);
    }

    FixedAddress(final long address) {
        this.address = address;
    }

    ByteBuffer asked() {
        return asked;
    }

    @Override
    public long addressOf(final ByteBuffer buffer) {
        asked = buffer;
        return address;
    }

    @Override
    public int ctl(final int flags, final long selfAddress, final int size, final int clockId) {
        return -Errno.ENOSYS;
    }

    @Override
    public int umcgWait(final int flags, final long absTimeoutNanos) {
        return -Errno.ENOSYS;
    }

    @Override
    public int kick(final int flags, final int tid) {
        return -Errno.ENOSYS;
    }

    @Override
    public int gettid() {
        return -Errno.ENOSYS;
    }
}
