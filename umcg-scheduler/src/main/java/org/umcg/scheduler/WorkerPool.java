// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A fixed pool with an unbounded queue, which decorates its tasks and leaves its registry when it ends. */
final class WorkerPool extends ThreadPoolExecutor {

    private final UnaryOperator<Runnable> decorator;
    private final ExecutorRegistry registry;

    WorkerPool(
        final int size,
        final ThreadFactory factory,
        final UnaryOperator<Runnable> decorator,
        final ExecutorRegistry registry) {
        super(size, size, 0, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), factory);
        this.decorator = decorator;
        this.registry = registry;
    }

    @Override
    public void execute(final Runnable task) {
        super.execute(Objects.requireNonNull(
            decorator.apply(Objects.requireNonNull(task, "task")), "the task decorator returned null"));
    }

    /** A task that throws ends its thread, which does not count for the pool from here on. */
    @Override
    protected void afterExecute(final Runnable task, final Throwable problem) {
        if (problem != null) {
            Worker.noteEnding();
        }
    }

    @Override
    protected void terminated() {
        registry.remove(this);
    }
}
