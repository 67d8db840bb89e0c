// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.SynchronousQueue;

/** {@link SynchronousQueue} without an order. */
class SynchronousQueueTest extends SynchronousQueueContract {

    @Override
    SynchronousQueue<Integer> newQueue() {
        return new SynchronousQueue<>();
    }
}
