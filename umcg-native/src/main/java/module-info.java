// SPDX-License-Identifier: Apache-2.0

/** The UMCG system calls through JNI, or through JNA where that is on the module path. */
@SuppressWarnings("module") // the scheduler is built later
module org.umcg.binding {
    requires transitive org.umcg.api;
    requires static com.sun.jna;

    exports org.umcg.binding;
    exports org.umcg.sentinel to org.umcg.scheduler;
}
