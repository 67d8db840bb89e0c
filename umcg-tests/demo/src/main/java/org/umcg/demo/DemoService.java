// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The workload behind the JDK's own HTTP server, on the loopback interface and the executor that the options name.
 *
 * <p>Beside the workload's own paths, {@code GET /counters} answers with {@link DemoReport}, and {@code POST /stop}
 * asks the owner to end the service.
 */
final class DemoService implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(30);

    static {
        // Headers and body are two segments: without this the second waits 40 ms for the first one's ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxIdleConnections", Integer.toString(BACKLOG));
    }

    private final ServedCounts counts = new ServedCounts();
    private final ExecutorKind kind;
    private final DemoExecutor executor;
    private final Path directory;
    private final Workload workload;
    private final HttpServer http;
    private final Runnable onStop;

    /**
     * Starts to serve.
     *
     * @param options what to run the handlers on, and where.
     * @param onStop  called when a client asks to stop; must not block.
     * @throws IOException                   if the port or the temporary folder is not to be had.
     * @throws SQLException                  if the database cannot be created.
     * @throws UnsupportedOperationException where the executor is not to be had.
     */
    DemoService(final DemoOptions options, final Runnable onStop) throws IOException, SQLException {
        this.onStop = onStop;
        kind = options.executor();
        executor = DemoExecutors.open(kind, options.servers(), options.workers());
        http = bind(options.port(), executor);
        directory = Files.createDirectory(newDirectory());
        workload = new Workload(directory, options.backEnd(), counts);
        http.setExecutor(executor.service());
        final WorkloadHandler handler = new WorkloadHandler(workload, counts);
        http.createContext(WorkloadHandler.ITEM, handler);
        http.createContext(WorkloadHandler.DOCUMENT, handler);
        http.createContext(WorkloadHandler.ORDER, handler);
        http.createContext("/counters", exchange -> WorkloadHandler.send(exchange, 200, report() + "\n"));
        http.createContext("/stop", this::stop);
        http.start();
    }

    int port() {
        return http.getAddress().getPort();
    }

    String report() {
        return DemoReport.toJson(kind, counts, workload.lockWaits(), executor.counters());
    }

    /**
     * Waits for the requests in progress, half a minute at most.
     *
     * @return whether all have ended and the database holds what they wrote.
     * @throws SQLException         if SQLite refuses.
     * @throws InterruptedException if the caller is.
     */
    boolean drain() throws SQLException, InterruptedException {
        final long deadline = System.nanoTime() + DRAIN_NANOS;
        while (counts.inFlight.get() > 0) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(1);
        }
        return workload.isConsistent();
    }

    @Override
    public void close() throws IOException, SQLException {
        http.stop(0);
        executor.close();
        workload.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    private static HttpServer bind(final int port, final DemoExecutor executor) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        }
        catch (final IOException ex) {
            executor.close();
            throw ex;
        }
    }

    private static Path newDirectory() {
        // Not createTempDirectory: its random numbers start the security providers, a second on an emulated CPU.
        return Path.of(System.getProperty("java.io.tmpdir"),
            "umcg-demo-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }

    private void stop(final HttpExchange exchange) throws IOException {
        if ("POST".equals(exchange.getRequestMethod())) {
            WorkloadHandler.send(exchange, 200, "stopping\n");
            onStop.run();
        }
        else {
            WorkloadHandler.send(exchange, 405, "stop is a POST\n");
        }
    }
}
