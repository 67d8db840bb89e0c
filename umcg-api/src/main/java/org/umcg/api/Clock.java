// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

/**
 * The clocks that a task can register with: the one of its time stamps and of its timeouts.
 *
 * <p>Source: {@code linux/time.h} for the numbers, {@code linux/umcg.h} for the choice.
 */
public enum Clock {

    /** {@code CLOCK_REALTIME}: wall time since 1970, which an administrator can set. */
    REALTIME(0),

    /** {@code CLOCK_MONOTONIC}: what {@link System#nanoTime()} reads in HotSpot on Linux. */
    MONOTONIC(1),

    /** {@code CLOCK_BOOTTIME}: like the monotonic clock, and counts suspended time too. */
    BOOTTIME(7),

    /** {@code CLOCK_TAI}: wall time without leap seconds. */
    TAI(11);

    private final int id;

    Clock(final int id) {
        this.id = id;
    }

    /**
     * The number for the {@code clockid} argument of {@link UmcgSystemCalls#ctl}.
     *
     * @return the kernel's {@code clockid_t}
     */
    public int id() {
        return id;
    }
}
