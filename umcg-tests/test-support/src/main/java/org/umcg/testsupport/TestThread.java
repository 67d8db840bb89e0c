// SPDX-License-Identifier: Apache-2.0

package org.umcg.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A platform thread for one body: registration belongs to a thread, and one that got lost must not
 * take the test runner's with it.
 */
public final class TestThread {

    /** Ample under emulation; nothing takes this long unless it hangs. */
    public static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Thread thread;
    private Throwable failure;

    private TestThread(final String name, final Body body) {
        thread = new Thread(() -> run(body), name);
        thread.setDaemon(true);
    }

    public static TestThread start(final String name, final Body body) {
        final TestThread started = new TestThread(name, body);
        started.thread.start();
        return started;
    }

    /** Runs a body in a thread of its own, and fails as it fails. */
    public static void runFresh(final Body body) throws InterruptedException {
        start("test-body", body).join();
    }

    /** Waits for the end; fails if the body failed, or does not end. */
    public void join() throws InterruptedException {
        thread.join(TimeUnit.NANOSECONDS.toMillis(LIMIT_NANOS));
        if (thread.isAlive()) {
            throw new AssertionError(thread.getName() + " hangs");
        }
        if (failure != null) {
            throw new AssertionError(thread.getName() + ": " + failure, failure);
        }
    }

    /** Spins until a condition holds; fails if it never does. */
    public static void spinUntil(final BooleanSupplier condition) {
        final long limit = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("waited in vain");
            }
            Thread.onSpinWait();
        }
    }

    /** The kernel's number of the thread of that name in this process. */
    public static int tidOf(final String name) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (final Path thread : threads.toList()) {
                if (name.equals(nameOf(thread))) {
                    return Integer.parseInt(thread.getFileName().toString());
                }
            }
        }
        throw new AssertionError("no " + name);
    }

    /** Nothing, if the thread has just ended. */
    private static String nameOf(final Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        }
        catch (final IOException e) {
            return "";
        }
    }

    private void run(final Body body) {
        try {
            body.run();
        }
        catch (final Throwable e) {
            failure = e;
        }
    }

    /** What a thread does. */
    public interface Body {
        void run() throws Exception;
    }
}
