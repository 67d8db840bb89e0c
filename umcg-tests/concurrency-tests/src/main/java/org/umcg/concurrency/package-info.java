// SPDX-License-Identifier: Apache-2.0

/**
 * Tests by jcstress of what servers, workers and the kernel may see of each other's memory.
 *
 * <ul>
 * <li>A test is a class within one that names its subject; its actors are actor1 and actor2, and {@link
 * org.umcg.concurrency.ActorsAre} tells what they are for the kernel.
 * <li>Each outcome is described; what must not be is FORBIDDEN, and there is no other default.
 * <li>Tests whose names begin with Weak have one access weakened, or one step left out, on purpose: {@code ./umcg
 * jcstress weakened} wants to see each of them fail. The same test without that stands before it.
 * <li>Names of tests are those in docs/30-memory-ordering.md.
 * </ul>
 */
package org.umcg.concurrency;
