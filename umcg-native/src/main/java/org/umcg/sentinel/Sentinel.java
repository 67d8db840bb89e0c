// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.JniSystemCalls;

/**
 * The native thread that runs held workers while a server makes no progress, so that a server that is
 * stopped by the JVM, for a safepoint say, never stops the workers that the JVM waits for.
 *
 * <p>It acts on the symptom: a worker waits to be run, and a server has been on its way back from the
 * kernel for 0.1 ms, or in Java for 1 ms. It runs workers one at a time in slices of 2 ms, in that
 * server's place: {@link ServerCalls#run} refuses meanwhile, so that never more workers run than
 * there are servers. A false alarm costs time and nothing else.
 *
 * <p>Start it before the first worker registers, close it after the last one has left. Not safe for
 * several threads.
 */
public final class Sentinel implements AutoCloseable {

    private final SchedulerMemory memory;
    private long sentinel;

    /**
     * Whether there can be one.
     *
     * @return false without the native library: then only the kernel's hold limit releases workers that a stopped
     *     server would have run
     */
    public static boolean isAvailable() {
        return JniSystemCalls.isLoaded();
    }

    /**
     * Starts the sentinel.
     *
     * @param memory          of the scheduler whose servers it watches; stays reachable until close
     * @param holdLimitMillis how long it may be busy before the kernel counts it as stuck; 0: for ever
     * @throws UmcgException         if the kernel does not register it
     * @throws IllegalStateException unless {@link #isAvailable()}
     */
    public Sentinel(final SchedulerMemory memory, final int holdLimitMillis) {
        if (!isAvailable()) {
            throw new IllegalStateException("there is no sentinel without the native library");
        }
        this.memory = memory;
        sentinel = start0(memory.controlAddress(), memory.tasksAddress(), holdLimitMillis);
        if (sentinel < 0) {
            throw new UmcgException(UmcgSystemCalls.CTL, (int) -sentinel);
        }
    }

    /** Ends the sentinel and waits for its end; does nothing the second time. */
    @Override
    public void close() {
        if (sentinel != 0) {
            stop0(sentinel);
            sentinel = 0;
        }
    }

    /** For people: what it watches. */
    @Override
    public String toString() {
        return "Sentinel of " + memory.servers() + " servers";
    }

    private static native long start0(long control, long tasks, int holdLimitMillis);

    private static native void stop0(long sentinel);
}
