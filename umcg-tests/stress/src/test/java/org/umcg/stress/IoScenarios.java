// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.Pipe;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Input and output that others end. */
final class IoScenarios {

    private IoScenarios() {
    }

    /** Half of the workers wait for a socket that is closed under them, half for an interrupt. */
    static Scenario asyncClose() {
        return new AsyncClose();
    }

    static Scenario processes() {
        final Scenario starts = (worker, run) -> {
            final int code = new ProcessBuilder("true").start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("true: " + code);
            }
        };
        return starts.duringCollections(20);
    }

    private static final class AsyncClose implements Scenario {

        private final Set<Socket> readers = ConcurrentHashMap.newKeySet();
        private final AtomicReferenceArray<Thread> threads = new AtomicReferenceArray<>(8);
        private ServerSocket listener;

        @Override
        public void begin(final StressRun run) throws Exception {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            run.disturb(1, () -> {
                for (final Socket socket : readers) {
                    socket.close();
                }
                for (int i = 0; i < threads.length(); i++) {
                    final Thread thread = threads.getAndSet(i, null);
                    if (thread != null) {
                        thread.interrupt();
                    }
                }
            });
            run.collect(20);
        }

        @Override
        public void step(final int worker, final StressRun run) throws Exception {
            if (worker % 2 == 0) {
                readUntilClosed();
            }
            else {
                readUntilInterrupted(worker, run);
            }
        }

        private void readUntilClosed() throws Exception {
            try (Socket socket = new Socket(listener.getInetAddress(), listener.getLocalPort());
                 Socket peer = listener.accept()) {
                peer.setTcpNoDelay(true);
                socket.setSoTimeout(1000);
                readers.add(socket);
                try {
                    socket.getInputStream().read();
                }
                catch (final IOException e) {
                    readers.remove(socket);
                }
            }
        }

        private void readUntilInterrupted(final int worker, final StressRun run) throws Exception {
            final Pipe pipe = Pipe.open();
            try {
                threads.set(worker, Thread.currentThread());
                if (run.isOver()) {
                    return;
                }
                pipe.source().read(ByteBuffer.allocate(1));
            }
            catch (final ClosedByInterruptException e) {
                Thread.interrupted();
            }
            finally {
                threads.set(worker, null);
                Thread.interrupted();
                pipe.sink().close();
            }
        }
    }
}
