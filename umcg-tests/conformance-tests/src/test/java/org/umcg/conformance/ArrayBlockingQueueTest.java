// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** {@link ArrayBlockingQueue}. */
class ArrayBlockingQueueTest extends BoundedQueueContract {

    @Override
    BlockingQueue<Integer> newQueue() {
        return new ArrayBlockingQueue<>(CAPACITY);
    }
}
