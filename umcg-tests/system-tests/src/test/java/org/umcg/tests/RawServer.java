// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import java.util.concurrent.CountDownLatch;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.testsupport.TestTask;
import org.umcg.testsupport.TestThread;

/**
 * One server with one worker, as plain as can be: publishes RUNNABLE, takes the blocked and the
 * runnable list, runs the worker if it was there, else idles. Counts what it saw.
 *
 * <p>The loop allocates nothing and takes no lock. The fields are read once {@link #stop()} returned.
 */
final class RawServer {

    private final UmcgSystemCalls systemCalls;
    private final TestTask self;
    private final UmcgTask worker;
    private final CountDownLatch registered = new CountDownLatch(1);
    private final long limit = System.nanoTime() + TestThread.LIMIT_NANOS / 2;
    private final TestThread thread;
    private volatile int tid;
    private volatile int workerTid;
    private volatile boolean isStopped;
    private int blocks;
    private int runnables;
    private int switches;
    private int strangers;
    private int lastError;
    private long longestBlockNanos;
    private long lastRunnableTs;
    private boolean isTimeMonotonic = true;

    RawServer(final UmcgSystemCalls systemCalls, final UmcgTask worker) {
        this.systemCalls = systemCalls;
        this.worker = worker;
        self = new TestTask(systemCalls);
        thread = TestThread.start("raw-server", this::run);
    }

    /** Its tid, once it is registered; 0 if that failed, as {@link #stop()} tells. */
    int awaitTid() throws InterruptedException {
        registered.await();
        return tid;
    }

    /** Tells which thread the worker is; before it registers. */
    void workerTid(final int value) {
        workerTid = value;
    }

    /** Ends the server, after the worker has ended. */
    void stop() throws InterruptedException {
        isStopped = true;
        systemCalls.kick(0, awaitTid());
        thread.join();
    }

    /** How often the worker stood on the blocked list. */
    int blocks() {
        return blocks;
    }

    /** How often the worker stood on the runnable list. */
    int runnables() {
        return runnables;
    }

    /** How often the kernel switched to the worker. */
    int switches() {
        return switches;
    }

    /** How many addresses on the lists were not the worker's. */
    int strangers() {
        return strangers;
    }

    /** The last result of umcg_wait that is no success and no EAGAIN, or 0. */
    int lastError() {
        return lastError;
    }

    /** The longest time from BLOCKED to RUNNABLE by the kernel's stamps, in ns. */
    long longestBlockNanos() {
        return longestBlockNanos;
    }

    /** Whether the kernel's stamps never went back. */
    boolean isTimeMonotonic() {
        return isTimeMonotonic;
    }

    private void run() {
        try {
            expectZero(self.asServer().registerServer());
            tid = systemCalls.gettid();
        }
        finally {
            registered.countDown();
        }
        loop();
        self.task().stateRelease(RUNNING);
        expectZero(self.unregisterServer());
    }

    private void loop() {
        boolean isWorkerReady = false;
        while (!isStopped && lastError == 0) {
            self.task().stateVolatile(RUNNABLE);
            takeBlocked();
            isWorkerReady |= takeRunnable();
            isWorkerReady = !waitOnce(isWorkerReady) && isWorkerReady;
        }
    }

    private void takeBlocked() {
        final long address = self.task().takeBlockedWorkers();
        if (address == worker.address()) {
            blocks++;
        }
        else if (address != 0) {
            strangers++;
        }
    }

    private boolean takeRunnable() {
        final long address = self.task().takeRunnableWorkers();
        if (address == worker.address()) {
            runnables++;
            noteTimes();
            return true;
        }
        if (address != 0) {
            strangers++;
        }
        return false;
    }

    private void noteTimes() {
        final long blockedTs = worker.blockedTsOpaque();
        final long runnableTs = worker.runnableTsOpaque();
        isTimeMonotonic &= runnableTs >= blockedTs && runnableTs >= lastRunnableTs;
        lastRunnableTs = runnableTs;
        if (blockedTs != 0) {
            longestBlockNanos = Math.max(longestBlockNanos, runnableTs - blockedTs);
        }
    }

    /** Runs the worker or idles; true if the switch happened. */
    private boolean waitOnce(final boolean isWorkerReady) {
        self.task().nextTidPlain(isWorkerReady ? workerTid : 0);
        final int result = systemCalls.umcgWait(0, limit);
        final boolean isSwitched = UmcgTaskDescriptor.isConsumed(self.task().nextTidAcquire());
        if (isSwitched) {
            switches++;
        }
        if (result != 0 && result != -Errno.EAGAIN && result != -Errno.EINTR) {
            lastError = result;
        }
        return isSwitched;
    }

    private static void expectZero(final int result) {
        if (result != 0) {
            throw new AssertionError("umcg_ctl: " + result);
        }
    }
}
