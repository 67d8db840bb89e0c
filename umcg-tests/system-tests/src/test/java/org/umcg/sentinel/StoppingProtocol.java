// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.umcg.api.UmcgSystemCalls;

/** A server's steps, at one of which it stops for the first time that it gets there. Used by one server. */
public final class StoppingProtocol extends ServerProtocol {

    private final SchedulerMemory memory;
    private final Step step;
    private final Runnable stop;
    private boolean hasStopped;

    /**
     * Steps over the memory of a scheduler.
     *
     * @param step one of {@link #steps}
     * @param stop what the server does there
     */
    public StoppingProtocol(final SchedulerMemory memory, final String step, final Runnable stop) {
        super(memory);
        this.memory = memory;
        this.step = Step.valueOf(step);
        this.stop = stop;
    }

    /** All steps of take and claim. */
    public static List<String> steps() {
        return Arrays.stream(Step.values()).map(Step::name).collect(Collectors.toList());
    }

    /** System calls that go through these steps. */
    public ServerCalls serverCalls(final UmcgSystemCalls calls) {
        return ServerCalls.of(memory, this, calls);
    }

    /** Whether the server has come to that step. */
    public boolean hasStopped() {
        return hasStopped;
    }

    /** Whether the sentinel has taken over what a server was about to take from a list. */
    public static boolean isTakenOver(final SchedulerMemory memory, final int owner) {
        final int at = SchedulerMemory.serverOffset(owner) + SchedulerMemory.SERVER_INTENT_OFFSET;
        return (memory.control().getLong(at) & OVER) != 0;
    }

    @Override
    void at(final Step reached) {
        if (reached == step && !hasStopped) {
            hasStopped = true;
            stop.run();
        }
    }
}
