// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.api.UmcgUnavailableException;

/**
 * Whether this JVM can use UMCG, why not, and the system calls if it can.
 *
 * <p>The first call of any method probes the kernel, once; the answer does not change. Safe for any
 * thread.
 */
public final class Umcg {

    /** System property that chooses the binding: {@code jni}, the default, or {@code jna}. */
    public static final String BINDING_PROPERTY = "org.umcg.binding";

    private Umcg() {
    }

    /**
     * Whether {@link #systemCalls()} works here.
     *
     * @return false if {@link #unavailabilityCause()} says why not
     */
    public static boolean isAvailable() {
        return Probed.AVAILABILITY.cause() == null;
    }

    /**
     * Why UMCG cannot be used here.
     *
     * @return null if it can
     */
    public static UmcgUnavailableException unavailabilityCause() {
        return Probed.AVAILABILITY.cause();
    }

    /**
     * Throws if UMCG cannot be used here.
     *
     * @throws UmcgUnavailableException with the reason, and what to do
     */
    public static void ensureAvailable() {
        final UmcgUnavailableException cause = unavailabilityCause();
        if (cause != null) {
            throw new UmcgUnavailableException(cause.reason(), cause.getMessage(), cause.getCause());
        }
    }

    /**
     * The system calls through the chosen binding.
     *
     * @return always the same object
     * @throws UmcgUnavailableException if UMCG cannot be used here
     */
    public static UmcgSystemCalls systemCalls() {
        ensureAvailable();
        return Probed.AVAILABILITY.systemCalls();
    }

    /**
     * The features that the kernel offers.
     *
     * @return a set of {@link UmcgTaskDescriptor#FEATURE_PREEMPT} and
     *     {@link UmcgTaskDescriptor#FEATURE_CRITICAL}
     * @throws UmcgUnavailableException if UMCG cannot be used here
     */
    public static int features() {
        ensureAvailable();
        return UmcgTaskDescriptor.features(Probed.AVAILABILITY.queryResult());
    }

    static Availability availability() {
        return Probed.AVAILABILITY;
    }

    private static final class Probed {

        static final Availability AVAILABILITY = Availability.probe(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            new ChosenBinding());
    }
}
