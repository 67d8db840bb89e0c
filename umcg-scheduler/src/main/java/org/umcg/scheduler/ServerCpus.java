// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.umcg.api.UmcgException;
import org.umcg.scheduler.FailureHandler.Part;
import org.umcg.sentinel.CpuClaim;

/**
 * Which CPU each server of a scheduler is bound to: a different one as far as there are enough, and of those
 * the ones that the servers of other schedulers have not claimed. Once a server runs, the kernel may move it, when
 * its CPU goes offline, say: it goes on.
 */
final class ServerCpus implements AutoCloseable {

    private final List<CpuClaim> claims = new ArrayList<>();
    private final Failures failures;

    private ServerCpus(final Failures failures) {
        this.failures = failures;
    }

    /**
     * Chooses CPUs.
     *
     * @param cpus    of these; null: of those that the calling thread may use; empty: binds no server
     * @param servers how many
     */
    static ServerCpus claim(final int[] cpus, final int servers, final Failures failures) {
        final ServerCpus result = new ServerCpus(failures);
        final int[] all = cpus != null ? cpus : CpuClaim.allowed();
        int[] left = all;
        for (int i = 0; i < servers && all.length != 0; i++) {
            final CpuClaim claim = CpuClaim.of(left);
            result.claims.add(claim);
            left = Arrays.stream(left).filter(cpu -> cpu != claim.cpu()).toArray();
            if (left.length == 0) {
                left = all;
            }
        }
        return result;
    }

    /** Binds the calling thread to the CPU of a server; if that cannot be, it says so and goes on. */
    void pin(final int server) {
        if (claims.isEmpty()) {
            return;
        }
        final int result = CpuClaim.pin(claims.get(server).cpu());
        if (result != 0) {
            failures.report(Part.CPU, new IllegalStateException(
                "server " + server + " and " + claims.get(server), new UmcgException("sched_setaffinity", -result)));
        }
    }

    /** Lets others have the CPUs. */
    @Override
    public void close() {
        claims.forEach(CpuClaim::close);
    }
}
