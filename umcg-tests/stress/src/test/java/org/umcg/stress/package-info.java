// SPDX-License-Identifier: Apache-2.0

/**
 * Programs that are made to stall: each scenario runs in a JVM of its own, as workers, with something that
 * stops threads of that JVM again and again, and must come to its end.
 */
package org.umcg.stress;
