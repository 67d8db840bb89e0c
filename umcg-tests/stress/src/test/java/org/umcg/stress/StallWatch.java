// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.util.concurrent.TimeUnit;

/** Notices that a run makes no progress any more. */
final class StallWatch {

    private final Progress progress;
    private final long limitNanos;
    private long seen;
    private long since;

    /** From now on. */
    StallWatch(final Progress progress, final int seconds) {
        this.progress = progress;
        limitNanos = TimeUnit.SECONDS.toNanos(seconds);
        seen = progress.steps();
        since = System.nanoTime();
    }

    /** Has there been none for so long, as far as this method has been called often enough? */
    boolean isStalled() {
        final long steps = progress.steps();
        if (steps != seen) {
            seen = steps;
            since = System.nanoTime();
        }
        return System.nanoTime() - since > limitNanos;
    }
}
