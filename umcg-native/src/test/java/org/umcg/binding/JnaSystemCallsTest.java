// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import org.umcg.api.UmcgSystemCalls;

class JnaSystemCallsTest extends BindingContract {

    @Override
    UmcgSystemCalls open() {
        return new JnaSystemCalls();
    }
}
