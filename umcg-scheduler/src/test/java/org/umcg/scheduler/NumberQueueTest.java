// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NumberQueueTest {

    @Test
    void shouldReturnNumbersInOrderOfArrival() {
        final NumberQueue queue = new NumberQueue(3);

        for (int round = 0; round < 10; round++) {
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.offer(7)).isTrue();
            assertThat(queue.offer(5)).isTrue();
            assertThat(queue.offer(6)).isTrue();
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.poll()).isEqualTo(7);
            assertThat(queue.poll()).isEqualTo(5);
            assertThat(queue.poll()).isEqualTo(6);
            assertThat(queue.poll()).isEqualTo(-1);
        }
    }

    @Test
    void shouldHoldItsCapacityAndRefuseMoreWhenFull() {
        for (int capacity = 1; capacity <= 9; capacity++) {
            final NumberQueue queue = new NumberQueue(capacity);
            int held = 0;
            while (queue.offer(held)) {
                held++;
            }

            assertThat(held).isGreaterThanOrEqualTo(capacity);
            assertThat(queue.poll()).isZero();
            assertThat(queue.offer(1)).isTrue();
        }
    }

    @Test
    @Timeout(60)
    void shouldNeitherLoseNorDoubleNumbersWhenManyThreadsUseIt() throws Exception {
        final int threads = 4;
        final int perThread = 16_000;
        final NumberQueue queue = new NumberQueue(64);
        final AtomicIntegerArray seen = new AtomicIntegerArray(threads * perThread);
        final AtomicInteger polled = new AtomicInteger();
        final List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            final int first = i * perThread;
            all.add(new Thread(() -> {
                for (int value = first; value < first + perThread; value++) {
                    while (!queue.offer(value)) {
                        Thread.yield();
                    }
                }
            }));
            all.add(new Thread(() -> {
                while (polled.get() < seen.length()) {
                    final int value = queue.poll();
                    if (value >= 0) {
                        seen.incrementAndGet(value);
                        polled.incrementAndGet();
                    }
                }
            }));
        }
        all.forEach(Thread::start);
        for (final Thread thread : all) {
            thread.join();
        }

        for (int value = 0; value < seen.length(); value++) {
            assertThat(seen.get(value)).isOne();
        }
        assertThat(queue.isEmpty()).isTrue();
    }

    /** A thread that has taken a number has made room for it, wherever the system stops it. */
    @Test
    @Timeout(60)
    void shouldTakeBackWhateverWasTakenOut() throws Exception {
        final int numbers = 8;
        final NumberQueue queue = new NumberQueue(numbers);
        for (int i = 0; i < numbers; i++) {
            assertThat(queue.offer(i)).isTrue();
        }
        final AtomicInteger refused = new AtomicInteger();
        final List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(new Thread(() -> {
                for (int round = 0; round < 200_000; round++) {
                    final int value = queue.poll();
                    if (value >= 0 && !queue.offer(value)) {
                        refused.incrementAndGet();
                    }
                }
            }));
        }
        all.forEach(Thread::start);
        for (final Thread thread : all) {
            thread.join();
        }

        assertThat(refused).hasValue(0);
        for (int i = 0; i < numbers; i++) {
            assertThat(queue.poll()).isBetween(0, numbers - 1);
        }
        assertThat(queue.isEmpty()).isTrue();
    }
}
