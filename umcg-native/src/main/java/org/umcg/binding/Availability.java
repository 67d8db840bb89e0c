// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.util.function.Supplier;
import org.umcg.api.Errno;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSyscallNumbers;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.api.UmcgUnavailableException;
import org.umcg.api.UmcgUnavailableException.Reason;

/**
 * What probing found: the system calls and the kernel's answer, or the cause why not.
 *
 * <p>Immutable, so safe for any thread.
 */
final class Availability {

    private final UmcgSystemCalls systemCalls;
    private final int queryResult;
    private final UmcgUnavailableException cause;

    private Availability(
        final UmcgSystemCalls systemCalls, final int queryResult, final UmcgUnavailableException cause) {
        this.systemCalls = systemCalls;
        this.queryResult = queryResult;
        this.cause = cause;
    }

    /** Looks at the platform, loads the binding, and asks the kernel, in this order. */
    static Availability probe(
        final String osName, final String osArch, final Supplier<UmcgSystemCalls> binding) {
        if (!"Linux".equals(osName) || !"amd64".equals(osArch)) {
            return unavailable(Reason.PLATFORM,
                "UMCG needs Linux on x86_64, this JVM is for " + osName + " on " + osArch, null);
        }
        final UmcgSystemCalls systemCalls;
        try {
            systemCalls = binding.get();
        }
        catch (final LinkageError | RuntimeException e) {
            return notLoaded(e);
        }
        return query(systemCalls);
    }

    UmcgSystemCalls systemCalls() {
        return systemCalls;
    }

    int queryResult() {
        return queryResult;
    }

    UmcgUnavailableException cause() {
        return cause;
    }

    /** What there is, in one line for people. */
    String describe() {
        return "UMCG available: ABI version " + UmcgTaskDescriptor.abiVersion(queryResult)
            + ", features " + UmcgTaskDescriptor.describeFeatures(queryResult)
            + ", binding " + systemCalls;
    }

    private static Availability notLoaded(final Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (t instanceof IllegalCallerException) {
                return unavailable(Reason.NATIVE_ACCESS, "this JVM lets UMCG's binding load no native library: "
                    + t.getMessage() + ". Start it with " + nativeAccessFlag(Availability.class.getModule()), null);
            }
        }
        final String message = problem.getClass() == UnsatisfiedLinkError.class
            ? problem.getMessage() : problem.toString();
        return unavailable(Reason.LIBRARY, "the binding to UMCG cannot be loaded: " + message, problem.getCause());
    }

    /** JEP 472. */
    static String nativeAccessFlag(final Module module) {
        return module.isNamed()
            ? "--enable-native-access=" + module.getName() + ", and with the JNA binding --enable-native-access="
                + module.getName() + ",com.sun.jna"
            : "--enable-native-access=ALL-UNNAMED";
    }

    private static Availability query(final UmcgSystemCalls systemCalls) {
        final int result = systemCalls.ctl(UmcgTaskDescriptor.CTL_QUERY, 0, 0, 0);
        if (result < 0) {
            return refused(-result, new UmcgException(UmcgSystemCalls.CTL, -result).getMessage());
        }
        final int version = UmcgTaskDescriptor.abiVersion(result);
        if (version != UmcgTaskDescriptor.ABI_VERSION) {
            return unavailable(Reason.ABI_VERSION, "this kernel's UMCG has ABI version " + version
                + ", this library needs " + UmcgTaskDescriptor.ABI_VERSION
                + ": use the kernel patches and the library of one release", null);
        }
        return new Availability(systemCalls, result, null);
    }

    private static Availability refused(final int errno, final String answer) {
        switch (errno) {
            case Errno.ENOSYS:
                return unavailable(Reason.KERNEL, "this kernel, Linux " + System.getProperty("os.version")
                    + ", has no UMCG: " + answer + ". Boot the patched kernel: "
                    + "\"./umcg run -- java -jar ...\" runs any command on it in a VM, and \"A kernel for your "
                    + "own machine\" in README.md tells how to build and install it. On a patched kernel, look for a "
                    + "seccomp filter, such as a container's, that hides the call", null);
            case Errno.EPERM:
            case Errno.EACCES:
                return unavailable(Reason.FORBIDDEN, "a seccomp filter or security module forbids UMCG: "
                    + answer + ". Allow the system calls umcg_ctl, umcg_wait and umcg_kick ("
                    + UmcgSyscallNumbers.UMCG_CTL + ", " + UmcgSyscallNumbers.UMCG_WAIT + " and "
                    + UmcgSyscallNumbers.UMCG_KICK + ") in the profile of this container or service", null);
            default:
                return unavailable(Reason.ABI_VERSION, "this kernel's UMCG cannot be queried: "
                    + answer, null);
        }
    }

    private static Availability unavailable(
        final Reason reason, final String message, final Throwable cause) {
        return new Availability(null, 0, new UmcgUnavailableException(reason, message, cause));
    }
}
