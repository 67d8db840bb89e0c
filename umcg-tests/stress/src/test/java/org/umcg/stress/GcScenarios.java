// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Collections, and what collectors wait for. */
final class GcScenarios {

    private static final int GC_PAUSE_MILLIS = 5;
    private static final int PAGE = 4096;
    private static final int MOST_TRIES = 10;

    private GcScenarios() {
    }

    static Scenario storm() {
        final Scenario parks = (worker, run) -> LockSupport.parkNanos(20_000);
        return parks.duringCollections(GC_PAUSE_MILLIS);
    }

    static Scenario firstTouch() {
        final Scenario touches = (worker, run) -> {
            final byte[] fresh = new byte[4 << 20];
            for (int i = 0; i < fresh.length; i += PAGE) {
                fresh[i] = (byte) worker;
            }
            Thread.yield();
        };
        return touches.duringCollections(GC_PAUSE_MILLIS);
    }

    static Scenario malloc() {
        final Scenario allocates = (worker, run) -> {
            final int size = ThreadLocalRandom.current().nextInt(64 << 10, 150 << 10);
            allocateDirect(size).put(0, (byte) worker);
        };
        return allocates.duringCollections(GC_PAUSE_MILLIS);
    }

    /** The JDK gives the collector half a second each time, which is little on an emulated machine. */
    private static ByteBuffer allocateDirect(final int size) {
        for (int tries = 1; ; tries++) {
            try {
                return ByteBuffer.allocateDirect(size);
            }
            catch (final OutOfMemoryError e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    static Scenario jniCritical() {
        final Scenario sleeps = (worker, run) -> StressNatives.sleepInCritical(new byte[1024], 200);
        return sleeps.duringCollections(GC_PAUSE_MILLIS);
    }
}
