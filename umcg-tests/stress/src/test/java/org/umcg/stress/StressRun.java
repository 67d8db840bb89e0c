// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** One run of a scenario: its time, and the plain threads that disturb the workers. */
final class StressRun {

    /** Fewer show nothing. */
    static final int LEAST_STEPS = 50;
    private static final long MOST_START_SECONDS = 60;

    private final Progress progress;
    private final List<Thread> plainThreads = new CopyOnWriteArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean isCollecting = new AtomicBoolean();
    private final int workers;
    private final long seconds;
    private final CountDownLatch starting;
    private final CountDownLatch working;
    /** On the clock of System.nanoTime(), once it is known. */
    private volatile OptionalLong end = OptionalLong.empty();

    StressRun(final Progress progress, final int workers, final long seconds) {
        this.progress = progress;
        this.workers = workers;
        this.seconds = seconds;
        starting = new CountDownLatch(workers);
        working = new CountDownLatch(workers);
        // To link that call allocates; when isOver() makes it first, the heap may be full.
        progress.steps();
    }

    /** The run's time begins when all workers have, which can take some seconds beside the disturbers. */
    void startClock() throws InterruptedException {
        starting.await(MOST_START_SECONDS, TimeUnit.SECONDS);
        end = OptionalLong.of(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    }

    int workers() {
        return workers;
    }

    /** After its time, and after as many steps as show something. */
    boolean isOver() {
        if (failure.get() != null) {
            return true;
        }
        final OptionalLong known = end;
        return known.isPresent() && System.nanoTime() - known.getAsLong() >= 0 && progress.steps() >= LEAST_STEPS;
    }

    /** Tells who watches that something happens. */
    void moved() {
        progress.step();
    }

    /** Repeats something in a plain thread, with pauses, until the run is over, and once more for who waits for it. */
    void disturb(final long pauseMillis, final Body body) {
        final Thread thread = new Thread(() -> {
            while (!isOver()) {
                tryTo(body);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
            }
            tryTo(body);
        }, "disturber");
        plainThreads.add(thread);
        thread.start();
    }

    /**
     * Lets the collector run, with pauses, in one plain thread: the first call's, when a mix has several parts that
     * want this. They would queue for the JVM's heap lock, and leave nobody the time to allocate anything.
     */
    void collect(final long pauseMillis) {
        if (isCollecting.compareAndSet(false, true)) {
            disturb(pauseMillis, System::gc);
        }
    }

    /** What a worker of the scenario does. Allocates nothing by itself: the heap may be full. */
    void work(final Scenario scenario, final int worker) {
        starting.countDown();
        try {
            while (!isOver()) {
                scenario.step(worker, this);
                progress.step();
            }
        }
        catch (final Throwable t) {
            fail(t);
        }
        finally {
            working.countDown();
        }
    }

    /** The calling worker will not come to its end. */
    void workerDies() {
        working.countDown();
    }

    void awaitAll() throws InterruptedException {
        awaitAll(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    /** False if the workers need longer; plain threads get all the time that they need. */
    boolean awaitAll(final long timeout, final TimeUnit unit) throws InterruptedException {
        if (!working.await(timeout, unit)) {
            return false;
        }
        for (final Thread thread : plainThreads) {
            thread.join();
        }
        return true;
    }

    void fail(final Throwable problem) {
        if (!failure.compareAndSet(null, problem)) {
            return;
        }
        problem.printStackTrace();
    }

    Throwable failure() {
        return failure.get();
    }

    private void tryTo(final Body body) {
        try {
            body.run();
        }
        catch (final Throwable t) {
            fail(t);
        }
    }

    /** Something that may fail. */
    @FunctionalInterface
    interface Body {

        void run() throws Throwable;
    }
}
