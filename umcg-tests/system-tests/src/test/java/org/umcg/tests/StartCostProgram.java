// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.umcg.binding.Umcg;
import org.umcg.scheduler.UmcgScheduler;

/**
 * Prints what it costs to ask for availability, to start a scheduler, and to start another one: lines of
 * nanoseconds in which the machine's CPU was not idle. While a thread waits for a file of the host, the clock
 * jumps.
 */
final class StartCostProgram {

    private static final int WORKERS = 64;
    /** Of the line of a CPU, after its name. */
    private static final int USED_FIELD = 7;

    private StartCostProgram() {
    }

    public static void main(final String[] args) throws Exception {
        used();
        final long begin = used();
        final boolean isAvailable = Umcg.isAvailable();
        final long asked = used();
        final UmcgScheduler first = UmcgScheduler.start(1, WORKERS);
        final long startedFirst = used();
        final UmcgScheduler second = UmcgScheduler.start(1, WORKERS);
        final long startedSecond = used();
        second.close();
        first.close();
        if (isAvailable) {
            System.out.println(asked - begin);
            System.out.println(startedFirst - asked);
            System.out.println(startedSecond - startedFirst);
        }
    }

    /** Sleeps first: a thread's time is counted when it leaves the CPU. See the kernel's sched-stats.rst. */
    private static long used() throws InterruptedException, IOException {
        Thread.sleep(1);
        try (InputStream in = new FileInputStream("/proc/schedstat")) {
            final String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            int at = text.indexOf("cpu0 ");
            for (int i = 0; i < USED_FIELD; i++) {
                at = text.indexOf(' ', at) + 1;
            }
            return Long.parseLong(text.substring(at, text.indexOf(' ', at)));
        }
    }
}
