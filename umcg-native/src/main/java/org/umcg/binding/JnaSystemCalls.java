// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.umcg.api.UmcgSyscallNumbers;
import org.umcg.api.UmcgSystemCalls;

/**
 * The system calls through JNA and libc's {@code syscall}: needs no compiled library of ours, but JNA
 * on the class path. Slower than {@link JniSystemCalls}, and may allocate.
 *
 * <p>Stateless, so safe for any thread. JNA keeps errno per thread, from the instant after each call.
 *
 * <p>{@code syscall} is declared with as many arguments as the calls have, not as variadic: the same
 * on x86_64, where a variadic call differs only in the count of vector registers.
 */
public final class JnaSystemCalls implements UmcgSystemCalls {

    static {
        Native.register(JnaSystemCalls.class, com.sun.jna.NativeLibrary.getProcess());
        // Linked now: a server must not meet a worker that is held inside the dynamic linker.
        Native.getLastError();
    }

    /**
     * Binds libc's {@code syscall}, once per class loader.
     *
     * @throws NoClassDefFoundError if JNA is not on the class path
     * @throws UnsatisfiedLinkError if JNA cannot load its own library
     */
    public JnaSystemCalls() {
        MemoryAccess.give();
    }

    @Override
    public int ctl(final int flags, final long selfAddress, final int size, final int clockId) {
        VirtualThreads.refuseToRegister(flags);
        return resultOf(syscall(UmcgSyscallNumbers.UMCG_CTL, flags, selfAddress, size, clockId));
    }

    @Override
    public int umcgWait(final int flags, final long absTimeoutNanos) {
        return resultOf(syscall(UmcgSyscallNumbers.UMCG_WAIT, flags, absTimeoutNanos, 0, 0));
    }

    @Override
    public int kick(final int flags, final int tid) {
        return resultOf(syscall(UmcgSyscallNumbers.UMCG_KICK, flags, tid, 0, 0));
    }

    @Override
    public int gettid() {
        return resultOf(syscall(UmcgSyscallNumbers.GETTID, 0, 0, 0, 0));
    }

    @Override
    public long addressOf(final ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("not direct: " + buffer);
        }
        return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
    }

    /** The binding's name, as {@code JNA}. */
    @Override
    public String toString() {
        return "JNA";
    }

    private static int resultOf(final long returned) {
        return returned < 0 ? -Native.getLastError() : (int) returned;
    }

    private static native long syscall(long number, long first, long second, long third, long fourth);
}
