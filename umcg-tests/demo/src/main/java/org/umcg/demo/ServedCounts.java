// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the server has done so far. Safe for any number of threads.
 */
final class ServedCounts {
    final LongAdder requests = new LongAdder();
    final LongAdder orders = new LongAdder();
    final LongAdder quantities = new LongAdder();
    final LongAdder errors = new LongAdder();
    final AtomicInteger inFlight = new AtomicInteger();

    void ordered(final int quantity) {
        orders.increment();
        quantities.add(quantity);
    }
}
