// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/** Where the threads of a run come from, and what is known of them. Safe for any thread. */
interface Threads {

    /** How many tasks an executor runs at a time. */
    int POOL_SIZE = 16;

    /**
     * As the system property {@code umcg.conformance.threads} says: {@code workers}, the default, or {@code plain}.
     *
     * @return threads of a fresh scheduler, if they are workers
     */
    static Threads open() {
        final String kind = System.getProperty("umcg.conformance.threads", "workers");
        return switch (kind) {
            case "workers" -> new WorkerThreads();
            case "plain" -> new PlainThreads();
            default -> throw new IllegalArgumentException(
                "umcg.conformance.threads: " + kind + " is neither workers nor plain");
        };
    }

    /** A pool of {@link #POOL_SIZE} threads. */
    ExecutorService newExecutor();

    ThreadFactory factory();

    /** Makes the calling thread, which the factory has not made, a member until the body has ended. */
    void runAsMember(Runnable body);

    /** Whether the calling thread is one of the kind that the run is for. */
    boolean isMember();

    /** How many of them have begun, and not ended. */
    long alive();

    /** By what threads have ended since the last call, as their handler was told. */
    List<Throwable> takeUncaught();

    /** Waits for all threads to end, and tells what is wrong with the run, or null. */
    String close(Duration limit);

    /** Interrupts all threads, and has nothing more to do with them. */
    void abandon();
}
