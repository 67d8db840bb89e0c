// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.function.Executable;

/** The threads and pools of one test, which end with it. Safe for the threads of that test. */
final class Crew {

    private static final int STACK_DEPTH = 16;

    private final Threads threads;
    private final List<Actor> actors = new CopyOnWriteArrayList<>();
    private final List<ExecutorService> pools = new CopyOnWriteArrayList<>();

    Crew(final Threads threads) {
        this.threads = threads;
    }

    Threads threads() {
        return threads;
    }

    /** Its part fails unless it runs on a thread of the run. */
    Actor start(final Body body) {
        final Actor actor = Actor.start(threads.factory(), () -> {
            ensureMember();
            body.run();
            ensureMember();
        });
        actors.add(actor);
        return actor;
    }

    <T extends ExecutorService> T add(final T pool) {
        pools.add(pool);
        return pool;
    }

    /** Has a task of an executor run the body; fails as it fails, if it does not end, or leaves a thread behind. */
    void run(final String name, final long limitMillis, final Executable body) throws Throwable {
        final ExecutorService stage = add(threads.newExecutor());
        final Future<Throwable> outcome = stage.submit(() -> outcomeOf(body));
        final Throwable failure;
        try {
            failure = outcome.get(limitMillis, TimeUnit.MILLISECONDS);
        }
        catch (final TimeoutException e) {
            throw new AssertionError(complaint(name + " has not ended after " + limitMillis + " ms"), e);
        }
        if (failure != null) {
            throw failure;
        }
        end(name, limitMillis);
    }

    private Throwable outcomeOf(final Executable body) {
        try {
            ensureMember();
            body.execute();
            ensureMember();
            return null;
        }
        catch (final Throwable e) {
            return e;
        }
    }

    private void ensureMember() {
        if (!threads.isMember()) {
            throw new AssertionError("the body does not run as " + threads);
        }
    }

    private void end(final String name, final long limitMillis) throws Exception {
        for (final ExecutorService pool : pools) {
            pool.shutdownNow();
        }
        for (final Actor actor : actors) {
            actor.join();
        }
        final long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        while (threads.alive() != 0) {
            if (System.nanoTime() - limit > 0) {
                throw new AssertionError(complaint(name + " leaves " + threads.alive() + " threads behind"));
            }
            Thread.sleep(1);
        }
        final List<Throwable> uncaught = threads.takeUncaught();
        if (!uncaught.isEmpty()) {
            throw new AssertionError(name + ": a thread ended by " + uncaught, uncaught.get(0));
        }
    }

    /** Said at once, too: to look at the threads of a JVM that is stuck may not come to an end. */
    private static String complaint(final String what) {
        System.err.println(what);
        final List<String> lines = new ArrayList<>(List.of(what));
        for (final Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
            lines.add(each.getKey().getName() + ", " + each.getKey().getState());
            final StackTraceElement[] frames = each.getValue();
            for (int i = 0; i < Math.min(frames.length, STACK_DEPTH); i++) {
                lines.add("    in " + frames[i]);
            }
        }
        return String.join(System.lineSeparator(), lines);
    }
}
