// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A {@link Channel} of two streams, which belong to the caller. */
final class StreamChannel implements Channel {

    private final OutputStream output;
    private final InputStream input;

    StreamChannel(final OutputStream output, final InputStream input) {
        this.output = output;
        this.input = input;
    }

    @Override
    public void send() throws IOException {
        output.write(1);
    }

    @Override
    public void receive() throws IOException {
        if (input.read() != 1) {
            throw new EOFException();
        }
    }
}
