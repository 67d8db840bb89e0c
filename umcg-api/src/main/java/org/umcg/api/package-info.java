// SPDX-License-Identifier: Apache-2.0

/**
 * The ABI of UMCG as Java types: what a thread shares with the kernel, the three system calls and
 * their errors.
 *
 * <p>Conventions: an access to shared memory has its access mode in its name ({@code stateAcquire},
 * {@code stateRelease}); an address is a {@code long} that came from
 * {@link org.umcg.api.UmcgSystemCalls#addressOf}; times are nanoseconds; a system call answers its
 * result or a negated error number, which {@link org.umcg.api.UmcgException#check} turns into an
 * exception where callers cannot go on.
 *
 * <p>The facts come from {@code kernel-patches/linux/include/uapi/linux/umcg.h}; the unit tests of
 * the binding module compare them with what a C compiler makes of that header.
 */
package org.umcg.api;
