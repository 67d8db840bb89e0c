// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A fixed pool of the JDK whose threads are workers. */
class FixedThreadPoolTest extends BulkTasksContract {

    @Override
    ExecutorService newPool() {
        return endWithTest(Executors.newFixedThreadPool(THREADS, factory()));
    }
}
