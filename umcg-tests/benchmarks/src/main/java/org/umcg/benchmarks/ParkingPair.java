// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/** Two threads that take turns by unparking each other. The turn is read and written in volatile mode. */
final class ParkingPair {

    private final int roundTrips;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicReferenceArray<Thread> threads = new AtomicReferenceArray<>(2);
    private final CyclicBarrier start = new CyclicBarrier(2);

    ParkingPair(final int roundTrips) {
        this.roundTrips = roundTrips;
    }

    /**
     * Takes each second turn; to be called by two threads.
     *
     * @param me 0, that begins, or 1
     */
    Void takeTurns(final int me) throws InterruptedException, BrokenBarrierException {
        threads.set(me, Thread.currentThread());
        start.await();
        final Thread other = threads.get(1 - me);
        for (int i = 0; i < roundTrips; i++) {
            while (turn.get() != me) {
                LockSupport.park(this);
            }
            turn.set(1 - me);
            LockSupport.unpark(other);
        }
        return null;
    }
}
