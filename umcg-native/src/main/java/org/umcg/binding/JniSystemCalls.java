// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.nio.ByteBuffer;
import org.umcg.api.UmcgSystemCalls;

/**
 * The system calls through JNI: the fast path. Allocates nothing.
 *
 * <p>Stateless, so safe for any thread. The natives are ordinary ones: a thread in umcg_wait is in
 * native code for the JVM and stops no safepoint.
 */
public final class JniSystemCalls implements UmcgSystemCalls {

    /**
     * Loads the native library, once per class loader.
     *
     * @throws UnsatisfiedLinkError with every path that was tried and what was wrong there
     */
    public JniSystemCalls() {
        NativeLibrary.ensureLoaded();
    }

    /**
     * Loads the native library, once per class loader: what else there is in it can be called then.
     *
     * @throws UnsatisfiedLinkError with every path that was tried and what was wrong there
     */
    public static void ensureLoaded() {
        NativeLibrary.ensureLoaded();
    }

    /**
     * Whether the native library is loaded: it is not where {@link JnaSystemCalls} does without.
     *
     * @return true once one of these objects was made
     */
    public static boolean isLoaded() {
        return NativeLibrary.isLoaded();
    }

    @Override
    public int ctl(final int flags, final long selfAddress, final int size, final int clockId) {
        VirtualThreads.refuseToRegister(flags);
        return ctl0(flags, selfAddress, size, clockId);
    }

    @Override
    public int umcgWait(final int flags, final long absTimeoutNanos) {
        return wait0(flags, absTimeoutNanos);
    }

    @Override
    public int kick(final int flags, final int tid) {
        return kick0(flags, tid);
    }

    @Override
    public int gettid() {
        return gettid0();
    }

    @Override
    public long addressOf(final ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("not direct: " + buffer);
        }
        return addressOf0(buffer);
    }

    /** The binding's name, as {@code JNI}. */
    @Override
    public String toString() {
        return "JNI";
    }

    private static native int ctl0(int flags, long selfAddress, int size, int clockId);

    private static native int wait0(int flags, long absTimeoutNanos);

    private static native int kick0(int flags, int tid);

    private static native int gettid0();

    private static native long addressOf0(ByteBuffer buffer);
}
