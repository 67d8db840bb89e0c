// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** Threads that come, go, and are looked at. */
final class ThreadScenarios {

    /** Of a worker, before the run may end. */
    private static final int DEATH_STEP = 20;

    private ThreadScenarios() {
    }

    static Scenario storm() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) throws Exception {
                new Recording(Configuration.getConfiguration("profile")).start();
                run.collect(5);
            }

            @Override
            public void step(final int worker, final StressRun run) throws Exception {
                if (worker >= 4) {
                    LockSupport.parkNanos(20_000);
                    return;
                }
                final Thread thread = new Thread(Thread::yield);
                thread.start();
                thread.join();
            }
        };
    }

    static Scenario stackTraces() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                run.disturb(5, Thread::getAllStackTraces);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                if (worker < 2) {
                    Thread.getAllStackTraces();
                }
                else {
                    LockSupport.parkNanos(50_000);
                }
            }
        };
    }

    /** A worker's thread is killed inside native code; nobody is told but the kernel. */
    static Scenario deadWorkers() {
        return new Scenario() {
            private final AtomicInteger steps = new AtomicInteger();

            @Override
            public void begin(final StressRun run) {
                run.collect(5);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                LockSupport.parkNanos(20_000);
                if (steps.incrementAndGet() == DEATH_STEP) {
                    run.workerDies();
                    StressNatives.exitThread();
                }
            }
        };
    }
}
