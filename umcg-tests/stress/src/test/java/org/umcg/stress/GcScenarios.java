// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Collections, and what collectors wait for. */
final class GcScenarios {

    private static final int GC_PAUSE_MILLIS = 5;
    private static final int PAGE = 4096;

    private GcScenarios() {
    }

    static Scenario storm() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                run.disturb(GC_PAUSE_MILLIS, System::gc);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                LockSupport.parkNanos(20_000);
            }
        };
    }

    static Scenario firstTouch() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                run.disturb(GC_PAUSE_MILLIS, System::gc);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                final byte[] fresh = new byte[4 << 20];
                for (int i = 0; i < fresh.length; i += PAGE) {
                    fresh[i] = (byte) worker;
                }
                Thread.yield();
            }
        };
    }

    static Scenario malloc() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                run.disturb(GC_PAUSE_MILLIS, System::gc);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                final int size = ThreadLocalRandom.current().nextInt(64 << 10, 150 << 10);
                ByteBuffer.allocateDirect(size).put(0, (byte) worker);
            }
        };
    }

    static Scenario jniCritical() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                run.disturb(GC_PAUSE_MILLIS, System::gc);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                StressNatives.sleepInCritical(new byte[1024], 200);
            }
        };
    }
}
