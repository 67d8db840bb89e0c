// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a server does in its loop must not allocate: it could stop at a safepoint for it. */
class AllocationTest {

    private static final int ROUNDS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final FixedAddress systemCalls = new FixedAddress();
    private final UmcgTaskSlab slab = UmcgTaskSlab.allocate(2, systemCalls);
    private final OffHeapWords words = OffHeapWords.allocate(1, systemCalls);
    private long sum;

    @Test
    void shouldAllocateNothingWhenTasksAreUsed() {
        allocatedByRounds();

        // Less than a byte each: the JIT compiler lets the thread allocate some now and then.
        assertThat(allocatedByRounds()).isLessThan(ROUNDS);
    }

    private long allocatedByRounds() {
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            sum += useAll();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private long useAll() {
        final UmcgTask server = slab.task(0);
        final UmcgTask worker = slab.task(1);
        worker.clear();
        worker.serverTidOpaque(words.getAndSet(0, 1));
        worker.stateRelease(RUNNABLE);
        server.pushRunnableWorker(worker);
        server.stateVolatile(RUNNABLE);
        long seen = server.takeBlockedWorkers();
        seen += slab.indexOf(server.takeRunnableWorkers());
        seen += worker.runnableWorkersLinkAcquire() + worker.runnableTsOpaque();
        server.nextTidPlain(worker.compareAndSetState(RUNNABLE, RUNNING) ? 1 : 0);
        seen += UmcgException.check(server.nextTidAcquire(), UmcgSystemCalls.WAIT);
        return seen + worker.getAndSetState(RUNNABLE) + server.stateVolatile();
    }
}
