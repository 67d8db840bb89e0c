// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The time that counts of a sample, where it is not that of the whole call. For JMH's thread. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class OwnTime {

    /** The name of JMH's secondary result. */
    static final String LABEL = "nanoseconds";

    private double value;

    void set(final long nanoseconds, final int operations) {
        value = (double) nanoseconds / operations;
    }

    /** Of one operation. */
    public double nanoseconds() {
        return value;
    }
}
