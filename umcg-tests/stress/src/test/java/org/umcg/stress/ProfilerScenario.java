// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import one.profiler.AsyncProfiler;

/** async-profiler in each of its ways in turn, over workers that compute, park, allocate and contend. */
final class ProfilerScenario implements Scenario {

    private static final String[] WAYS = {
        "event=itimer,interval=1ms", "event=wall,interval=2ms", "event=alloc,interval=64k", "event=lock",
    };
    private static final int MILLIS_PER_WAY = 300;
    private static final int SPIN = 5_000;

    private final Object monitor = new Object();
    private final AsyncProfiler profiler = AsyncProfiler.getInstance();
    private int turn;
    private volatile byte[] garbage;

    @Override
    public void begin(final StressRun run) {
        run.disturb(1, this::profile);
        run.collect(20);
    }

    @Override
    public void step(final int worker, final StressRun run) {
        synchronized (monitor) {
            garbage = new byte[SPIN];
        }
        for (int i = 0; i < SPIN; i++) {
            Thread.onSpinWait();
        }
        ByteBuffer.allocateDirect(SPIN);
        LockSupport.parkNanos(20_000);
    }

    private void profile() throws Exception {
        profiler.execute("start," + WAYS[turn++ % WAYS.length]);
        Thread.sleep(MILLIS_PER_WAY);
        profiler.stop();
        profiler.dumpCollapsed(one.profiler.Counter.SAMPLES);
    }
}
