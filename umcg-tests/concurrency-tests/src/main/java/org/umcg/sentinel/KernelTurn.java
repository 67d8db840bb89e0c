// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.TURNS_TAKING;

import java.lang.invoke.VarHandle;
import org.umcg.api.UmcgTask;

/**
 * A server's steps, in the middle of which the kernel takes the worker that the server has just said that it takes: in
 * a turn of the list's owner, as {@code umcg_run_listed_and_tell()} does. The worker runs, and blocks.
 */
final class KernelTurn extends ServerProtocol {

    /** How often it spins when the worker is off the list, and does not run yet: an interrupt may come there. */
    private static final int LAG = 50;

    private final UmcgTask owner;
    private final UmcgTask worker;
    private final boolean saysSo;

    /** With worker 0 alone on the list of server 0; saysSo: it sets TAKING as long as it takes. */
    KernelTurn(final SchedulerMemory memory, final boolean saysSo) {
        super(memory);
        owner = memory.serverTask(0);
        worker = memory.workerTask(0);
        this.saysSo = saysSo;
        worker.stateVolatile(RUNNABLE);
    }

    static boolean isTaking(final UmcgTask server) {
        VarHandle.fullFence();
        final boolean isTaking = (server.turnsOpaque() & TURNS_TAKING) != 0;
        VarHandle.fullFence();
        return isTaking;
    }

    @Override
    void at(final Step step) {
        if (step == Step.HEAD_SAID) {
            takeTurn();
        }
    }

    private void takeTurn() {
        say(saysSo ? TURNS_TAKING : 0);
        owner.compareAndSetRunnableWorkers(worker.address(), 0);
        for (int i = 0; i < LAG; i++) {
            Thread.onSpinWait();
        }
        worker.stateVolatile(RUNNING);
        say(0);
        worker.stateVolatile(BLOCKED);
    }

    private void say(final int turns) {
        VarHandle.fullFence();
        owner.turnsOpaque(turns);
        VarHandle.fullFence();
    }
}
