// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

/** The policies that come with the library. */
public final class Policies {

    private Policies() {
    }

    /**
     * First in, first out. Workers whose quantum has ended come after all others until they have slept for
     * as long, but no more than seven others in a row overtake them.
     *
     * @return the default
     */
    public static SchedulingPolicy.Factory fifo() {
        return workers -> new FifoPolicy(workers.capacity());
    }

    /**
     * Last in, first out, for warm caches; each eighth pick takes the one that has waited longest, so that
     * nobody starves.
     *
     * @return a policy's factory
     */
    public static SchedulingPolicy.Factory lifo() {
        return workers -> new LifoPolicy(workers.capacity());
    }

    /**
     * Any order, for tests.
     *
     * @param seed the same one gives the same choices
     * @return a policy's factory
     */
    public static SchedulingPolicy.Factory random(final long seed) {
        return workers -> new RandomPolicy(workers.capacity(), seed);
    }
}
