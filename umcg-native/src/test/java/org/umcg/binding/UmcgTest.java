// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.umcg.api.UmcgUnavailableException;
import org.umcg.api.UmcgUnavailableException.Reason;

/** On the kernel of the machine that builds, through the real binding. */
class UmcgTest {

    @BeforeEach
    void needStockKernel() {
        assumeFalse(Umcg.isAvailable(), "this kernel has UMCG");
    }

    @Test
    void shouldTellCauseWhenKernelHasNoUmcg() {
        assertThat(Umcg.unavailabilityCause().reason()).isEqualTo(Reason.KERNEL);
        assertThat(Umcg.unavailabilityCause()).isSameAs(Umcg.unavailabilityCause());
    }

    @Test
    void shouldThrowMessageOnceFromWhereItIsAskedWhenKernelHasNoUmcg() {
        assertThatExceptionOfType(UmcgUnavailableException.class)
            .isThrownBy(Umcg::ensureAvailable)
            .withMessage(Umcg.unavailabilityCause().getMessage())
            .withNoCause()
            .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.KERNEL))
            .satisfies(e -> assertThat(Arrays.stream(e.getStackTrace()).map(StackTraceElement::getMethodName))
                .contains("shouldThrowMessageOnceFromWhereItIsAskedWhenKernelHasNoUmcg"));
    }

    @Test
    void shouldHandOutNoSystemCallsWhenKernelHasNoUmcg() {
        assertThatExceptionOfType(UmcgUnavailableException.class).isThrownBy(Umcg::systemCalls);
        assertThatExceptionOfType(UmcgUnavailableException.class).isThrownBy(Umcg::features);
    }
}
