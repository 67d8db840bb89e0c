// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

/**
 * The error numbers of the UMCG system calls on Linux x86_64, with their texts: the only such table.
 *
 * <p>Constants and pure functions only: safe for any thread.
 *
 * <p>Source: {@code asm-generic/errno-base.h} and {@code asm-generic/errno.h}; the texts are
 * glibc's.
 */
public final class Errno {

    /** The caller may not do this; a seccomp filter may answer it as well. */
    public static final int EPERM = 1;

    /** No such thread, or none that the caller may name. */
    public static final int ESRCH = 3;

    /** A signal came first. */
    public static final int EINTR = 4;

    /** A struct with fields that this kernel does not know. */
    public static final int E2BIG = 7;

    /** The state changed first: look again. */
    public static final int EAGAIN = 11;

    /** Out of memory, or of memory that may be pinned (RLIMIT_MEMLOCK). */
    public static final int ENOMEM = 12;

    /** A seccomp filter or a security module refused. */
    public static final int EACCES = 13;

    /** An address that cannot be used. */
    public static final int EFAULT = 14;

    /** The thread is registered already. */
    public static final int EBUSY = 16;

    /** An argument that breaks the contract. */
    public static final int EINVAL = 22;

    /** A kernel without this system call. */
    public static final int ENOSYS = 38;

    /** Known to the kernel, but not for this kind of task or memory. */
    public static final int EOPNOTSUPP = 95;

    /** The time has come. */
    public static final int ETIMEDOUT = 110;

    private Errno() {
    }

    /**
     * Whether a system call answered something that its caller deals with: a result, or one of
     * {@link #EAGAIN}, {@link #EINTR}, {@link #ESRCH} and {@link #ETIMEDOUT}.
     *
     * @param result a result or a negated error number
     * @return false when {@link UmcgException#check} throws
     */
    public static boolean isOutcome(final int result) {
        return result >= 0
            || result == -EAGAIN
            || result == -ETIMEDOUT
            || result == -EINTR
            || result == -ESRCH;
    }

    /**
     * The text of an error number, as {@code strerror} has it.
     *
     * @param errno an error number that is not negated
     * @return the text; {@code Unknown error N} for one that is not in this table
     */
    public static String text(final int errno) {
        switch (errno) {
            case EPERM:
                return "Operation not permitted";
            case ESRCH:
                return "No such process";
            case EINTR:
                return "Interrupted system call";
            case E2BIG:
                return "Argument list too long";
            case EAGAIN:
                return "Resource temporarily unavailable";
            case ENOMEM:
                return "Cannot allocate memory";
            case EACCES:
                return "Permission denied";
            case EFAULT:
                return "Bad address";
            case EBUSY:
                return "Device or resource busy";
            case EINVAL:
                return "Invalid argument";
            case ENOSYS:
                return "Function not implemented";
            case EOPNOTSUPP:
                return "Operation not supported";
            case ETIMEDOUT:
                return "Connection timed out";
            default:
                return "Unknown error " + errno;
        }
    }
}
