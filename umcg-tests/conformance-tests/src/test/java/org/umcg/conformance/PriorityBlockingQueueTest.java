// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;

/** {@link PriorityBlockingQueue}. */
class PriorityBlockingQueueTest extends BlockingQueueContract {

    @Override
    BlockingQueue<Integer> newQueue() {
        return new PriorityBlockingQueue<>();
    }
}
