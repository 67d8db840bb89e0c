// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.StampedLock;

/** The write lock of {@link StampedLock}, as a plain {@link Lock}. */
class StampedWriteLockTest extends LockContract {

    @Override
    Lock newLock() {
        return new StampedLock().asWriteLock();
    }
}
