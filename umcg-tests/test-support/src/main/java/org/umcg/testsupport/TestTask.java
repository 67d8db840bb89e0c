// SPDX-License-Identifier: Apache-2.0

package org.umcg.testsupport;

import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.umcg.api.Clock;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;

/** One task with its bytes in reach, and the calls that make the calling thread a UMCG one. */
public final class TestTask {

    private final UmcgSystemCalls systemCalls;
    private final ByteBuffer struct;
    private final UmcgTask task;

    public TestTask(final UmcgSystemCalls systemCalls) {
        this(systemCalls, SIZE);
    }

    /** A task with more bytes behind it, on the same page: {@code size} in all, a power of two. */
    public TestTask(final UmcgSystemCalls systemCalls, final int size) {
        this.systemCalls = systemCalls;
        struct = ByteBuffer.allocateDirect(2 * size)
            .alignedSlice(size).slice(0, size).order(ByteOrder.nativeOrder());
        task = new UmcgTask(struct.slice(0, SIZE).order(ByteOrder.nativeOrder()),
            systemCalls.addressOf(struct));
    }

    public ByteBuffer struct() {
        return struct;
    }

    public UmcgTask task() {
        return task;
    }

    public long address() {
        return task.address();
    }

    /** Fills in what a server needs, for the calling thread. */
    public TestTask asServer() {
        task.clear();
        task.serverTidOpaque(systemCalls.gettid());
        task.stateRelease(RUNNING);
        return this;
    }

    /** Fills in what a worker needs. */
    public TestTask asWorkerOf(final int serverTid) {
        task.clear();
        task.serverTidOpaque(serverTid);
        task.stateRelease(BLOCKED);
        return this;
    }

    public int registerServer() {
        return register(SIZE);
    }

    public int register(final int size) {
        return systemCalls.ctl(CTL_REGISTER, address(), size, Clock.MONOTONIC.id());
    }

    public int unregisterServer() {
        return systemCalls.ctl(CTL_UNREGISTER, address(), SIZE, 0);
    }

    public int registerWorker() {
        return systemCalls.ctl(CTL_REGISTER | CTL_WORKER, address(), SIZE, Clock.MONOTONIC.id());
    }

    public int unregisterWorker() {
        return systemCalls.ctl(CTL_UNREGISTER | CTL_WORKER, address(), SIZE, 0);
    }
}
