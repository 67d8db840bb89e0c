// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.io.IOException;

/** One end of a connection by which two threads send each other bytes. Each end is for one thread at a time. */
interface Channel {

    void send() throws IOException;

    /** Blocks until there is a byte. */
    void receive() throws IOException;

    /** Sends, and waits for the answer, so often. */
    default Void ask(final int roundTrips) throws IOException {
        for (int i = 0; i < roundTrips; i++) {
            send();
            receive();
        }
        return null;
    }

    /** Waits, and answers, so often. */
    default Void answer(final int roundTrips) throws IOException {
        for (int i = 0; i < roundTrips; i++) {
            receive();
            send();
        }
        return null;
    }
}
