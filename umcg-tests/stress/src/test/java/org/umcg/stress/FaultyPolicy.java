// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.util.concurrent.atomic.AtomicInteger;
import org.umcg.scheduler.Policies;
import org.umcg.scheduler.SchedulingPolicy;

/** First in, first out; but each two-hundredth pick does what a server must not do. */
final class FaultyPolicy implements SchedulingPolicy {

    /** A worker of {@link StressScenario#S19_SERVER_FAULTS} owns it most of the time. */
    static final Object MONITOR = new Object();

    private static final int PICKS_PER_FAULT = 200;

    private final SchedulingPolicy fifo;
    private final Runnable fault;
    private final AtomicInteger picks = new AtomicInteger();
    private volatile byte[] garbage;

    private FaultyPolicy(final Workers workers, final String fault) {
        fifo = Policies.fifo().create(workers);
        this.fault = faultOf(fault);
    }

    static Factory factory(final String fault) {
        return workers -> new FaultyPolicy(workers, fault);
    }

    @Override
    public void enqueue(final int worker, final Arrival arrival) {
        fifo.enqueue(worker, arrival);
    }

    @Override
    public int pick(final int server) {
        if (picks.incrementAndGet() % PICKS_PER_FAULT == 0) {
            fault.run();
        }
        return fifo.pick(server);
    }

    @Override
    public boolean isEmpty() {
        return fifo.isEmpty();
    }

    private Runnable faultOf(final String name) {
        switch (name) {
            case "throws":
                return () -> {
                    throw new IllegalStateException("on purpose");
                };
            case "overflows":
                return () -> overflow(0);
            case "allocates":
                return () -> garbage = new byte[64 << 20];
            case "sleeps":
                return FaultyPolicy::sleep;
            case "locks":
                return () -> {
                    synchronized (MONITOR) {
                        garbage = null;
                    }
                };
            case "initialises":
                return ClassScenarios::initialiseLatest;
            default:
                throw new IllegalArgumentException("no policy " + name);
        }
    }

    private static int overflow(final int depth) {
        return overflow(depth + 1) + 1;
    }

    private static void sleep() {
        try {
            Thread.sleep(1000);
        }
        catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
