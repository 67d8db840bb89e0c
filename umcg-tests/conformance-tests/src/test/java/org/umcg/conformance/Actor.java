// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.lang.Thread.State;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A thread with a part in a test. Safe for any thread. */
final class Actor {

    private final FutureTask<Void> task;
    private final Thread thread;

    private Actor(final ThreadFactory factory, final Body body) {
        task = new FutureTask<>(() -> {
            body.run();
            return null;
        });
        thread = factory.newThread(task);
    }

    static Actor start(final ThreadFactory factory, final Body body) {
        final Actor actor = new Actor(factory, body);
        actor.thread.start();
        return actor;
    }

    Thread thread() {
        return thread;
    }

    boolean hasEnded() {
        return task.isDone();
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Waits until the thread waits for something, or sleeps. */
    Actor awaitBlocked() {
        ConformanceTest.eventually(() -> {
            final State state = thread.getState();
            return state == State.WAITING || state == State.TIMED_WAITING || state == State.BLOCKED;
        });
        return this;
    }

    /** Waits for the end of its part, and fails as it failed. */
    void join() throws Exception {
        try {
            task.get(ConformanceTest.PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        catch (final ExecutionException e) {
            throw new AssertionError(thread.getName() + ": " + e.getCause(), e.getCause());
        }
        catch (final TimeoutException e) {
            throw new AssertionError(thread.getName() + " does not end", e);
        }
    }
}
