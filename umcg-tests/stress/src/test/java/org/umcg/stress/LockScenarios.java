// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** Locks, whose owners and next owners are held. */
final class LockScenarios {

    private static final long MONITOR_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(3);

    private LockScenarios() {
    }

    /** The plain thread must not wait for much more than a slice of each worker; the limit is for bad days. */
    static Scenario monitors() {
        return new Scenario() {
            private final Object monitor = new Object();
            private long count;

            @Override
            public void begin(final StressRun run) {
                run.collect(20);
                run.disturb(1, () -> {
                    final long start = System.nanoTime();
                    synchronized (monitor) {
                        count++;
                        monitor.notifyAll();
                    }
                    final long waited = System.nanoTime() - start;
                    if (waited > MONITOR_LIMIT_NANOS) {
                        throw new IllegalStateException("a plain thread waited for " + waited + " ns");
                    }
                });
            }

            @Override
            public void step(final int worker, final StressRun run) throws Exception {
                synchronized (monitor) {
                    count++;
                    if (count % 64 == worker) {
                        monitor.wait(1);
                    }
                }
            }
        };
    }

    static Scenario convoy() {
        return new Scenario() {
            private final ReentrantLock lock = new ReentrantLock(true);
            private final Semaphore semaphore = new Semaphore(3);
            private final SynchronousQueue<Integer> queue = new SynchronousQueue<>();
            private long count;

            @Override
            public void begin(final StressRun run) {
                run.collect(20);
            }

            @Override
            public void step(final int worker, final StressRun run) throws Exception {
                lock.lock();
                try {
                    count++;
                }
                finally {
                    lock.unlock();
                }
                if (semaphore.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                    Thread.yield();
                    semaphore.release();
                }
                if (worker % 2 == 0) {
                    queue.offer(worker, 1, TimeUnit.MILLISECONDS);
                }
                else {
                    queue.poll(1, TimeUnit.MILLISECONDS);
                }
            }
        };
    }

    /** No worker blocks: those that spin have to make room for those that they wait for. */
    static Scenario spinBarrier() {
        return new Scenario() {
            private final AtomicInteger arrived = new AtomicInteger();

            @Override
            public void step(final int worker, final StressRun run) {
                final int target =
                    (arrived.getAndIncrement() / run.workers() + 1) * run.workers();
                while (arrived.get() < target && !run.isOver()) {
                    Thread.onSpinWait();
                    Thread.yield();
                }
            }
        };
    }

    /** For policies that want what a worker has. */
    static Scenario ownedMonitor() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                run.collect(20);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                if (worker != 0) {
                    LockSupport.parkNanos(50_000);
                    return;
                }
                synchronized (FaultyPolicy.MONITOR) {
                    LockSupport.parkNanos(500_000);
                }
            }
        };
    }
}
