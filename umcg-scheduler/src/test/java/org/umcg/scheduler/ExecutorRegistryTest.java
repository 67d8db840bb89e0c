// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ExecutorRegistryTest {

    private static final int PATIENCE_SECONDS = 30;

    private final ExecutorRegistry registry = new ExecutorRegistry();

    @Test
    void shouldShutDownAllAndRefuseMore() throws Exception {
        final ExecutorService one = add(Executors.defaultThreadFactory());
        final ExecutorService two = add(Executors.defaultThreadFactory());
        one.submit(() -> { }).get(PATIENCE_SECONDS, TimeUnit.SECONDS);

        registry.shutdown();

        assertThat(one.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(two.isTerminated()).isTrue();
        assertThatThrownBy(() -> add(Executors.defaultThreadFactory())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldReturnTasksThatHaveNotBegun() throws Exception {
        final CountDownLatch running = new CountDownLatch(1);
        final ExecutorService executor = add(Executors.defaultThreadFactory());
        final Runnable second = () -> { };
        executor.execute(() -> {
            running.countDown();
            sleepUntilInterrupted();
        });
        executor.execute(second);
        assertThat(running.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

        final List<Runnable> tasks = registry.shutdownNow();

        assertThat(tasks).containsExactly(second);
        assertThat(executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Neither the registry nor the scheduler keeps it. */
    @Test
    void shouldForgetExecutorThatHasEnded() {
        add(Executors.defaultThreadFactory()).shutdown();

        assertThat(registry.size()).isZero();
    }

    @Test
    void shouldNotKeepExecutorThatNobodyCanUse() {
        final WeakReference<ExecutorService> dropped = new WeakReference<>(add(Executors.defaultThreadFactory()));
        final long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (dropped.get() != null && System.nanoTime() < limit) {
            System.gc();
        }

        assertThat(dropped.get()).isNull();
    }

    private ExecutorService add(final ThreadFactory factory) {
        final WorkerPool pool = new WorkerPool(1, factory, UnaryOperator.identity(), registry);
        registry.add(pool);
        return pool;
    }

    private static void sleepUntilInterrupted() {
        try {
            Thread.sleep(TimeUnit.HOURS.toMillis(1));
        }
        catch (final InterruptedException e) {
            // As it should be.
        }
    }
}
