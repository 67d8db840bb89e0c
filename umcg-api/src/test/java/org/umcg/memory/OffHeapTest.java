// SPDX-License-Identifier: Apache-2.0

package org.umcg.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class OffHeapTest {

    private static final int AT = 8;
    private static final long WIDE = 1L << 40;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
    private final long address = OffHeap.addressOf(memory) + AT;

    @Test
    void shouldKnowWhereSliceIs() {
        memory.position(4);

        assertThat(OffHeap.addressOf(memory)).isEqualTo(address - AT);
        assertThat(OffHeap.addressOf(memory.slice())).isEqualTo(address - AT + 4);
    }

    @Test
    void shouldAccessIntsWhereTheyAre() {
        memory.putInt(AT, -3);
        assertThat(OffHeap.getIntVolatile(this, address)).isEqualTo(-3);

        OffHeap.setIntRelease(this, address, 5);
        assertThat(memory.getInt(AT)).isEqualTo(5);
        OffHeap.setIntVolatile(this, address, 6);
        assertThat(memory.getInt(AT)).isEqualTo(6);
        assertThat(OffHeap.getAndSetInt(this, address, 7)).isEqualTo(6);
        assertThat(memory.getInt(AT)).isEqualTo(7);
        assertNeighboursAreZero(Integer.BYTES);
    }

    @Test
    void shouldReplaceIntOnlyWhenItIsAsExpected() {
        assertThat(OffHeap.compareAndSetInt(this, address, 1, 2)).isFalse();
        assertThat(OffHeap.compareAndExchangeInt(this, address, 1, 2)).isZero();
        assertThat(memory.getInt(AT)).isZero();

        assertThat(OffHeap.compareAndSetInt(this, address, 0, 2)).isTrue();
        assertThat(OffHeap.compareAndExchangeInt(this, address, 2, 3)).isEqualTo(2);
        assertThat(memory.getInt(AT)).isEqualTo(3);
        assertNeighboursAreZero(Integer.BYTES);
    }

    @Test
    void shouldAccessLongsWhereTheyAre() {
        memory.putLong(AT, -WIDE);
        assertThat(OffHeap.getLongVolatile(this, address)).isEqualTo(-WIDE);

        OffHeap.setLongRelease(this, address, WIDE + 5);
        assertThat(memory.getLong(AT)).isEqualTo(WIDE + 5);
        OffHeap.setLongVolatile(this, address, WIDE + 6);
        assertThat(memory.getLong(AT)).isEqualTo(WIDE + 6);
        assertThat(OffHeap.getAndSetLong(this, address, 7)).isEqualTo(WIDE + 6);
        assertThat(memory.getLong(AT)).isEqualTo(7);
        assertNeighboursAreZero(Long.BYTES);
    }

    @Test
    void shouldReplaceLongOnlyWhenItIsAsExpected() {
        assertThat(OffHeap.compareAndSetLong(this, address, WIDE, 2)).isFalse();
        assertThat(OffHeap.compareAndExchangeLong(this, address, WIDE, 2)).isZero();
        assertThat(memory.getLong(AT)).isZero();

        assertThat(OffHeap.compareAndSetLong(this, address, 0, WIDE)).isTrue();
        assertThat(OffHeap.compareAndExchangeLong(this, address, WIDE, 3)).isEqualTo(WIDE);
        assertThat(memory.getLong(AT)).isEqualTo(3);
        assertNeighboursAreZero(Long.BYTES);
    }

    @Test
    void shouldSetAndClearBits() {
        assertThat(OffHeap.getAndBitwiseOrLong(this, address, WIDE | 1)).isZero();
        assertThat(OffHeap.getAndBitwiseOrLong(this, address, 2)).isEqualTo(WIDE | 1);
        assertThat(OffHeap.getAndBitwiseAndLong(this, address, WIDE | 2)).isEqualTo(WIDE | 3);
        assertThat(memory.getLong(AT)).isEqualTo(WIDE | 2);
        assertNeighboursAreZero(Long.BYTES);
    }

    private void assertNeighboursAreZero(final int size) {
        for (int at = 0; at < memory.capacity(); at++) {
            if (at < AT || at >= AT + size) {
                assertThat(memory.get(at)).as("byte " + at).isZero();
            }
        }
    }
}
