// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that executors and factories asked for in vain: all are counted, the first is logged. Safe for any
 * thread.
 */
final class Refusals {

    private static final String IS_CLOSED = "the scheduler is closed";

    private final int limit;
    private final AtomicLong count = new AtomicLong();
    private final AtomicBoolean isLogged = new AtomicBoolean();

    Refusals(final int limit) {
        this.limit = limit;
    }

    /** Refuses a thread because the scheduler is closing, or because all its workers are in use. */
    RejectedExecutionException refuse(final boolean isClosing) {
        final String reason = isClosing
            ? IS_CLOSED
            : "all " + limit + " workers of the scheduler are in use;"
                + " UmcgScheduler.Builder.maxWorkers() says how many there may be";
        note(reason);
        return new RejectedExecutionException(reason);
    }

    /** Refuses a thread without an exception, as a closed factory does. */
    void refuseQuietly() {
        note(IS_CLOSED);
    }

    long count() {
        return count.get();
    }

    private void note(final String reason) {
        count.incrementAndGet();
        if (isLogged.compareAndSet(false, true)) {
            System.getLogger(Refusals.class.getPackageName())
                .log(System.Logger.Level.WARNING, "no thread is made for a pool, here and from now on: {0}", reason);
        }
    }
}
