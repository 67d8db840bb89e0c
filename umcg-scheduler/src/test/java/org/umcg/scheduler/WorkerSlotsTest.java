// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerSlotsTest {

    private final WorkerSlots slots = new WorkerSlots(2);

    @Test
    void shouldGiveEachNumberOnce() {
        assertThat(slots.acquire()).isZero();
        assertThat(slots.acquire()).isOne();
        assertThat(slots.acquire()).isEqualTo(WorkerSlots.NONE);
    }

    @Test
    void shouldGiveNumberAgainOnceItIsReleased() {
        slots.acquire();
        slots.acquire();
        slots.release(1);

        assertThat(slots.acquire()).isOne();
    }

    @Test
    void shouldBeUnusedWhenAllIsReleasedEvenNone() {
        slots.acquire();
        slots.acquire();
        final int none = slots.acquire();

        assertThat(slots.release(0)).isFalse();
        assertThat(slots.release(none)).isFalse();
        assertThat(slots.isUnused()).isFalse();
        assertThat(slots.release(1)).isTrue();
        assertThat(slots.isUnused()).isTrue();
    }
}
