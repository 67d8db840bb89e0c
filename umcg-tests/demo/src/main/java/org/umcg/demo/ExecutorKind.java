// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The executors that the demo compares, by the name they have on the command line.
 */
enum ExecutorKind {
    /** Workers scheduled by this project. */
    UMCG,
    /** A fixed pool with one thread for each server of the UMCG run: the same concurrency, without a scheduler. */
    FIXED,
    /** A pool that grows to one thread for each worker of the UMCG run, all left to the operating system. */
    CACHED,
    /** One virtual thread for each request. */
    VIRTUAL;

    String optionName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ExecutorKind> ofOptionName(final String name) {
        return Arrays.stream(values()).filter(kind -> kind.optionName().equals(name)).findFirst();
    }
}
