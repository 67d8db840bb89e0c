// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The write lock of {@link ReentrantReadWriteLock}. */
class WriteLockTest extends ConditionContract {

    @Override
    Lock newLock() {
        return new ReentrantReadWriteLock().writeLock();
    }

    @Override
    boolean isOwned(final Lock lock) {
        return ((ReentrantReadWriteLock.WriteLock) lock).isHeldByCurrentThread();
    }
}
