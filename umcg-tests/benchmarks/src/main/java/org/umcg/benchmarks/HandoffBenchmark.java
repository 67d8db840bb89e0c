// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Exchanger;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Two tasks that take turns, each with the means that the method is called after. An operation is one hand-off: one
 * task lets the other go on, and waits until it may go on itself.
 */
@OperationsPerInvocation(SampledBenchmark.OPERATIONS)
public class HandoffBenchmark extends SampledBenchmark {

    private static final int ROUND_TRIPS = OPERATIONS / 2;

    /** {@code LockSupport.unpark} and {@code park}. */
    @Benchmark
    public void locksupport(final ExecutorState on) throws Exception {
        final ParkingPair pair = new ParkingPair(ROUND_TRIPS);
        on.runBoth(() -> pair.takeTurns(0), () -> pair.takeTurns(1));
    }

    /** A value each through {@code SynchronousQueue}s, there and back. */
    @Benchmark
    public void synchronousqueue(final ExecutorState on) throws Exception {
        bounce(on, new SynchronousQueue<>(), new SynchronousQueue<>());
    }

    /** A value through {@code LinkedBlockingQueue}s, there and back. */
    @Benchmark
    public void queue(final ExecutorState on) throws Exception {
        bounce(on, new LinkedBlockingQueue<>(), new LinkedBlockingQueue<>());
    }

    /** {@code signal} and {@code await} of a lock's condition. */
    @Benchmark
    public void condition(final ExecutorState on) throws Exception {
        final ReentrantLock lock = new ReentrantLock();
        final Condition hasChanged = lock.newCondition();
        final AtomicInteger turn = new AtomicInteger();
        on.runBoth(() -> takeTurns(lock, hasChanged, turn, 0), () -> takeTurns(lock, hasChanged, turn, 1));
    }

    /** {@code notify} and {@code wait} of an object. */
    @Benchmark
    public void monitor(final ExecutorState on) throws Exception {
        final AtomicInteger turn = new AtomicInteger();
        on.runBoth(() -> takeTurns(turn, 0), () -> takeTurns(turn, 1));
    }

    /** A permit of each of two {@code Semaphore}s. */
    @Benchmark
    public void semaphore(final ExecutorState on) throws Exception {
        final Semaphore there = new Semaphore(0);
        final Semaphore back = new Semaphore(0);
        on.runBoth(
            () -> {
                for (int i = 0; i < ROUND_TRIPS; i++) {
                    there.release();
                    back.acquire();
                }
                return null;
            },
            () -> {
                for (int i = 0; i < ROUND_TRIPS; i++) {
                    there.acquire();
                    back.release();
                }
                return null;
            });
    }

    /** An {@code Exchanger}: who comes first waits for the other. */
    @Benchmark
    public void exchanger(final ExecutorState on) throws Exception {
        final Exchanger<Integer> exchanger = new Exchanger<>();
        on.runBoth(() -> exchange(exchanger, 0), () -> exchange(exchanger, 1));
    }

    private static void bounce(
        final ExecutorState on, final BlockingQueue<Integer> there, final BlockingQueue<Integer> back)
        throws Exception {
        on.runBoth(
            () -> {
                for (int i = 0; i < ROUND_TRIPS; i++) {
                    there.put(i);
                    back.take();
                }
                return null;
            },
            () -> {
                for (int i = 0; i < ROUND_TRIPS; i++) {
                    back.put(there.take());
                }
                return null;
            });
    }

    private static Void takeTurns(
        final ReentrantLock lock, final Condition hasChanged, final AtomicInteger turn, final int me)
        throws InterruptedException {
        for (int i = 0; i < ROUND_TRIPS; i++) {
            lock.lock();
            try {
                while (turn.getPlain() != me) {
                    hasChanged.await();
                }
                turn.setPlain(1 - me);
                hasChanged.signal();
            }
            finally {
                lock.unlock();
            }
        }
        return null;
    }

    private static Void takeTurns(final AtomicInteger turn, final int me) throws InterruptedException {
        for (int i = 0; i < ROUND_TRIPS; i++) {
            synchronized (turn) {
                while (turn.getPlain() != me) {
                    turn.wait();
                }
                turn.setPlain(1 - me);
                turn.notify();
            }
        }
        return null;
    }

    private static Void exchange(final Exchanger<Integer> exchanger, final Integer mine) throws InterruptedException {
        for (int i = 0; i < OPERATIONS; i++) {
            if (exchanger.exchange(mine) == mine) {
                throw new AssertionError("an exchange with oneself");
            }
        }
        return null;
    }
}
