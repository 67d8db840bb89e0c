// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import org.umcg.api.UmcgSystemCalls;

/** {@link ServerCalls} through any binding, without a sentinel, and so without a lease. */
final class PlainServerCalls extends ServerCalls {

    private final ServerProtocol protocol;
    private final UmcgSystemCalls calls;

    PlainServerCalls(final SchedulerMemory memory, final ServerProtocol protocol, final UmcgSystemCalls calls) {
        super(memory, protocol);
        this.protocol = protocol;
        this.calls = calls;
    }

    @Override
    int await(final int server, final int flags, final long absTimeoutNanos) {
        protocol.beginWait(server);
        return calls.umcgWait(flags, absTimeoutNanos);
    }

    @Override
    int awaitNobody(final int server, final long absTimeoutNanos) {
        return await(server, 0, absTimeoutNanos);
    }
}
