// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.Locale;

/**
 * What all workers of a scheduler have in common as threads. Immutable.
 *
 * @param group       their thread group
 * @param namePattern for {@link String#format}, with a number
 * @param isDaemon    whether the JVM may end while they live
 * @param priority    as {@link Thread#setPriority}
 * @param loader      their context class loader; null: that of the thread that makes them
 * @param stackSize   in bytes; 0: the JVM's default
 * @param handler     of exceptions that nobody has caught; null: the JVM's default
 */
record ThreadSettings(
    ThreadGroup group,
    String namePattern,
    boolean isDaemon,
    int priority,
    ClassLoader loader,
    long stackSize,
    Thread.UncaughtExceptionHandler handler) {

    String name(final int number) {
        return String.format(Locale.ROOT, namePattern, number);
    }

    /** Sets what the constructor of a thread does not take; by default the thread would have it from its maker. */
    void applyTo(final Thread thread) {
        thread.setDaemon(isDaemon);
        thread.setPriority(priority);
        if (loader != null) {
            thread.setContextClassLoader(loader);
        }
        if (handler != null) {
            thread.setUncaughtExceptionHandler(handler);
        }
    }
}
