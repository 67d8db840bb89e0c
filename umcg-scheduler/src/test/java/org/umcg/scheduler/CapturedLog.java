// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What the scheduler logs, for tests that provoke it, in place of the console, until it is closed. A test waits
 * for all that it provokes, as another thread may log it.
 */
final class CapturedLog implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;

    private final Logger logger = Logger.getLogger(UmcgScheduler.class.getPackageName());
    private final BlockingQueue<LogRecord> records = new LinkedBlockingQueue<>();

    CapturedLog() {
        logger.setFilter(entry -> {
            records.add(entry);
            return false;
        });
    }

    /** Waits for the next one; null if none comes. */
    LogRecord next() throws InterruptedException {
        return records.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    @Override
    public void close() {
        logger.setFilter(null);
    }
}
