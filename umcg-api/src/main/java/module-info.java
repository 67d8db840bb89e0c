// SPDX-License-Identifier: Apache-2.0

/** The kernel's {@code struct umcg_task}, its system calls and their errors as Java types. */
@SuppressWarnings("module") // the binding is built later
module org.umcg.api {
    requires jdk.unsupported;
    exports org.umcg.api;
    exports org.umcg.memory to org.umcg.binding;
}
