// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.ArrayList;
import java.util.List;

/** By what threads have ended. Safe for any thread. */
final class Uncaught implements Thread.UncaughtExceptionHandler {

    private List<Throwable> problems = new ArrayList<>();

    @Override
    public synchronized void uncaughtException(final Thread thread, final Throwable problem) {
        problems.add(problem);
    }

    /** What has come since the last call. */
    synchronized List<Throwable> take() {
        final List<Throwable> taken = problems;
        problems = new ArrayList<>();
        return taken;
    }
}
