// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Opens the executor that the command line names.
 */
final class DemoExecutors {
    private static final long KEEP_ALIVE_SECONDS = 60;
    private static final long TERMINATION_SECONDS = 10;
    private static final int FIRST_RELEASE_WITH_VIRTUAL_THREADS = 21;

    private DemoExecutors() {
    }

    /**
     * Opens an executor.
     *
     * @param kind    which one.
     * @param servers threads that may run at once: the size of the fixed pool.
     * @param workers requests that may be in progress at once: the size of the cached pool.
     * @return the executor, running.
     * @throws UnsupportedOperationException where this JVM or this kernel cannot offer it, with the reason.
     */
    static DemoExecutor open(final ExecutorKind kind, final int servers, final int workers) {
        return switch (kind) {
            case UMCG -> UmcgExecutor.open(servers, workers);
            case FIXED -> uncounted(Executors.newFixedThreadPool(servers));
            case CACHED -> uncounted(cachedPool(workers));
            case VIRTUAL -> uncounted(virtualThreads());
        };
    }

    static boolean hasVirtualThreads() {
        return Runtime.version().feature() >= FIRST_RELEASE_WITH_VIRTUAL_THREADS;
    }

    private static ExecutorService cachedPool(final int maxThreads) {
        // A hand-off queue would refuse a request that arrives before the last one's thread is back in the pool.
        final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            maxThreads, maxThreads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ExecutorService virtualThreads() {
        if (!hasVirtualThreads()) {
            throw new UnsupportedOperationException("virtual threads need JDK " +
                FIRST_RELEASE_WITH_VIRTUAL_THREADS + " or later, this is " + Runtime.version().feature());
        }

        try {
            return (ExecutorService)Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        }
        catch (final ReflectiveOperationException ex) {
            throw new UnsupportedOperationException("virtual threads are not available: " + ex, ex);
        }
    }

    private static DemoExecutor uncounted(final ExecutorService service) {
        return new UncountedExecutor(service);
    }

    private record UncountedExecutor(ExecutorService service) implements DemoExecutor {
        @Override
        public Optional<SchedulerCounters> counters() {
            return Optional.empty();
        }

        @Override
        public void close() {
            service.shutdown();
            try {
                if (!service.awaitTermination(TERMINATION_SECONDS, TimeUnit.SECONDS)) {
                    service.shutdownNow();
                }
            }
            catch (final InterruptedException ex) {
                service.shutdownNow();
                Thread.currentThread().interrupt();
            }
        }
    }
}
