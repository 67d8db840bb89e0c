// SPDX-License-Identifier: Apache-2.0

/** The UMCG system calls through JNI, or through JNA where that is on the module path. */
module org.umcg.binding {
    requires transitive org.umcg.api;
    requires static com.sun.jna;

    exports org.umcg.binding;
}
