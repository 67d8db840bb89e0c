// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Two pipes of NIO, one for each direction. */
@State(Scope.Benchmark)
public class Pipes {

    private Pipe there;
    private Pipe back;
    private Channel first;
    private Channel second;

    /** Opens the pipes. */
    @Setup
    public void open() throws IOException {
        there = Pipe.open();
        back = Pipe.open();
        first = new End(there.sink(), back.source());
        second = new End(back.sink(), there.source());
    }

    /** Closes them. */
    @TearDown
    public void close() throws IOException {
        for (final Pipe pipe : new Pipe[] {there, back}) {
            pipe.sink().close();
            pipe.source().close();
        }
    }

    Channel first() {
        return first;
    }

    Channel second() {
        return second;
    }

    private static final class End implements Channel {

        private final Pipe.SinkChannel sink;
        private final Pipe.SourceChannel source;
        private final ByteBuffer sent = ByteBuffer.allocateDirect(1);
        private final ByteBuffer received = ByteBuffer.allocateDirect(1);

        End(final Pipe.SinkChannel sink, final Pipe.SourceChannel source) {
            this.sink = sink;
            this.source = source;
        }

        @Override
        public void send() throws IOException {
            sent.clear();
            sink.write(sent);
        }

        @Override
        public void receive() throws IOException {
            received.clear();
            if (source.read(received) != 1) {
                throw new EOFException();
            }
        }
    }
}
