// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Virtual threads are refused: what would be registered is the thread that carries one just now, and
 * perhaps another one later.
 */
final class VirtualThreads {

    private VirtualThreads() {
    }

    /** Throws if these flags of umcg_ctl would register the calling thread, and it is a virtual one. */
    static void refuseToRegister(final int flags) {
        if ((flags & CTL_REGISTER) != 0 && isVirtual(Thread.currentThread())) {
            throw new IllegalStateException("a virtual thread can be neither a server nor a worker, as it has "
                + "no thread of its own in the kernel; use a platform thread: " + Thread.currentThread());
        }
    }

    private static boolean isVirtual(final Thread thread) {
        if (Found.IS_VIRTUAL == null) {
            return false;
        }
        try {
            return (boolean) Found.IS_VIRTUAL.invokeExact(thread);
        }
        catch (final Throwable t) {
            throw new IllegalStateException("Thread.isVirtual()", t);
        }
    }

    /** Not looked for before a thread registers: most of what {@link Umcg#isAvailable()} costs would be that. */
    private static final class Found {

        /** {@code Thread.isVirtual()}, from JDK 21 on, or null. */
        static final MethodHandle IS_VIRTUAL = find();

        private static MethodHandle find() {
            try {
                return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
            }
            catch (final NoSuchMethodException | IllegalAccessException e) {
                return null;
            }
        }
    }
}
