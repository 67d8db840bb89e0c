// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.util.concurrent.ExecutorService;

/** The scheduler's own executor, as {@code UmcgScheduler.newExecutor()} makes it. */
class SchedulerExecutorTest extends BulkTasksContract {

    @Override
    ExecutorService newPool() {
        return newExecutor();
    }
}
