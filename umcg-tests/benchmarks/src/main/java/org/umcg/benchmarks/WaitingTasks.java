// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;

/** Tasks that all wait at the same time, so that each has a thread. */
final class WaitingTasks {

    private WaitingTasks() {
    }

    /**
     * Starts them, does something while all wait, and lets them end.
     *
     * @param service   has at least as many threads as there are tasks
     * @param count     of tasks
     * @param meanwhile what to do
     * @return what that returns
     */
    static <T> T run(final ExecutorService service, final int count, final Callable<T> meanwhile) throws Exception {
        final CountDownLatch starting = new CountDownLatch(count);
        final CountDownLatch waiting = new CountDownLatch(1);
        final CountDownLatch ending = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            service.submit(() -> {
                starting.countDown();
                waiting.await();
                ending.countDown();
                return null;
            });
        }
        starting.await();
        final T result = meanwhile.call();
        waiting.countDown();
        ending.await();
        return result;
    }
}
