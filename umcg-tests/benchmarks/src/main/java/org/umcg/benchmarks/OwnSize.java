// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a sample measures that is no time. For JMH's thread. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class OwnSize {

    /** The name of JMH's secondary result. */
    static final String LABEL = "bytes";

    private double value;

    void set(final long bytes, final int operations) {
        value = (double) bytes / operations;
    }

    /** Of one operation. */
    public double bytes() {
        return value;
    }
}
