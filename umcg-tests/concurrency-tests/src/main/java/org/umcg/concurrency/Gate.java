// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Where both actors of a test wait for each other before they race; one of them then goes on a little later. */
public final class Gate {

    private static final int MOST_TURNS = 64;

    /** Plain: any number will do. */
    private static int count;

    private final AtomicInteger arrived = new AtomicInteger();
    private final int turns = count++ % MOST_TURNS;
    /** When the first one came. */
    private final AtomicLong firstNanos = new AtomicLong();

    /** Waits for the other actor; what either did before is visible to both. */
    public void meet() {
        firstNanos.compareAndSet(0, System.nanoTime());
        arrived.incrementAndGet();
        while (arrived.get() < 2) {
            Thread.onSpinWait();
        }
    }

    /** As {@link #meet()}, and then waits for up to some dozen nanoseconds, each time for another time. */
    public void meetAndLag() {
        meet();
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }

    /** Whether the first one of them came before a time; for the second one. */
    public boolean arrivedBefore(final long nanoTime) {
        return firstNanos.get() - nanoTime < 0;
    }
}
