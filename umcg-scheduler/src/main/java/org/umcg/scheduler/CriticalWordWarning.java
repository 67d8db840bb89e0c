// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import org.umcg.sentinel.JvmThreadState;

/** Says once for each process that this JVM does not let the kernel see what its threads do. */
final class CriticalWordWarning {

    private CriticalWordWarning() {
    }

    static void sayOnce() {
        Once.say();
    }

    private static final class Once {

        static {
            System.getLogger(Once.class.getPackageName()).log(System.Logger.Level.WARNING,
                "{0}; workers run all the same, and the sentinel has more to do", JvmThreadState.describe());
        }

        private Once() {
        }

        /** The work is done by the class's initialisation. */
        static void say() {
        }
    }
}
