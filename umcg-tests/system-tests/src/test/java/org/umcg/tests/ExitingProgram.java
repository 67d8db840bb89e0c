// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.umcg.scheduler.UmcgScheduler;

/** A program that ends in the middle of its work, in the way that its argument says. */
final class ExitingProgram {

    static final int EXIT_CODE = 7;

    private static final int WORKERS = 16;

    private static volatile boolean ending;

    private ExitingProgram() {
    }

    public static void main(final String[] args) throws Exception {
        if (args[0].startsWith("idle") || args[0].equals("never-used")) {
            returnWithoutClose(args[0]);
        }
        else {
            endInTheMiddle(args[0]);
        }
    }

    private static void endInTheMiddle(final String way) throws Exception {
        final UmcgScheduler scheduler = UmcgScheduler.start(2, WORKERS);
        final ExecutorService executor = scheduler.newExecutor();
        final CountDownLatch started = new CountDownLatch(WORKERS);
        for (int i = 0; i < WORKERS; i++) {
            executor.submit(() -> {
                started.countDown();
                while (!ending && !Thread.currentThread().isInterrupted()) {
                    LockSupport.parkNanos(100_000);
                }
            });
        }
        started.await();
        switch (way) {
            case "return":
                executor.shutdown();
                ending = true;
                break;
            case "return-daemon":
                ending = true;
                executor.shutdown();
                executor.awaitTermination(1, TimeUnit.MINUTES);
                startDaemons(scheduler);
                break;
            case "exit":
                System.exit(EXIT_CODE);
                break;
            case "exit-in-worker":
                scheduler.threadFactory().newThread(() -> System.exit(EXIT_CODE)).start();
                break;
            case "exit-in-worker-beside-hook":
                closeInHook(scheduler::close);
                scheduler.threadFactory().newThread(() -> System.exit(EXIT_CODE)).start();
                break;
            case "wait-beside-hook":
                closeInHook(scheduler::close);
                System.out.println("ready");
                break;
            case "wait-beside-hook-with-limit":
                closeInHook(() -> scheduler.close(Duration.ofMillis(500)));
                System.out.println("ready");
                break;
            case "halt":
                Runtime.getRuntime().halt(EXIT_CODE);
                break;
            case "wait":
                System.out.println("ready");
                break;
            default:
                throw new IllegalArgumentException(way);
        }
    }

    private static void closeInHook(final Runnable closing) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            closing.run();
            System.out.println("hook done");
        }));
    }

    private static void returnWithoutClose(final String way) throws Exception {
        final UmcgScheduler scheduler =
            UmcgScheduler.builder().servers(2).workers(WORKERS).daemon(way.equals("idle-daemons")).start();
        if (!way.equals("never-used")) {
            scheduler.newExecutor().submit(() -> { }).get();
        }
        System.out.println("ready");
    }

    /** As many as may run, and one that is held. */
    private static void startDaemons(final UmcgScheduler scheduler) throws InterruptedException {
        final CountDownLatch running = new CountDownLatch(2);
        for (int i = 0; i < 3; i++) {
            final Thread thread = scheduler.threadFactory().newThread(() -> {
                running.countDown();
                while (true) {
                    Thread.onSpinWait();
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        running.await();
    }
}
