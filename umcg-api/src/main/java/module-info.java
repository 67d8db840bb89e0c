// SPDX-License-Identifier: Apache-2.0

/** The kernel's {@code struct umcg_task}, its system calls and their errors as Java types. */
module org.umcg.api {
    exports org.umcg.api;
}
