// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.JnaSystemCalls;
import org.umcg.binding.JniSystemCalls;
import org.umcg.binding.Umcg;

/** The bindings that one suite of tests is for. */
enum Binding {

    /** Through our own library. */
    JNI,

    /** Through JNA and libc. */
    JNA;

    /** Opens the binding, or fails with what keeps this machine from using UMCG. */
    UmcgSystemCalls open() {
        Umcg.ensureAvailable();
        return this == JNI ? new JniSystemCalls() : new JnaSystemCalls();
    }
}
