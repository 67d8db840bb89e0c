// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicLong;
import org.umcg.api.OffHeapWords;
import org.umcg.sentinel.SchedulerMemory;

/**
 * Which servers have nothing to run, and the one of them that the kernel may wake when a worker becomes
 * runnable whose own server is busy: the word at idle_server_tid_ptr.
 *
 * <p>As long as some server idles, the word names one, or a server is awake that will see to it: each
 * server advertises another one at the start of a turn, before it takes the lists. So a worker that is
 * listed later finds an idle server in the word, and one that was listed earlier is found by that turn.
 *
 * <pre>
 *  server that leaves          server that advertises it
 *  idle = 0                    word = its tid
 *  word == my tid? -&gt; 0        still idle? no -&gt; word = 0, try the next
 * </pre>
 *
 * <p>A server that is alone advertises nobody, as there is nobody to wake it but its own workers, of which the kernel
 * tells it without this.
 *
 * <p>idle and word: volatile, and compare-and-set of the word from and to 0. No method allocates or blocks.
 */
final class IdleServers {

    private final SchedulerMemory memory;
    private final OffHeapWords word;
    private final boolean isAlone;
    /** A bit for each server. */
    private final AtomicLong idle = new AtomicLong();

    IdleServers(final SchedulerMemory memory, final OffHeapWords word) {
        this.memory = memory;
        this.word = word;
        isAlone = memory.servers() == 1;
    }

    /** What to store in idle_server_tid_ptr of each worker. */
    long wordAddress() {
        return word.addressOf(0);
    }

    /** A server is about to idle; it must look for work once more before it waits. */
    void enter(final int server) {
        if (!isAlone) {
            set(server, 1L << server);
            advertise();
        }
    }

    /** A server idles no longer. */
    void leave(final int server) {
        if (!isAlone) {
            set(server, 0);
            word.compareAndSet(0, memory.serverTidAcquire(server), 0);
        }
    }

    /** Sees to it that the word names an idle server, if there is one. */
    void advertise() {
        if (isAlone) {
            return;
        }
        long mask = idle.get();
        while (mask != 0 && word.getVolatile(0) == 0) {
            final int server = Long.numberOfTrailingZeros(mask);
            final int tid = memory.serverTidAcquire(server);
            if (word.compareAndSet(0, 0, tid) && (idle.get() & 1L << server) == 0) {
                word.compareAndSet(0, tid, 0);
            }
            mask &= mask - 1;
        }
    }

    private void set(final int server, final long bit) {
        long mask = idle.get();
        while (!idle.compareAndSet(mask, mask & ~(1L << server) | bit)) {
            mask = idle.get();
        }
    }

    /** The tid of some idle server, or 0. */
    int anyTid() {
        final long mask = idle.get();
        return mask == 0 ? 0 : memory.serverTidAcquire(Long.numberOfTrailingZeros(mask));
    }
}
