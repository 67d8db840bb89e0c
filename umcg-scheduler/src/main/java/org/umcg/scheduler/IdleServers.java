// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicIntegerArray;
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
 * <p>flags and word: volatile, and compare-and-set from and to 0. No method allocates or blocks.
 */
final class IdleServers {

    private final SchedulerMemory memory;
    private final OffHeapWords word;
    private final AtomicIntegerArray idle;

    IdleServers(final SchedulerMemory memory, final OffHeapWords word) {
        this.memory = memory;
        this.word = word;
        idle = new AtomicIntegerArray(memory.servers());
    }

    /** What to store in idle_server_tid_ptr of each worker. */
    long wordAddress() {
        return word.addressOf(0);
    }

    /** A server is about to idle; it must look for work once more before it waits. */
    void enter(final int server) {
        idle.set(server, 1);
        advertise();
    }

    /** A server idles no longer. */
    void leave(final int server) {
        idle.set(server, 0);
        word.compareAndSet(0, memory.serverTidAcquire(server), 0);
    }

    /** Sees to it that the word names an idle server, if there is one. */
    void advertise() {
        for (int server = 0; server < idle.length() && word.getVolatile(0) == 0; server++) {
            if (idle.get(server) == 0) {
                continue;
            }
            final int tid = memory.serverTidAcquire(server);
            if (word.compareAndSet(0, 0, tid) && idle.get(server) == 0) {
                word.compareAndSet(0, tid, 0);
            }
        }
    }

    /** The tid of some idle server, or 0. */
    int anyTid() {
        for (int server = 0; server < idle.length(); server++) {
            if (idle.get(server) != 0) {
                return memory.serverTidAcquire(server);
            }
        }
        return 0;
    }
}
