// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.umcg.sentinel.ServerCalls;

/** The threads that are the servers of one scheduler. One thread starts them; any may ask and wait afterwards. */
final class ServerThreads {

    private final ServerGroup group;
    private final List<Thread> threads = new ArrayList<>();

    ServerThreads(final ServerGroup group) {
        this.group = group;
    }

    /**
     * Starts all servers, and waits until each is ready or has failed.
     *
     * @return what kept one of them from starting, or null
     */
    Throwable start() {
        final ServerCalls serverCalls = ServerCalls.of(group.memory(), group.calls());
        for (int i = 0; i < group.memory().servers(); i++) {
            final Thread thread = new Thread(new ServerLoop(i, group, serverCalls), "umcg-server-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            start(thread);
        }
        final Throwable problem = group.awaitStart();
        group.counters().forgetWarmUp();
        return problem;
    }

    private void start(final Thread thread) {
        try {
            thread.start();
        }
        catch (final OutOfMemoryError e) {
            group.serverStarted(e);
            group.serverEnded();
        }
    }

    boolean isAnyAlive() {
        return threads.stream().anyMatch(Thread::isAlive);
    }

    /** Waits for one of them, no longer than it is told to. */
    void joinAny(final long nanos) throws InterruptedException {
        for (final Thread thread : threads) {
            if (thread.isAlive()) {
                TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
                return;
            }
        }
    }
}
