// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.util.function.Supplier;
import org.umcg.api.Errno;
import org.umcg.api.UmcgException;
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
        catch (final LinkageError e) {
            return unavailable(Reason.LIBRARY, "the binding to UMCG cannot be loaded: " + e.getMessage(), e);
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

    private static Availability query(final UmcgSystemCalls systemCalls) {
        final int result = systemCalls.ctl(UmcgTaskDescriptor.CTL_QUERY, 0, 0, 0);
        if (result < 0) {
            return refused(new UmcgException(UmcgSystemCalls.CTL, -result));
        }
        final int version = UmcgTaskDescriptor.abiVersion(result);
        if (version != UmcgTaskDescriptor.ABI_VERSION) {
            return unavailable(Reason.ABI_VERSION, "this kernel's UMCG has ABI version " + version
                + ", this library needs " + UmcgTaskDescriptor.ABI_VERSION
                + ": use the kernel patches and the library of one release", null);
        }
        return new Availability(systemCalls, result, null);
    }

    private static Availability refused(final UmcgException e) {
        switch (e.errno()) {
            case Errno.ENOSYS:
                return unavailable(Reason.KERNEL, "this kernel, Linux " + System.getProperty("os.version")
                    + ", has no UMCG: " + e.getMessage() + ". Boot the patched kernel: "
                    + "\"./umcg run -- java -jar ...\" runs any command on it in a VM, and README.md "
                    + "tells how to build it for a machine of your own. On a patched kernel, look for a "
                    + "seccomp filter, such as a container's, that hides the call", e);
            case Errno.EPERM:
            case Errno.EACCES:
                return unavailable(Reason.FORBIDDEN, "a seccomp filter or security module forbids UMCG: "
                    + e.getMessage() + ". Allow the system calls umcg_ctl, umcg_wait and umcg_kick in "
                    + "the profile of this container or service", e);
            default:
                return unavailable(Reason.ABI_VERSION, "this kernel's UMCG cannot be queried: "
                    + e.getMessage(), e);
        }
    }

    private static Availability unavailable(
        final Reason reason, final String message, final Throwable cause) {
        return new Availability(null, 0, new UmcgUnavailableException(reason, message, cause));
    }
}
