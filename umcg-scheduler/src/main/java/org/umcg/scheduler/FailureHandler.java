// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

/**
 * Is told when a part of a scheduler has failed, see {@link UmcgScheduler.Builder#failureHandler}. The scheduler
 * goes on in spite of each failure; whether the program should, is for the program to say.
 */
@FunctionalInterface
public interface FailureHandler {

    /**
     * A part has failed for the first time. Called in a thread of its own, so it may do anything, close the
     * scheduler too.
     *
     * @param part    what has failed
     * @param problem what it has thrown
     */
    void failed(Part part, Throwable problem);

    /** What can fail. */
    enum Part {
        /** A server: a defect of this library. */
        SERVER(System.Logger.Level.ERROR, "a server failed, and goes on"),
        /** The policy, which is not used any more: FIFO takes over. */
        POLICY(System.Logger.Level.WARNING, "the scheduling policy failed, FIFO takes over"),
        /** A thread could not become a worker, for want of memory say, and runs as a plain thread. */
        WORKER(System.Logger.Level.ERROR, "a thread could not become a worker; such threads run unmanaged"),
        /** A server could not be bound to its CPU, and runs on any that it may use. */
        CPU(System.Logger.Level.WARNING, "a server could not be bound to its CPU, and runs on any");

        private final System.Logger.Level level;
        private final String description;

        Part(final System.Logger.Level level, final String description) {
            this.level = level;
            this.description = description;
        }

        System.Logger.Level level() {
            return level;
        }

        String description() {
            return description;
        }
    }
}
