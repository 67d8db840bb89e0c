// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A pool of the JDK that hands each task over to a waiting worker, or starts one. */
class CachedThreadPoolTest extends BulkTasksContract {

    @Override
    ExecutorService newPool() {
        return endWithTest(Executors.newCachedThreadPool(factory()));
    }
}
