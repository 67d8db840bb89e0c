// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.nio.ByteBuffer;
import org.umcg.concurrency.Calls;
import org.umcg.concurrency.Pool;

/** Memories of schedulers with two servers and four workers, one for each state of a test. No sentinel watches them. */
public final class MemoryPool {

    private static final int SERVERS = 2;
    private static final int WORKERS = 4;
    private static final Pool<SchedulerMemory> POOL = new Pool<>(
        () -> SchedulerMemory.allocate(SERVERS, WORKERS, Calls.get()), MemoryPool::clean);

    private MemoryPool() {
    }

    /** A memory that is as new. */
    public static SchedulerMemory next() {
        return POOL.next();
    }

    /** A memory whose server 0 has so many workers on its list, the last one first. */
    public static SchedulerMemory withListed(final int workers) {
        final SchedulerMemory memory = next();
        for (int i = 0; i < workers; i++) {
            memory.serverTask(0).pushRunnableWorker(memory.workerTask(i));
        }
        return memory;
    }

    /** A memory whose first so many workers are QUEUED. */
    public static SchedulerMemory withQueued(final int workers) {
        final SchedulerMemory memory = withListed(workers);
        memory.protocol().takeList(0, 0, new int[WORKERS]);
        return memory;
    }

    private static void clean(final SchedulerMemory memory) {
        final ByteBuffer control = memory.control();
        for (int at = SchedulerMemory.serverOffset(0); at < control.capacity(); at += Long.BYTES) {
            control.putLong(at, 0);
        }
        for (int i = 0; i < SERVERS; i++) {
            memory.serverTask(i).clear();
            memory.protocol().stop(i);
            memory.protocol().freeList(i);
        }
        for (int i = 0; i < WORKERS; i++) {
            memory.workerTask(i).clear();
        }
    }
}
