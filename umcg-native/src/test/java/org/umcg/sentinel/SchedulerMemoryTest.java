// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.umcg.binding.JniSystemCalls;

class SchedulerMemoryTest {

    private static final int SERVERS = 3;

    /** Wherever the allocator puts it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 64})
    void shouldHaveRoomForLastField(final int workers) {
        final List<SchedulerMemory> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            final SchedulerMemory memory =
                SchedulerMemory.allocate(SERVERS, workers, new JniSystemCalls());
            all.add(memory);
            memory.workerTidRelease(workers - 1, i);

            assertThat(memory.workerTidAcquire(workers - 1)).isEqualTo(i);
        }
        assertThat(all.get(0).workerTidAcquire(workers - 1)).as("its own").isZero();
    }
}
