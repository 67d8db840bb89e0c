// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.umcg.scheduler.UmcgScheduler;

/**
 * Measures one thing, prints {@code NAME VALUE} lines, and leaves the judgement to {@link SafetyCostStressTest}:
 * {@code gc}, {@code idle}, {@code quantum}. Times are in microseconds.
 */
final class MeasureProgram {

    private static final int HELD = 200;
    private static final int COLLECTIONS = 200;
    private static final int ROUNDS = 5;
    private static final int WARM_UP_COLLECTIONS = 5;
    private static final int WARM_UP_SLEEPS = 5;
    private static final int SERVERS = 2;

    private MeasureProgram() {
    }

    public static void main(final String[] args) throws Exception {
        switch (args[0]) {
            case "gc":
                measureCollections();
                break;
            case "idle":
                measureIdle();
                break;
            case "quantum":
                print("lateness_us", percentile(latenessOfSleeper(Duration.ofMillis(10), 200), 99));
                print("starved_us", percentile(latenessOfSleeper(Duration.ZERO, 20), 99));
                break;
            default:
                throw new IllegalArgumentException(args[0]);
        }
        System.exit(0);
    }

    /**
     * Pauses beside parked threads, beside held workers, and beside those under the flight recorder. The first
     * two in turn, as what else the machine does changes; and once before that, as all that a JVM has loaded by
     * then makes collections longer.
     */
    private static void measureCollections() throws Exception {
        collectBesideParkedThreads(0);
        collectBesideHeldWorkers(0);
        final List<Long> plain = new ArrayList<>();
        final List<Long> held = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            plain.addAll(collectBesideParkedThreads(COLLECTIONS / ROUNDS));
            held.addAll(collectBesideHeldWorkers(COLLECTIONS / ROUNDS));
        }
        print("plain_gc_us", percentile(plain, 99));
        print("held_gc_us", percentile(held, 99));
        try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
            recording.start();
            print("held_gc_jfr_us", percentile(collectBesideHeldWorkers(COLLECTIONS), 100));
        }
    }

    private static List<Long> collectBesideParkedThreads(final int count) throws InterruptedException {
        final CountDownLatch end = new CountDownLatch(1);
        final ExecutorService threads = Executors.newFixedThreadPool(HELD);
        for (int i = 0; i < HELD; i++) {
            threads.execute(() -> await(end));
        }
        collect(WARM_UP_COLLECTIONS);
        final List<Long> micros = collect(count);
        end.countDown();
        threads.shutdown();
        threads.awaitTermination(1, TimeUnit.MINUTES);
        return micros;
    }

    private static List<Long> collectBesideHeldWorkers(final int count) {
        try (UmcgScheduler scheduler = UmcgScheduler.start(SERVERS, HELD)) {
            final CountDownLatch end = new CountDownLatch(1);
            final ExecutorService workers = scheduler.newExecutor();
            for (int i = 0; i < HELD; i++) {
                workers.execute(() -> yieldUntil(end));
            }
            collect(WARM_UP_COLLECTIONS);
            final List<Long> micros = collect(count);
            end.countDown();
            return micros;
        }
    }

    /** Runnable most of the time, so that all but two of them are held. */
    private static void yieldUntil(final CountDownLatch end) {
        while (end.getCount() != 0) {
            LockSupport.parkNanos(1);
        }
    }

    private static List<Long> collect(final int count) {
        final List<Long> micros = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final long start = System.nanoTime();
            System.gc();
            micros.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return micros;
    }

    /** CPU time of the threads of a scheduler that has nothing to do, in parts per million. */
    private static void measureIdle() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(SERVERS, 16)) {
            final ExecutorService workers = scheduler.newExecutor();
            for (int i = 0; i < 16; i++) {
                workers.submit(() -> LockSupport.parkNanos(1_000_000)).get();
            }
            Thread.sleep(1000);
            final long seconds = 20;
            final long before = nanosOfScheduler();
            Thread.sleep(seconds * 1000);
            final long nanos = nanosOfScheduler() - before;
            print("used_us", TimeUnit.NANOSECONDS.toMicros(before));
            print("idle_ppm", nanos / (seconds * 1000));
        }
    }

    private static long nanosOfScheduler() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(MeasureProgram::isOfScheduler).mapToLong(MeasureProgram::nanosOf).sum();
        }
    }

    /** Servers, workers, and the sentinel. */
    private static boolean isOfScheduler(final Path task) {
        try {
            return Files.readString(task.resolve("comm")).startsWith("umcg-");
        }
        catch (final IOException e) {
            return false;
        }
    }

    /** The first word of schedstat: time on a CPU. */
    private static long nanosOf(final Path task) {
        try {
            return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ")[0]);
        }
        catch (final IOException e) {
            return 0;
        }
    }

    /**
     * How late a worker wakes that sleeps for 20 ms, beside eight that never stop. Without the first times, when
     * classes are loaded: each read of a file makes it wait for its turn once more.
     */
    private static List<Long> latenessOfSleeper(final Duration quantum, final int sleeps)
        throws Exception {
        final List<Long> lateness = new ArrayList<>();
        final CountDownLatch end = new CountDownLatch(1);
        try (UmcgScheduler scheduler =
                 UmcgScheduler.builder().servers(SERVERS).workers(16).quantum(quantum).start()) {
            final ExecutorService workers = scheduler.newExecutor();
            for (int i = 0; i < 8; i++) {
                workers.execute(() -> {
                    while (end.getCount() != 0) {
                        Thread.onSpinWait();
                    }
                });
            }
            workers.submit(() -> {
                for (int i = 0; i < WARM_UP_SLEEPS + sleeps; i++) {
                    final long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                    lateness.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due));
                }
            }).get();
            end.countDown();
            System.err.println(scheduler.metrics());
        }
        return lateness.subList(WARM_UP_SLEEPS, lateness.size());
    }

    private static long percentile(final List<Long> values, final int percent) {
        final long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[(sorted.length * percent - 1) / 100];
    }

    private static void print(final String name, final long value) {
        System.out.println(name + " " + value);
    }

    private static void await(final CountDownLatch latch) {
        try {
            latch.await();
        }
        catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
