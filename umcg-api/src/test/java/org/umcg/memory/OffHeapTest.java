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
    private final long base = OffHeap.baseOf(memory);

    @Test
    void shouldKnowWhereSliceIs() {
        memory.position(AT);
        final ByteBuffer slice = memory.slice();
        OffHeap.setIntVolatile(slice, OffHeap.baseOf(slice), 0, 5);

        assertThat(memory.getInt(AT)).isEqualTo(5);
    }

    @Test
    void shouldAccessIntsWhereTheyAre() {
        memory.putInt(AT, -3);
        assertThat(OffHeap.getIntVolatile(memory, base, AT)).isEqualTo(-3);

        assertThat(OffHeap.getIntAcquire(memory, base, AT)).isEqualTo(-3);
        assertThat(OffHeap.getIntOpaque(memory, base, AT)).isEqualTo(-3);

        OffHeap.setIntPlain(memory, base, AT, 3);
        assertThat(memory.getInt(AT)).isEqualTo(3);
        OffHeap.setIntOpaque(memory, base, AT, 4);
        assertThat(memory.getInt(AT)).isEqualTo(4);
        OffHeap.setIntRelease(memory, base, AT, 5);
        assertThat(memory.getInt(AT)).isEqualTo(5);
        OffHeap.setIntVolatile(memory, base, AT, 6);
        assertThat(memory.getInt(AT)).isEqualTo(6);
        assertThat(OffHeap.getAndSetInt(memory, base, AT, 7)).isEqualTo(6);
        assertThat(memory.getInt(AT)).isEqualTo(7);
        assertNeighboursAreZero(Integer.BYTES);
    }

    @Test
    void shouldReplaceIntOnlyWhenItIsAsExpected() {
        assertThat(OffHeap.compareAndSetInt(memory, base, AT, 1, 2)).isFalse();
        assertThat(OffHeap.compareAndExchangeInt(memory, base, AT, 1, 2)).isZero();
        assertThat(memory.getInt(AT)).isZero();

        assertThat(OffHeap.compareAndSetInt(memory, base, AT, 0, 2)).isTrue();
        assertThat(OffHeap.compareAndExchangeInt(memory, base, AT, 2, 3)).isEqualTo(2);
        assertThat(memory.getInt(AT)).isEqualTo(3);
        assertNeighboursAreZero(Integer.BYTES);
    }

    @Test
    void shouldAccessLongsWhereTheyAre() {
        memory.putLong(AT, -WIDE);
        assertThat(OffHeap.getLongVolatile(memory, base, AT)).isEqualTo(-WIDE);

        assertThat(OffHeap.getLongAcquire(memory, base, AT)).isEqualTo(-WIDE);
        assertThat(OffHeap.getLongOpaque(memory, base, AT)).isEqualTo(-WIDE);
        assertThat(OffHeap.getLongPlain(memory, base, AT)).isEqualTo(-WIDE);

        OffHeap.setLongOpaque(memory, base, AT, WIDE + 4);
        assertThat(memory.getLong(AT)).isEqualTo(WIDE + 4);
        OffHeap.setLongRelease(memory, base, AT, WIDE + 5);
        assertThat(memory.getLong(AT)).isEqualTo(WIDE + 5);
        OffHeap.setLongVolatile(memory, base, AT, WIDE + 6);
        assertThat(memory.getLong(AT)).isEqualTo(WIDE + 6);
        assertThat(OffHeap.getAndSetLong(memory, base, AT, 7)).isEqualTo(WIDE + 6);
        assertThat(memory.getLong(AT)).isEqualTo(7);
        assertNeighboursAreZero(Long.BYTES);
    }

    @Test
    void shouldReplaceLongOnlyWhenItIsAsExpected() {
        assertThat(OffHeap.compareAndSetLong(memory, base, AT, WIDE, 2)).isFalse();
        assertThat(OffHeap.compareAndExchangeLong(memory, base, AT, WIDE, 2)).isZero();
        assertThat(memory.getLong(AT)).isZero();

        assertThat(OffHeap.compareAndSetLong(memory, base, AT, 0, WIDE)).isTrue();
        assertThat(OffHeap.compareAndExchangeLong(memory, base, AT, WIDE, 3)).isEqualTo(WIDE);
        assertThat(memory.getLong(AT)).isEqualTo(3);
        assertNeighboursAreZero(Long.BYTES);
    }

    @Test
    void shouldSetAndClearBits() {
        assertThat(OffHeap.getAndBitwiseOrLong(memory, base, AT, WIDE | 1)).isZero();
        assertThat(OffHeap.getAndBitwiseOrLong(memory, base, AT, 2)).isEqualTo(WIDE | 1);
        assertThat(OffHeap.getAndBitwiseAndLong(memory, base, AT, WIDE | 2)).isEqualTo(WIDE | 3);
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
