// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class OffHeapWordsTest {

    private static final int LENGTH = 3;

    private final FixedAddress systemCalls = new FixedAddress();
    private final OffHeapWords words = OffHeapWords.allocate(LENGTH, systemCalls);

    @Test
    void shouldGiveEachWordItsOwnCacheLine() {
        assertThat(words.length()).isEqualTo(LENGTH);
        assertThat(words.addressOf(0)).isEqualTo(FixedAddress.BASE);
        assertThat(words.addressOf(2)).isEqualTo(FixedAddress.BASE + 128);
    }

    @Test
    void shouldWriteWordsWhereTheirAddressesAre() {
        words.setRelease(1, 4711);

        assertThat(systemCalls.asked().getInt(64)).isEqualTo(4711);
        assertThat(words.getAcquire(0)).isZero();
        assertThat(words.getAcquire(1)).isEqualTo(4711);
    }

    @Test
    void shouldReplaceWordOnlyWhenItIsAsExpected() {
        words.setVolatile(2, 5);

        assertThat(words.compareAndSet(2, 4, 6)).isFalse();
        assertThat(words.compareAndSet(2, 5, 6)).isTrue();
        assertThat(words.getAndSet(2, 7)).isEqualTo(6);
        assertThat(words.getVolatile(2)).isEqualTo(7);
    }

    @Test
    void shouldRejectIndexWhenPaddingIsThere() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> words.getAcquire(LENGTH));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> words.addressOf(-1));
    }
}
