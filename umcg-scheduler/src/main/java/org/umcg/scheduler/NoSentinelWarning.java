// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

/** Says once for each process what there is not without the native library. */
final class NoSentinelWarning {

    private NoSentinelWarning() {
    }

    static void sayOnce() {
        Once.say();
    }

    private static final class Once {

        static {
            System.getLogger(Once.class.getPackageName()).log(System.Logger.Level.WARNING,
                "the JNA binding has no sentinel: when the JVM stops a server, at a safepoint that waits for a worker, "
                + "say, only the kernel lets that worker go on, after the hold limit; nor does the kernel know what "
                + "workers do for the JVM, and servers are bound to no CPU");
        }

        private Once() {
        }

        /** The work is done by the class's initialisation. */
        static void say() {
        }
    }
}
