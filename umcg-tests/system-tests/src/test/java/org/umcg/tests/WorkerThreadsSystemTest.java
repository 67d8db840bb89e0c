// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.TestJvm;
import org.umcg.testsupport.TestThread;

/** What workers are as threads: by default, whoever makes them, and as the builder says. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerThreadsSystemTest {

    private static final int PATIENCE_SECONDS = 100;
    private static final int FIRST_RELEASE_WITH_SCOPED_VALUES = 25;

    private final ClassLoader loader = new ClassLoader(getClass().getClassLoader()) { };

    /** As Executors.defaultThreadFactory(): a daemon that submits first makes no daemons. */
    @Test
    void shouldHaveNothingButClassLoaderFromThreadThatSubmits() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final CompletableFuture<Thread> worker = new CompletableFuture<>();
            final Thread submitter = new Thread(new ThreadGroup("of a request"), () ->
                scheduler.newExecutor().execute(() -> worker.complete(Thread.currentThread())));
            submitter.setDaemon(true);
            submitter.setPriority(Thread.MIN_PRIORITY);
            submitter.setContextClassLoader(loader);
            submitter.start();

            final Thread thread = worker.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(thread.isDaemon()).isFalse();
            assertThat(thread.getPriority()).isEqualTo(Thread.NORM_PRIORITY);
            assertThat(thread.getThreadGroup()).isSameAs(Thread.currentThread().getThreadGroup());
            assertThat(thread.getContextClassLoader()).isSameAs(loader);
            assertThat(thread.getName()).isEqualTo("umcg-worker-1");
        }
    }

    @Test
    void shouldBeAsBuilderSays() throws Exception {
        final AtomicReference<Throwable> uncaught = new AtomicReference<>();
        final UmcgScheduler.Builder builder = UmcgScheduler.builder().servers(1).workers(1)
            .threadName("orders-%03d").daemon(true).priority(Thread.MAX_PRIORITY).contextClassLoader(loader)
            .uncaughtExceptionHandler((thread, problem) -> uncaught.set(problem));
        try (UmcgScheduler scheduler = builder.start()) {
            final ExecutorService executor = scheduler.newExecutor();
            final Thread thread = inWorker(executor, Thread::currentThread);

            assertThat(thread.getName()).isEqualTo("orders-001");
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getPriority()).isEqualTo(Thread.MAX_PRIORITY);
            assertThat(thread.getContextClassLoader()).isSameAs(loader);
            executor.execute(() -> {
                throw new IllegalStateException("on purpose");
            });
            TestThread.spinUntil(() -> uncaught.get() != null);
            assertThat(uncaught.get()).hasMessage("on purpose");
        }
    }

    @Test
    void shouldHaveStackOfTheSizeThatBuilderSays() throws Exception {
        final int small = depthWithStackOf(512 << 10);
        final int large = depthWithStackOf(16 << 20);

        assertThat(large).isGreaterThan(4 * small);
    }

    /** In the thread that submits, around the task. */
    @Test
    void shouldDecorateEachTask() throws Exception {
        final ThreadLocal<String> context = new ThreadLocal<>();
        try (UmcgScheduler scheduler = UmcgScheduler.builder().servers(1).workers(1).taskDecorator(task -> {
            final String submitted = context.get();
            return () -> {
                context.set(submitted);
                task.run();
            };
        }).start()) {
            final ExecutorService executor = scheduler.newExecutor();
            context.set("first");
            assertThat(inWorker(executor, context::get)).isEqualTo("first");
            context.set("second");
            final CompletableFuture<String> second = new CompletableFuture<>();
            executor.execute(() -> second.complete(context.get()));
            assertThat(second.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("second");
        }
    }

    /**
     * The JVM finds scoped values by the frame of {@link Thread#run}, after a stack overflow say: a worker does not
     * override it.
     */
    @Test
    void shouldLeaveRunToThread() throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            final Thread thread = scheduler.threadFactory().newThread(() -> { });

            assertThat(thread.getClass().getMethod("run").getDeclaringClass()).isSameAs(Thread.class);
        }
        if (Runtime.version().feature() >= FIRST_RELEASE_WITH_SCOPED_VALUES) {
            final Process program = TestJvm.start(List.of("--enable-preview"), ScopedValueProgram.class);
            assertThat(TestJvm.exitCodeOf(program)).isZero();
        }
    }

    private static <T> T inWorker(final ExecutorService executor, final Callable<T> body) throws Exception {
        return executor.submit(body).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static int depthWithStackOf(final int bytes) throws Exception {
        try (UmcgScheduler scheduler =
                 UmcgScheduler.builder().servers(1).workers(1).stackSize(bytes).start()) {
            return inWorker(scheduler.newExecutor(), () -> {
                final int[] depth = new int[1];
                try {
                    descend(depth);
                }
                catch (final StackOverflowError e) {
                    // That is what it counts up to.
                }
                return depth[0];
            });
        }
    }

    private static void descend(final int[] depth) {
        depth[0]++;
        descend(depth);
    }
}
