// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Two ends of a TCP connection of the loopback. */
@State(Scope.Benchmark)
public class Sockets {

    private Socket one;
    private Socket other;
    private Channel first;
    private Channel second;

    /** Connects them. */
    @Setup
    public void open() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            one = new Socket(listener.getInetAddress(), listener.getLocalPort());
            other = listener.accept();
        }
        one.setTcpNoDelay(true);
        other.setTcpNoDelay(true);
        first = new StreamChannel(one.getOutputStream(), one.getInputStream());
        second = new StreamChannel(other.getOutputStream(), other.getInputStream());
    }

    /** Closes both. */
    @TearDown
    public void close() throws IOException {
        one.close();
        other.close();
    }

    Channel first() {
        return first;
    }

    Channel second() {
        return second;
    }
}
