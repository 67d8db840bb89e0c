// SPDX-License-Identifier: Apache-2.0

/** A scheduler in Java for threads that the kernel runs only when it says so. */
module org.umcg.scheduler {
    requires transitive org.umcg.api;
    requires transitive org.umcg.binding;

    exports org.umcg.scheduler;
}
