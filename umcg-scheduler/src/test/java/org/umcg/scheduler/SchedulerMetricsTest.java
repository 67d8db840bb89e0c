// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.umcg.sentinel.Counter;

class SchedulerMetricsTest {

    /** Each counter has another value. */
    private final SchedulerMetrics metrics = new SchedulerMetrics(counter -> counter.ordinal() + 1);

    @ParameterizedTest
    @EnumSource(Counter.class)
    void shouldHaveMethodForEachCounter(final Counter counter) throws Exception {
        final Object value = SchedulerMetrics.class.getMethod(counter.label()).invoke(metrics);

        assertThat(value).isEqualTo(counter.ordinal() + 1L);
        assertThat(metrics.asMap()).containsEntry(counter.label(), counter.ordinal() + 1L);
    }

    @Test
    void shouldTellNamesAndValuesInOneLine() {
        assertThat(metrics).asString().startsWith("SchedulerMetrics{workers=1, running=2, blocks=3, ")
            .endsWith("refused=" + Counter.values().length + "}");
    }
}
