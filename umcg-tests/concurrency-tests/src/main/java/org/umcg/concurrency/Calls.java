// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.Umcg;

/** The system calls of all tests: those of a kernel with UMCG, without which none of them runs. */
public final class Calls {

    static final UmcgSystemCalls CALLS = Umcg.systemCalls();

    private Calls() {
    }

    /** The same object each time. */
    public static UmcgSystemCalls get() {
        return CALLS;
    }
}
