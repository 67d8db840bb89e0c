// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The demo's server process: serves until its input ends, a client posts to {@code /stop}, or SIGTERM comes, then
 * prints its counters as one line of JSON.
 */
public final class DemoServer {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;
    private static final long STOP_SECONDS = 20;

    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    private DemoServer() {
    }

    /**
     * Runs the server.
     *
     * @param args see {@link DemoOptions#USAGE}.
     * @throws InterruptedException never, as nobody interrupts this thread.
     */
    public static void main(final String... args) throws InterruptedException {
        System.exit(run(args));
    }

    /**
     * As {@link #main}, but returns.
     *
     * @param args see {@link DemoOptions#USAGE}.
     * @return the exit code: 1 where something failed, 2 where the arguments are wrong.
     * @throws InterruptedException if the caller is.
     */
    static int run(final String... args) throws InterruptedException {
        try {
            return new DemoServer().serve(DemoOptions.parse(args));
        }
        catch (final IllegalArgumentException ex) {
            return failed(EXIT_USAGE, ex.getMessage());
        }
        catch (final UnsupportedOperationException ex) {
            return failed(EXIT_FAILED, ex.getMessage());
        }
        catch (final IOException | SQLException ex) {
            return failed(EXIT_FAILED, ex.toString());
        }
    }

    private int serve(final DemoOptions options) throws IOException, SQLException, InterruptedException {
        try (DemoService service = new DemoService(options, stopAsked::countDown)) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "umcg-demo-sigterm"));
            startDaemon(this::stopAtEndOfInput, "umcg-demo-stdin");

            System.out.println("listening on " + service.port());
            stopAsked.await();
            final boolean consistent = service.drain();
            System.out.println(service.report());
            return consistent ? 0 :
                failed(EXIT_FAILED, "requests hang, or the database does not hold what was ordered");
        }
        finally {
            ended.countDown();
        }
    }

    private void stopAndWait() {
        stopAsked.countDown();
        try {
            ended.await(STOP_SECONDS, TimeUnit.SECONDS);
        }
        catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopAtEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        catch (final IOException ex) {
            System.err.println("umcg-demo: cannot read standard input, stopping: " + ex);
        }
        stopAsked.countDown();
    }

    private static void startDaemon(final Runnable task, final String name) {
        final Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static int failed(final int exitCode, final String message) {
        System.err.println("umcg-demo: " + message);
        return exitCode;
    }
}
