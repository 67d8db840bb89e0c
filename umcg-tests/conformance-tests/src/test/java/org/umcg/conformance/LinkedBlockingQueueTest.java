// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** {@link LinkedBlockingQueue} with a bound. */
class LinkedBlockingQueueTest extends BoundedQueueContract {

    @Override
    BlockingQueue<Integer> newQueue() {
        return new LinkedBlockingQueue<>(CAPACITY);
    }
}
