// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import org.umcg.scheduler.UmcgScheduler;

/** The scheduler of all actors that are workers, in one JVM of jcstress, which it does not keep from ending. */
public final class SharedScheduler {

    private static final UmcgScheduler SCHEDULER = UmcgScheduler.builder().servers(2).workers(2).daemon(true).start();

    private SharedScheduler() {
    }

    /** One with two servers, started by the first that asks. */
    public static UmcgScheduler get() {
        return SCHEDULER;
    }
}
