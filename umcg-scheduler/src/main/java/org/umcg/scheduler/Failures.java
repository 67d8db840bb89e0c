// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.umcg.scheduler.FailureHandler.Part;

/**
 * The first failure of each part of a scheduler: kept, logged, and handed to the user's handler. Safe for any thread.
 */
final class Failures {

    private final FailureHandler handler;
    private final AtomicReferenceArray<Throwable> first = new AtomicReferenceArray<>(Part.values().length);

    /** A handler, or null. */
    Failures(final FailureHandler handler) {
        this.handler = handler;
    }

    /** What a part has thrown first, or null. */
    Throwable first(final Part part) {
        return first.get(part.ordinal());
    }

    /**
     * A part has failed. If it is the first time, a new thread tells: the caller may be a server, or own a lock
     * that the logger or the handler wants.
     */
    void report(final Part part, final Throwable problem) {
        if (!first.compareAndSet(part.ordinal(), null, problem)) {
            return;
        }
        try {
            final Thread thread = new Thread(null, () -> tell(part, problem), "umcg-failure", 0, false);
            thread.setDaemon(true);
            thread.start();
        }
        catch (final OutOfMemoryError e) {
            // first() still tells it; the caller, a server say, has to go on.
        }
    }

    private void tell(final Part part, final Throwable problem) {
        System.getLogger(Failures.class.getPackageName())
            .log(part.level(), part.description(), problem);
        if (handler != null) {
            handler.failed(part, problem);
        }
    }
}
