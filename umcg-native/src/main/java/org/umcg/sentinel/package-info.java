// SPDX-License-Identifier: Apache-2.0

/**
 * What a scheduler shares with the sentinel, the native thread that stands in for its servers; for the module
 * {@code org.umcg.scheduler} only.
 */
package org.umcg.sentinel;
