// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Exchanger;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Hand-overs between workers: a worker that blocks, is woken, held and run sees what the other one did before. */
@ActorsAre(Role.WORKERS)
public class HandOffTests {

    @JCStressTest
    @Description("A worker writes, sets a flag and unparks another one, which parks until the flag is set. Seen:"
        + " block, unblock, hold and run as happens-before edges; and no lost wake-up, or the test does not end.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class ParkAndUnpark {
        volatile Thread sleeper;
        volatile boolean isSet;
        int data;

        @Actor
        public void actor1() {
            data = 7;
            isSet = true;
            LockSupport.unpark(sleeper);
        }

        @Actor
        public void actor2(final I_Result r) {
            sleeper = Thread.currentThread();
            while (!isSet) {
                LockSupport.park(this);
            }
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same with the flag set, and the sleeper woken, before the write.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class WeakFlagFirst {
        volatile Thread sleeper;
        volatile boolean isSet;
        int data;

        @Actor
        public void actor1() {
            isSet = true;
            LockSupport.unpark(sleeper);
            data = 7;
        }

        @Actor
        public void actor2(final I_Result r) {
            sleeper = Thread.currentThread();
            while (!isSet) {
                LockSupport.park(this);
            }
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by a CountDownLatch.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class Latch {
        final CountDownLatch latch = new CountDownLatch(1);
        int data;

        @Actor
        public void actor1() {
            data = 7;
            latch.countDown();
        }

        @Actor
        public void actor2(final I_Result r) {
            HandOffTests.await(latch);
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by a Semaphore without permits.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class Permit {
        final Semaphore permits = new Semaphore(0);
        int data;

        @Actor
        public void actor1() {
            data = 7;
            permits.release();
        }

        @Actor
        public void actor2(final I_Result r) {
            permits.acquireUninterruptibly();
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by Object.wait and notify.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class WaitAndNotify {
        boolean isSet;
        int data;

        @Actor
        public void actor1() {
            data = 7;
            synchronized (this) {
                isSet = true;
                notify();
            }
        }

        @Actor
        public void actor2(final I_Result r) {
            synchronized (this) {
                while (!isSet) {
                    HandOffTests.await(this);
                }
            }
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by a Condition.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class ConditionSignal {
        final ReentrantLock lock = new ReentrantLock();
        final Condition isReady = lock.newCondition();
        boolean isSet;
        int data;

        @Actor
        public void actor1() {
            data = 7;
            lock.lock();
            isSet = true;
            isReady.signal();
            lock.unlock();
        }

        @Actor
        public void actor2(final I_Result r) {
            lock.lock();
            while (!isSet) {
                isReady.awaitUninterruptibly();
            }
            lock.unlock();
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by an ArrayBlockingQueue.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class ArrayQueue {
        final BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(1);
        int data;

        @Actor
        public void actor1() {
            data = 7;
            queue.add(1);
        }

        @Actor
        public void actor2(final I_Result r) {
            HandOffTests.take(queue);
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by a LinkedBlockingQueue, the queue of an executor.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class LinkedQueue {
        final BlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
        int data;

        @Actor
        public void actor1() {
            data = 7;
            queue.add(1);
        }

        @Actor
        public void actor2(final I_Result r) {
            HandOffTests.take(queue);
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by a SynchronousQueue: both workers may block.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class Rendezvous {
        final BlockingQueue<Integer> queue = new SynchronousQueue<>();
        int data;

        @Actor
        public void actor1() {
            data = 7;
            HandOffTests.put(queue);
        }

        @Actor
        public void actor2(final I_Result r) {
            HandOffTests.take(queue);
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by a CompletableFuture.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class Completion {
        final CompletableFuture<Integer> future = new CompletableFuture<>();
        int data;

        @Actor
        public void actor1() {
            data = 7;
            future.complete(1);
        }

        @Actor
        public void actor2(final I_Result r) {
            future.join();
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("A worker writes and sets a flag; another one yields, by UMCG, until it is set.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class YieldUntilSet {
        volatile boolean isSet;
        int data;

        @Actor
        public void actor1() {
            data = 7;
            isSet = true;
        }

        @Actor
        public void actor2(final I_Result r) {
            while (!isSet) {
                Thread.yield();
            }
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same by sleeping: each time blocked, listed and run again.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the writes come along")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the hand-over is not seen")
    @State
    public static class SleepUntilSet {
        volatile boolean isSet;
        int data;

        @Actor
        public void actor1() {
            data = 7;
            isSet = true;
        }

        @Actor
        public void actor2(final I_Result r) {
            while (!isSet) {
                LockSupport.parkNanos(1);
            }
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("Two workers exchange, and read what the other one has written before.")
    @Outcome(id = "7, 8", expect = ACCEPTABLE, desc = "each sees the other")
    @Outcome(expect = FORBIDDEN, desc = "one does not see the other")
    @State
    public static class Exchange {
        final Exchanger<Integer> exchanger = new Exchanger<>();
        int left;
        int right;

        @Actor
        public void actor1(final II_Result r) {
            right = 8;
            HandOffTests.exchange(exchanger);
            r.r1 = left;
        }

        @Actor
        public void actor2(final II_Result r) {
            left = 7;
            HandOffTests.exchange(exchanger);
            r.r2 = right;
        }
    }

    @JCStressTest
    @Description("Two workers meet at a CyclicBarrier.")
    @Outcome(id = "7, 8", expect = ACCEPTABLE, desc = "each sees the other")
    @Outcome(expect = FORBIDDEN, desc = "one does not see the other")
    @State
    public static class Barrier {
        final CyclicBarrier barrier = new CyclicBarrier(2);
        int left;
        int right;

        @Actor
        public void actor1(final II_Result r) {
            right = 8;
            HandOffTests.await(barrier);
            r.r1 = left;
        }

        @Actor
        public void actor2(final II_Result r) {
            left = 7;
            HandOffTests.await(barrier);
            r.r2 = right;
        }
    }

    @JCStressTest
    @Description("Two workers meet at a Phaser.")
    @Outcome(id = "7, 8", expect = ACCEPTABLE, desc = "each sees the other")
    @Outcome(expect = FORBIDDEN, desc = "one does not see the other")
    @State
    public static class PhaserOfTwo {
        final Phaser phaser = new Phaser(2);
        int left;
        int right;

        @Actor
        public void actor1(final II_Result r) {
            right = 8;
            phaser.arriveAndAwaitAdvance();
            r.r1 = left;
        }

        @Actor
        public void actor2(final II_Result r) {
            left = 7;
            phaser.arriveAndAwaitAdvance();
            r.r2 = right;
        }
    }

    @JCStressTest
    @Description("Two workers hand a token to and fro, four times, by park and unpark: each adds to a plain word.")
    @Outcome(id = "8", expect = ACCEPTABLE, desc = "each sees what the other one has added")
    @Outcome(expect = FORBIDDEN, desc = "a wake-up brought no writes along")
    @State
    public static class PingPong {
        final Thread[] threads = new Thread[2];
        final CountDownLatch isUp = new CountDownLatch(2);
        volatile int turn;
        int sum;

        @Actor
        public void actor1() {
            play(0);
        }

        @Actor
        public void actor2() {
            play(1);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum;
        }

        private void play(final int me) {
            threads[me] = Thread.currentThread();
            isUp.countDown();
            HandOffTests.await(isUp);
            for (int i = me; i < 8; i += 2) {
                while (turn != i) {
                    LockSupport.park(this);
                }
                sum++;
                turn = i + 1;
                LockSupport.unpark(threads[1 - me]);
            }
        }
    }

    private static void await(final CountDownLatch latch) {
        try {
            latch.await();
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(final Object monitor) {
        try {
            monitor.wait();
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(final CyclicBarrier barrier) {
        try {
            barrier.await();
        }
        catch (final InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void put(final BlockingQueue<Integer> queue) {
        try {
            queue.put(1);
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void take(final BlockingQueue<Integer> queue) {
        try {
            queue.take();
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void exchange(final Exchanger<Integer> exchanger) {
        try {
            exchanger.exchange(1);
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
