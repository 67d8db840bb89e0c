// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import org.umcg.binding.JniSystemCalls;

/**
 * {@link ServerCalls} beside a sentinel: from the phase to the system call is one step, in native code, where no
 * safepoint stops the server.
 */
final class NativeServerCalls extends ServerCalls {

    private final long control;
    private final long tasks;

    NativeServerCalls(final SchedulerMemory memory, final ServerProtocol protocol) {
        super(memory, protocol);
        JniSystemCalls.ensureLoaded();
        control = memory.controlAddress();
        tasks = memory.tasksAddress();
    }

    @Override
    int await(final int server, final int flags, final long absTimeoutNanos) {
        return run0(control, tasks, server, flags, absTimeoutNanos);
    }

    @Override
    int awaitNobody(final int server, final long absTimeoutNanos) {
        return idle0(control, server, absTimeoutNanos);
    }

    private static native int run0(long control, long tasks, int server, int flags, long absTimeoutNanos);

    private static native int idle0(long control, int server, long absTimeoutNanos);
}
