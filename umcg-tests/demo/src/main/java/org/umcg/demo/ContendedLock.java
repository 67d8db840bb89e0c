// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock that counts how often a thread had to wait for it. Safe for any number of threads.
 */
final class ContendedLock {
    private final ReentrantLock lock = new ReentrantLock();
    private final LongAdder waits = new LongAdder();

    void lock() {
        if (!lock.tryLock()) {
            waits.increment();
            lock.lock();
        }
    }

    void unlock() {
        lock.unlock();
    }

    long waits() {
        return waits.sum();
    }
}
