// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContendedLockTest {
    private final ContendedLock lock = new ContendedLock();

    @Test
    void shouldCountNothingWhenTheLockIsFree() {
        lock.lock();
        lock.unlock();

        assertThat(lock.waits()).isZero();
    }

    @Test
    void shouldCountOneWaitWhenAnotherThreadHoldsTheLock() throws InterruptedException {
        final Thread waiter = new Thread(this::lockAndUnlock);
        lock.lock();
        waiter.start();
        while (lock.waits() == 0) {
            Thread.onSpinWait();
        }
        lock.unlock();
        waiter.join();

        assertThat(lock.waits()).isOne();
    }

    private void lockAndUnlock() {
        lock.lock();
        lock.unlock();
    }
}
