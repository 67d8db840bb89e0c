// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

/**
 * A system call failed in a way that its caller cannot deal with; {@link #errno()} says how.
 *
 * <p>The message reads {@code umcg_wait(..) failed with error(-22): Invalid argument}.
 */
public class UmcgException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** As the kernel names it, positive. */
    private final int errno;

    /**
     * An exception for one failed call.
     *
     * @param call  the system call's name, as {@code umcg_wait}
     * @param errno the error number, not negated
     */
    public UmcgException(final String call, final int errno) {
        super(call + "(..) failed with error(" + -errno + "): " + Errno.text(errno));
        this.errno = errno;
    }

    /**
     * Throws unless a system call answered something that its caller deals with. Allocates nothing
     * then, and is safe for any thread.
     *
     * @param result what the call answered: a result or a negated error number
     * @param call   the system call's name, as {@code umcg_wait}
     * @return {@code result}: not negative, or one of {@code -EAGAIN}, {@code -EINTR},
     *     {@code -ESRCH} and {@code -ETIMEDOUT}
     * @throws UmcgException for every other error
     */
    public static int check(final int result, final String call) {
        if (Errno.isOutcome(result)) {
            return result;
        }
        throw new UmcgException(call, -result);
    }

    /**
     * The kernel's error number.
     *
     * @return one of the constants in {@link Errno}, or another positive number
     */
    public int errno() {
        return errno;
    }
}
