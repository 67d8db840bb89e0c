// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import org.umcg.scheduler.UmcgScheduler;

/** Starts a scheduler of one server, says on which CPU that is, and ends when its input does. */
final class ServerCpuProgram {

    private ServerCpuProgram() {
    }

    public static void main(final String[] args) throws Exception {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 1)) {
            scheduler.newExecutor().submit(() -> { }).get();
            System.out.println(String.join(" ", ServerCpus.read()));
            System.in.read();
        }
    }
}
