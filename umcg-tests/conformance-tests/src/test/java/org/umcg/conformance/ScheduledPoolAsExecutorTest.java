// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A scheduled pool of the JDK whose threads are workers, for tasks without delay. */
class ScheduledPoolAsExecutorTest extends BulkTasksContract {

    @Override
    ExecutorService newPool() {
        return endWithTest(Executors.newScheduledThreadPool(THREADS, factory()));
    }
}
