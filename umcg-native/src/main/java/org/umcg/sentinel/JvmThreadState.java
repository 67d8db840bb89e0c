// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.util.Locale;
import org.umcg.binding.JniSystemCalls;

/**
 * What a Java thread does for its JVM: the word {@code JavaThread::_thread_state} of HotSpot.
 *
 * <p>A worker whose critical_ptr is the {@link #address} of its own word, with {@link #criticalMask()},
 * is held by the kernel in native code and blocked in the VM only: elsewhere a safepoint would wait for
 * it. Its blocks in Java or in the VM are not reported, and inside the VM it is not preempted.
 *
 * <p>Where the word is, and what its values mean, HotSpot tells in the tables that it exports for
 * debuggers, {@code gHotSpotVMStructs} and {@code gHotSpotVMIntConstants} (vmStructs.cpp, vmStructs.hpp);
 * where the JavaThread is, in the field {@code java.lang.Thread.eetop}. Another JVM may have none of this:
 * then {@link #problem()} says what is missing, and the library does without.
 *
 * <p>Safe for any thread. No method allocates, but for {@link #describe()}.
 */
public final class JvmThreadState {

    private static final String NO_LIBRARY = "without its native library UMCG cannot look into the JVM";

    private JvmThreadState() {
    }

    /**
     * Whether the word can be used on this JVM.
     *
     * @return false if {@link #problem()} says why not
     */
    public static boolean isKnown() {
        return problem() == null;
    }

    /**
     * Why the word cannot be used on this JVM.
     *
     * @return null if it can
     */
    public static String problem() {
        return JniSystemCalls.isLoaded() ? Found.PROBLEM : NO_LIBRARY;
    }

    /**
     * Where a thread's word is: valid until the thread ends, 32 bits, 4-byte aligned.
     *
     * @param thread a platform thread that has been started
     * @return the address, or 0 if {@link #problem()} is not null or the thread has ended
     */
    public static long address(final Thread thread) {
        return isKnown() ? address0(thread) : 0;
    }

    /**
     * What goes with the address into {@code umcg_task.critical_mask}.
     *
     * @return bit v: a block in state v is hidden; bit 16 + v: a preemption in state v waits
     */
    public static int criticalMask() {
        return isKnown() ? criticalMask0() : 0;
    }

    /**
     * What was found, for people.
     *
     * @return one line
     */
    public static String describe() {
        if (!isKnown()) {
            return "critical word not used: " + problem();
        }
        return String.format(Locale.ROOT, "critical word: JavaThread::_thread_state at offset %d, "
            + "blocks hidden in states %s, preemption deferred in states %s",
            offset0(), states(criticalMask0() & 0xffff), states(criticalMask0() >>> 16));
    }

    private static String states(final int mask) {
        final StringBuilder text = new StringBuilder();
        for (int state = 0; state < Short.SIZE; state++) {
            if ((mask & 1 << state) != 0) {
                text.append(text.length() == 0 ? "" : ",").append(state);
            }
        }
        return text.toString();
    }

    /**
     * What a word holds; it may have changed since.
     *
     * @param address of the word; that of a thread which has ended does no harm
     * @return HotSpot's JavaThreadState, or -1 if there is nothing at that address
     */
    public static int read(final long address) {
        return JniSystemCalls.isLoaded() ? read0(address) : -1;
    }

    private static native String find0();

    private static native int criticalMask0();

    private static native long offset0();

    private static native long address0(Thread thread);

    private static native int read0(long address);

    private static final class Found {

        static final String PROBLEM = find();

        private static String find() {
            return find0();
        }
    }
}
