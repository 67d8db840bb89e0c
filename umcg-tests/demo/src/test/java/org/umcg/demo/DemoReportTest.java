// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DemoReportTest {
    private final ServedCounts counts = new ServedCounts();

    @Test
    void shouldReportTheSchedulerWhenItCounts() {
        counts.requests.add(12);
        counts.ordered(3);

        assertThat(DemoReport.toJson(ExecutorKind.UMCG, counts, 5, Optional.of(new SchedulerCounters(70, 80, 2, 9))))
            .isEqualTo("{\"executor\":\"umcg\",\"requests\":12,\"orders\":1,\"errors\":0,\"in_flight\":0," +
                "\"lock_waits\":5,\"block_events\":70,\"runs\":80,\"max_running\":2,\"rescues\":9}");
    }

    @Test
    void shouldReportNullsWhenTheSchedulerDoesNotCount() {
        assertThat(DemoReport.toJson(ExecutorKind.FIXED, counts, 0, Optional.empty()))
            .endsWith("\"block_events\":null,\"runs\":null,\"max_running\":null,\"rescues\":null}");
    }
}
