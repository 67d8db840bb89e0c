// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import org.umcg.binding.Umcg;
import org.umcg.scheduler.UmcgScheduler;

/** Prints what it costs to ask for availability, and to start schedulers, in ns: one line each. */
final class StartCostProgram {

    private static final int WORKERS = 64;

    private StartCostProgram() {
    }

    public static void main(final String[] args) {
        final long begin = System.nanoTime();
        final boolean isAvailable = Umcg.isAvailable();
        final long asked = System.nanoTime();
        final UmcgScheduler first = UmcgScheduler.start(1, WORKERS);
        final long startedFirst = System.nanoTime();
        final UmcgScheduler second = UmcgScheduler.start(1, WORKERS);
        final long startedSecond = System.nanoTime();
        second.close();
        first.close();
        if (isAvailable) {
            System.out.println(asked - begin);
            System.out.println(startedFirst - asked);
            System.out.println(startedSecond - startedFirst);
        }
    }
}
