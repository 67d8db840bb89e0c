// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import java.util.Objects;

/**
 * This JVM cannot use UMCG: the reason for programs, and a message for people that says what to do.
 */
public class UmcgUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** For programs. */
    private final Reason reason;

    /** Why UMCG cannot be used. */
    public enum Reason {

        /** Not Linux on x86_64. */
        PLATFORM,

        /** The native library, or JNA, could not be loaded; the message names every path tried. */
        LIBRARY,

        /** The JVM lets the binding load no native library; the message names the option that does. */
        NATIVE_ACCESS,

        /** The kernel has no UMCG. */
        KERNEL,

        /** A seccomp filter or a security module forbids the system calls. */
        FORBIDDEN,

        /** The kernel's UMCG has another ABI version. */
        ABI_VERSION
    }

    /**
     * An exception for one reason.
     *
     * @param reason  for programs
     * @param message for people: what is wrong and what to do
     * @param cause   what was thrown below, if it says more than the message; else null
     */
    public UmcgUnavailableException(final Reason reason, final String message, final Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * The reason for programs.
     *
     * @return never null
     */
    public Reason reason() {
        return reason;
    }
}
