// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How a scheduler ends: executors are shut down, workers come to their end, then servers do. For any number of
 * threads at the same time.
 */
final class Shutdown {

    static final long FOR_EVER = Long.MAX_VALUE;

    /** How often await() looks for threads that have ended without a word. */
    private static final long REAP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** After how long await() names the workers that it waits for. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_NAMES = 10;
    private static final Pattern LIBRARY_CLASS = Pattern.compile("(java|javax|jdk|sun)\\.");

    private final ExecutorRegistry executors;
    private final ServerGroup group;
    private final WorkerSlots slots;
    private final ServerThreads servers;
    private final AtomicBoolean hasSaid = new AtomicBoolean();

    Shutdown(final ExecutorRegistry executors, final ServerGroup group, final ServerThreads servers) {
        this.executors = executors;
        this.group = group;
        this.servers = servers;
        slots = group.slots();
    }

    /** Takes no more work. */
    void begin() {
        executors.shutdown();
        group.newcomers().await();
        slots.close();
        group.kickServers();
    }

    /** Takes no more work, and interrupts all workers. Tasks that have not begun are returned. */
    List<Runnable> interruptAll() {
        final List<Runnable> tasks = executors.shutdownNow();
        group.newcomers().await();
        slots.close();
        slots.forEach(worker -> worker.thread().interrupt());
        group.kickServers();
        return tasks;
    }

    /**
     * Waits until all servers have ended. Interrupted meanwhile, it interrupts all workers, and goes on waiting.
     *
     * @param nanos how long at most
     * @return false if that was not long enough, or cannot be: all workers that are left wait for the JVM's end
     */
    boolean await(final long nanos) {
        final long start = System.nanoTime();
        boolean wasInterrupted = false;
        boolean isLate = false;
        while (servers.isAnyAlive() && !isLate) {
            try {
                isLate = !awaitServer(nanos - (System.nanoTime() - start));
            }
            catch (final InterruptedException e) {
                wasInterrupted = true;
                interruptAll();
            }
            if (System.nanoTime() - start >= PATIENCE_NANOS) {
                sayOnce();
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        return !isLate;
    }

    /** Waits for one server for a while; false if there is no sense in waiting any longer. */
    private boolean awaitServer(final long nanosLeft) throws InterruptedException {
        if (nanosLeft <= 0) {
            return false;
        }
        servers.joinAny(Math.min(nanosLeft, REAP_NANOS));
        if (slots.reap()) {
            group.kickServers();
        }
        return !isJvmEnding() || !areAllExiting();
    }

    /** Whether there are workers, and each one is in System.exit(), which waits for all shutdown hooks. */
    private boolean areAllExiting() {
        final int[] exiting = new int[1];
        final int[] others = new int[1];
        slots.forEach(worker -> {
            final boolean isExiting = Stream.of(worker.thread().getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown"));
            exiting[0] += isExiting ? 1 : 0;
            others[0] += isExiting ? 0 : 1;
        });
        return exiting[0] != 0 && others[0] == 0;
    }

    private void sayOnce() {
        if (hasSaid.compareAndSet(false, true)) {
            System.getLogger(Shutdown.class.getPackageName()).log(System.Logger.Level.WARNING,
                "close() has waited for {0} s, and goes on waiting, for {1}",
                TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS), describeWorkers());
        }
    }

    private String describeWorkers() {
        final List<String> names = new ArrayList<>();
        slots.forEach(worker -> names.add(describe(worker.thread())));
        final int more = names.size() - MAX_NAMES;
        return more > 0
            ? String.join("; ", names.subList(0, MAX_NAMES)) + "; and " + more + " more workers"
            : String.join("; ", names);
    }

    /** Its name, its state, and the line of the program where it is. */
    private static String describe(final Thread worker) {
        final StackTraceElement[] stack = worker.getStackTrace();
        return worker.getName() + ", " + worker.getState() + Stream.of(stack)
            .filter(frame -> !LIBRARY_CLASS.matcher(frame.getClassName()).lookingAt())
            .findFirst().or(() -> Stream.of(stack).findFirst())
            .map(frame -> " at " + frame).orElse("");
    }

    /** Whether the JVM is about to end: a worker may then wait for just that, in System.exit(). */
    static boolean isJvmEnding() {
        final Thread hook = new Thread(() -> { }, "umcg-hook");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        }
        catch (final IllegalStateException e) {
            return true;
        }
    }
}
