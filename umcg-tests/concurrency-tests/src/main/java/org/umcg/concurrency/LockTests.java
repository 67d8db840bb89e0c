// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Locks between workers: what one does while it has the lock, the next owner sees. */
@ActorsAre(Role.WORKERS)
public class LockTests {

    @JCStressTest
    @Description("Two workers add 1 under a monitor. Seen: monitors whose owner or waiter may be held.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "one is lost: a worker has not seen the other's writes")
    @State
    public static class Monitor {
        int sum;

        @Actor
        public void actor1() {
            synchronized (this) {
                sum++;
            }
        }

        @Actor
        public void actor2() {
            synchronized (this) {
                sum++;
            }
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum;
        }
    }

    @JCStressTest
    @Description("The same without the monitor.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "one is lost")
    @State
    public static class WeakNoMonitor {
        int sum;

        @Actor
        public void actor1() {
            sum++;
        }

        @Actor
        public void actor2() {
            sum++;
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum;
        }
    }

    @JCStressTest
    @Description("Two workers add 1 under a ReentrantLock: park and unpark through hold and run.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "one is lost: a worker has not seen the other's writes")
    @State
    public static class Reentrant {
        final ReentrantLock lock = new ReentrantLock();
        int sum;

        @Actor
        public void actor1() {
            lock.lock();
            try {
                sum++;
            }
            finally {
                lock.unlock();
            }
        }

        @Actor
        public void actor2() {
            lock.lock();
            try {
                sum++;
            }
            finally {
                lock.unlock();
            }
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum;
        }
    }

    @JCStressTest
    @Description("The same with a fair lock, which parks more often.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "one is lost: a worker has not seen the other's writes")
    @State
    public static class FairReentrant {
        final ReentrantLock lock = new ReentrantLock(true);
        int sum;

        @Actor
        public void actor1() {
            lock.lock();
            try {
                sum++;
            }
            finally {
                lock.unlock();
            }
        }

        @Actor
        public void actor2() {
            lock.lock();
            try {
                sum++;
            }
            finally {
                lock.unlock();
            }
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum;
        }
    }

    @JCStressTest
    @Description("The same with the write lock of a ReentrantReadWriteLock.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "one is lost: a worker has not seen the other's writes")
    @State
    public static class WriteLock {
        final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        int sum;

        @Actor
        public void actor1() {
            lock.writeLock().lock();
            try {
                sum++;
            }
            finally {
                lock.writeLock().unlock();
            }
        }

        @Actor
        public void actor2() {
            lock.writeLock().lock();
            try {
                sum++;
            }
            finally {
                lock.writeLock().unlock();
            }
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum;
        }
    }

    @JCStressTest
    @Description("The same with a Semaphore of one permit.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "one is lost: a worker has not seen the other's writes")
    @State
    public static class SemaphoreOfOne {
        final Semaphore permits = new Semaphore(1);
        int sum;

        @Actor
        public void actor1() {
            permits.acquireUninterruptibly();
            try {
                sum++;
            }
            finally {
                permits.release();
            }
        }

        @Actor
        public void actor2() {
            permits.acquireUninterruptibly();
            try {
                sum++;
            }
            finally {
                permits.release();
            }
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum;
        }
    }

    @JCStressTest
    @Description("The same with a StampedLock.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "one is lost: a worker has not seen the other's writes")
    @State
    public static class Stamped {
        final StampedLock lock = new StampedLock();
        int sum;

        @Actor
        public void actor1() {
            final long stamp = lock.writeLock();
            try {
                sum++;
            }
            finally {
                lock.unlockWrite(stamp);
            }
        }

        @Actor
        public void actor2() {
            final long stamp = lock.writeLock();
            try {
                sum++;
            }
            finally {
                lock.unlockWrite(stamp);
            }
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum;
        }
    }

    @JCStressTest
    @Description("A worker writes two words under the write lock, another one reads both under the read lock.")
    @Outcome(id = {"0, 0", "1, 1"}, expect = ACCEPTABLE, desc = "both old or both new")
    @Outcome(expect = FORBIDDEN, desc = "one is old, one new")
    @State
    public static class ReadWhileWritten {
        final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        int left;
        int right;

        @Actor
        public void actor1() {
            lock.writeLock().lock();
            left = 1;
            right = 1;
            lock.writeLock().unlock();
        }

        @Actor
        public void actor2(final II_Result r) {
            lock.readLock().lock();
            r.r1 = right;
            r.r2 = left;
            lock.readLock().unlock();
        }
    }

    @JCStressTest
    @Description("The same without the read lock.")
    @Outcome(id = {"0, 0", "1, 1"}, expect = ACCEPTABLE, desc = "both old or both new")
    @Outcome(expect = FORBIDDEN, desc = "one is old, one new")
    @State
    public static class WeakReadWithoutLock {
        final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        int left;
        int right;

        @Actor
        public void actor1() {
            lock.writeLock().lock();
            left = 1;
            right = 1;
            lock.writeLock().unlock();
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = right;
            r.r2 = left;
        }
    }

    @JCStressTest
    @Description("A worker reads two words optimistically, and looks at the stamp.")
    @Outcome(id = {"0, 0", "1, 1"}, expect = ACCEPTABLE, desc = "both old or both new")
    @Outcome(id = "-1, -1", expect = ACCEPTABLE, desc = "the stamp says that it was written meanwhile")
    @Outcome(expect = FORBIDDEN, desc = "one is old, one new, and the stamp is good")
    @State
    public static class OptimisticRead {
        final StampedLock lock = new StampedLock();
        int left;
        int right;

        @Actor
        public void actor1() {
            final long stamp = lock.writeLock();
            left = 1;
            right = 1;
            lock.unlockWrite(stamp);
        }

        @Actor
        public void actor2(final II_Result r) {
            final long stamp = lock.tryOptimisticRead();
            r.r1 = right;
            r.r2 = left;
            if (!lock.validate(stamp)) {
                r.r1 = -1;
                r.r2 = -1;
            }
        }
    }
}
