// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.umcg.api.FixedAddress.BASE;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UmcgTaskSlabTest {

    private static final int CAPACITY = 100;

    private final FixedAddress systemCalls = new FixedAddress();
    private final UmcgTaskSlab slab = UmcgTaskSlab.allocate(CAPACITY, systemCalls);

    @Test
    void shouldAllocateWholePagesAtPageBoundary() {
        assertThat(systemCalls.asked().alignmentOffset(0, 4096)).isZero();
        assertThat(systemCalls.asked().capacity()).isEqualTo(4 * 4096);
        assertThat(systemCalls.asked().isDirect()).isTrue();
    }

    @Test
    void shouldMapIndexToAddressAndBack() {
        assertThat(slab.capacity()).isEqualTo(CAPACITY);
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(slab.addressOf(i)).isEqualTo(BASE + (long) i * SIZE);
            assertThat(slab.task(i).address()).isEqualTo(slab.addressOf(i));
            assertThat(slab.indexOf(slab.addressOf(i))).isEqualTo(i);
        }
    }

    @Test
    void shouldUseMemoryThatIsGiven() {
        final ByteBuffer memory = ByteBuffer.allocateDirect(3 * SIZE);
        final UmcgTaskSlab given = UmcgTaskSlab.in(memory, systemCalls);
        given.task(2).stateRelease(7);

        assertThat(given.capacity()).isEqualTo(3);
        assertThat(given.addressOf(0)).isEqualTo(BASE);
        assertThat(memory.order(ByteOrder.nativeOrder()).getInt(2 * SIZE)).isEqualTo(7);
    }

    @Test
    void shouldRejectMemoryThatIsNotAligned() {
        final FixedAddress odd = new FixedAddress(BASE + SIZE / 2);

        assertThatIllegalArgumentException()
            .isThrownBy(() -> UmcgTaskSlab.in(ByteBuffer.allocateDirect(SIZE), odd));
    }

    @ParameterizedTest
    @ValueSource(longs = {
        0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, BASE - SIZE, BASE - 1, BASE + 1, BASE + 32,
        BASE + CAPACITY * SIZE, BASE + CAPACITY * SIZE - 1, BASE + Long.MIN_VALUE, BASE + (1L << 38)})
    void shouldFindNoIndexWhenAddressIsNotOurs(final long address) {
        assertThat(slab.indexOf(address)).isEqualTo(-1);
    }

    @Test
    void shouldRejectIndexOutsideSlab() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> slab.task(CAPACITY));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> slab.task(-1));
    }

    @Test
    void shouldKeepTasksApart() {
        for (int i = 0; i < CAPACITY; i++) {
            slab.task(i).stateRelease(i + 1);
            slab.task(i).criticalPtrOpaque(-1L - i);
        }

        for (int i = 0; i < CAPACITY; i++) {
            assertThat(slab.task(i).stateAcquire()).isEqualTo(i + 1);
            assertThat(slab.task(i).criticalPtrOpaque()).isEqualTo(-1L - i);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void shouldRejectCapacityThatCannotBe(final int capacity) {
        assertThatIllegalArgumentException().isThrownBy(() -> UmcgTaskSlab.allocate(capacity, systemCalls));
    }
}
