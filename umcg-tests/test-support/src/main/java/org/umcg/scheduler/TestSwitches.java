// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

/**
 * What tests may do to a scheduler, and programs may not. In the package of the scheduler, which is possible on the
 * class path only, and not in its jar.
 */
public final class TestSwitches {

    private TestSwitches() {
    }

    /**
     * Has nobody watch the servers, so that programs stall: that is to be seen.
     *
     * @param builder of the scheduler
     * @return the builder
     */
    public static UmcgScheduler.Builder withoutSentinel(final UmcgScheduler.Builder builder) {
        builder.settings().setSentinel(false);
        return builder;
    }

    /**
     * Hides from the kernel what workers do for the JVM, as on a JVM that does not tell: the sentinel has more to do.
     *
     * @param builder of the scheduler
     * @return the builder
     */
    public static UmcgScheduler.Builder withoutCriticalWord(final UmcgScheduler.Builder builder) {
        builder.settings().setCriticalWord(false);
        return builder;
    }

    /**
     * What a worker does for the JVM: HotSpot's JavaThreadState.
     *
     * @param workers what the policy of a scheduler was made with
     * @param worker  a number
     * @return a value of that enumeration, or -1 if it is not known
     */
    public static int jvmThreadState(final SchedulingPolicy.Workers workers, final int worker) {
        return ((WorkersInMemory) workers).jvmThreadState(worker);
    }
}
