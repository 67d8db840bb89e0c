// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

/** What a thread does. */
interface Body {
    void run() throws Exception;
}
