// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.io.PrintStream;
import org.umcg.sentinel.JvmThreadState;

/** A program that says whether UMCG can be used here and with what, or why not. */
public final class UmcgInfo {

    private UmcgInfo() {
    }

    /**
     * Prints what was found, and exits with 0 if UMCG can be used and with 1 if not.
     *
     * @param args none
     */
    public static void main(final String[] args) {
        System.exit(print(Umcg.availability(), System.out, System.err));
    }

    static int print(final Availability availability, final PrintStream out, final PrintStream err) {
        if (availability.cause() == null) {
            out.println(availability.describe());
            out.println(JvmThreadState.describe());
            return 0;
        }
        err.println("UMCG unavailable: " + availability.cause().getMessage());
        return 1;
    }
}
