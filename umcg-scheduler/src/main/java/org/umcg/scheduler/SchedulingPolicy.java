// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

/**
 * Which runnable worker a server runs next.
 *
 * <p>Workers are numbers from 0 on; each is in the policy at most once. All servers call the methods at
 * the same time. A worker that is about to be picked may own any lock and be stopped anywhere, so a policy
 * keeps the rules of the package: it does not allocate, lock, block, log, unpark, or use a class that is not
 * initialised yet. A policy that breaks them is slow, as the sentinel stands in for its server meanwhile, but
 * stops nobody. If it throws, or names a worker that does not exist, it is reported once by the logger
 * {@code org.umcg.scheduler} and replaced by {@link Policies#fifo()}.
 *
 * <p>A policy must not starve: each worker that is enqueued is picked at last, whatever comes after. When a server
 * idles although workers are enqueued, and no server has come out of the kernel for a tenth of a second, those
 * workers are enqueued once more, at a time when no server is in the policy.
 *
 * <p>Before there is a worker, each server enqueues and picks number 0 some hundred times, so that nothing is
 * left to load or to link when it counts.
 */
public interface SchedulingPolicy {

    /** What {@link #pick} returns when no worker is enqueued. */
    int NOBODY = -1;

    /** How a worker has become runnable. */
    enum Arrival {

        /** A thread has just become this worker. */
        NEW,

        /** It has slept, or was held up for a moment. */
        WOKEN,

        /** Its quantum has ended, and it has not slept for as long since. */
        PREEMPTED
    }

    /**
     * A worker has become runnable.
     *
     * @param worker  its number; it is not in the policy, unless that has kept it for too long, see above
     * @param arrival how
     */
    void enqueue(int worker, Arrival arrival);

    /**
     * Takes out the worker that a server runs next. May fail to see one that is being enqueued by another
     * thread, which then sees to it.
     *
     * @param server the calling server, from 0 on
     * @return a worker's number, or {@link #NOBODY}
     */
    int pick(int server);

    /**
     * A worker has blocked: it sleeps in the kernel. News that may come late, after the worker was enqueued again, and
     * is left out where the sentinel has run the worker.
     *
     * @param worker its number
     */
    default void blocked(final int worker) {
    }

    /**
     * A worker has ended: whatever has its number next is another thread. In the thread that ends, so neither before it
     * was picked for the last time nor after its number comes again; not for a thread that ends without a word to the
     * JVM, by an exit in native code, say.
     *
     * @param worker its number
     */
    default void ended(final int worker) {
    }

    /**
     * Whether a pick would have found nobody a moment ago.
     *
     * @return only a hint
     */
    boolean isEmpty();

    /**
     * Whether a worker may be run without asking the policy where it is the only one that could be: the policy is
     * empty, and the kernel, when a server's worker blocks, finds one runnable worker. The kernel then runs that one,
     * which takes a fraction of a server's turn, up to some thousand times in a row. The policy hears neither of that
     * worker nor of the one that has blocked.
     *
     * @return false if the policy is to hear of each worker, as one must that keeps an account of them
     */
    default boolean leavesNoChoiceToKernel() {
        return false;
    }

    /**
     * Whether the policy picks the worker that was enqueued first, as long as none is enqueued as preempted. A server
     * that is alone then takes the workers that have become runnable only once the policy is empty: that changes no
     * order, and two workers that yield to each other are left to the kernel.
     *
     * @return false if a worker that has just become runnable may be picked before another one
     */
    default boolean picksInOrderOfArrival() {
        return false;
    }

    /** Makes the policy of one scheduler. */
    @FunctionalInterface
    interface Factory {

        /**
         * Makes a policy.
         *
         * @param workers what the policy can know of the workers
         * @return a policy that is used by one scheduler only
         */
        SchedulingPolicy create(Workers workers);
    }

    /** What a policy can know of the workers. Safe for any thread; no method allocates. */
    @FunctionalInterface
    interface Workers {

        /**
         * How many there are at most.
         *
         * @return all numbers are less
         */
        int capacity();
    }
}
