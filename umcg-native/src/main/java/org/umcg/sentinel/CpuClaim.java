// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.util.concurrent.atomic.AtomicInteger;
import org.umcg.api.Errno;
import org.umcg.binding.JniSystemCalls;

/**
 * A CPU that a server is to have for itself. Servers of all processes of a machine that claim CPUs get
 * different ones as long as there are enough, then those with the fewest claims.
 *
 * <p>A claim is a socket with a name that nobody else can have, without a file, see unix(7); so it ends with
 * its process, however that ends. Processes in different network namespaces do not see each other's, and
 * where there are no such sockets the CPUs go round, from one that depends on the process on. A claim binds
 * nobody to anything: {@link #pin} does.
 *
 * <p>Safe for any thread.
 */
public final class CpuClaim implements AutoCloseable {

    private static final int NO_SOCKET = -1;

    private final int cpu;
    private final AtomicInteger socket;

    private CpuClaim(final int cpu, final int socket) {
        this.cpu = cpu;
        this.socket = new AtomicInteger(socket);
    }

    /**
     * The CPUs that the calling thread may use.
     *
     * @return their numbers, lowest first; none without the native library, which alone can bind to them
     */
    public static int[] allowed() {
        return JniSystemCalls.isLoaded() ? allowed0() : new int[0];
    }

    /**
     * Claims a CPU.
     *
     * @param cpus at least one; of those that have as few claims, the first
     * @return one of them
     */
    public static CpuClaim of(final int... cpus) {
        final long claim = JniSystemCalls.isLoaded() ? claim0(cpus) : NO_SOCKET;
        return claim < 0
            ? new CpuClaim(cpus[Math.floorMod(Round.NEXT.getAndIncrement(), cpus.length)], NO_SOCKET)
            : new CpuClaim(cpus[(int) (claim >>> Integer.SIZE)], (int) claim);
    }

    /**
     * Binds the calling thread to one CPU.
     *
     * @param cpu its number
     * @return 0 or {@code -errno}; -EINVAL if the thread may not use that CPU, or it is offline; -ENOSYS without the
     *     native library
     */
    public static int pin(final int cpu) {
        return JniSystemCalls.isLoaded() ? pin0(cpu) : -Errno.ENOSYS;
    }

    /**
     * What was claimed.
     *
     * @return the CPU's number
     */
    public int cpu() {
        return cpu;
    }

    /** Gives the CPU back; does nothing the second time. */
    @Override
    public void close() {
        final int open = socket.getAndSet(NO_SOCKET);
        if (open != NO_SOCKET) {
            release0(open);
        }
    }

    /** For people. */
    @Override
    public String toString() {
        return "CPU " + cpu;
    }

    private static native int[] allowed0();

    private static native long claim0(int[] cpus);

    private static native void release0(int socket);

    private static native int pin0(int cpu);

    /** Apart, as to ask for the process costs more than to load the library. */
    private static final class Round {

        static final AtomicInteger NEXT = new AtomicInteger((int) ProcessHandle.current().pid());
    }
}
