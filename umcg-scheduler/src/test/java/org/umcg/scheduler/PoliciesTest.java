// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.umcg.scheduler.SchedulingPolicy.Arrival;

class PoliciesTest {

    private static final int WORKERS = 20;

    private static List<SchedulingPolicy.Factory> all() {
        return List.of(Policies.fifo(), Policies.lifo(), Policies.random(1));
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldPickEachWorkerOnce(final SchedulingPolicy.Factory factory) {
        final SchedulingPolicy policy = create(factory);
        for (int round = 0; round < 3; round++) {
            IntStream.range(0, WORKERS).forEach(worker ->
                policy.enqueue(worker, worker % 2 == 0 ? Arrival.PREEMPTED : Arrival.NEW));
            assertThat(policy.isEmpty()).isFalse();

            assertThat(pickAll(policy)).hasSize(WORKERS).doesNotHaveDuplicates();
            assertThat(policy.isEmpty()).isTrue();
        }
    }

    /** A worker that is not picked sees all others picked again and again, but not for ever. */
    @ParameterizedTest
    @MethodSource("all")
    void shouldStarveNobody(final SchedulingPolicy.Factory factory) {
        final SchedulingPolicy policy = create(factory);
        IntStream.range(0, WORKERS).forEach(worker ->
            policy.enqueue(worker, worker == 0 ? Arrival.PREEMPTED : Arrival.WOKEN));
        int picks = 1;
        for (int worker = policy.pick(0); worker != 0; worker = policy.pick(0)) {
            policy.enqueue(worker, Arrival.WOKEN);
            picks++;
        }

        assertThat(picks).isLessThan(100 * WORKERS);
    }

    @Test
    void shouldPickFirstThatCameWhenFifo() {
        final SchedulingPolicy policy = create(Policies.fifo());
        IntStream.of(3, 1, 2).forEach(worker -> policy.enqueue(worker, Arrival.WOKEN));

        assertThat(pickAll(policy)).containsExactly(3, 1, 2);
    }

    @Test
    void shouldPickLastThatCameWhenLifo() {
        final SchedulingPolicy policy = create(Policies.lifo());
        policy.pick(0);
        IntStream.of(3, 1, 2).forEach(worker -> policy.enqueue(worker, Arrival.WOKEN));

        assertThat(pickAll(policy)).containsExactly(2, 1, 3);
    }

    @Test
    void shouldPickInSameOrderWhenSameSeed() {
        final List<Integer> order = randomOrder(7);

        assertThat(order).isEqualTo(randomOrder(7)).isNotEqualTo(randomOrder(8));
    }

    /** However many preempted ones were picked before: it waits for the end of one quantum only. */
    @Test
    void shouldPickWokenBeforePreemptedWhenFifo() {
        final SchedulingPolicy policy = create(Policies.fifo());
        for (int quanta = 0; quanta < 3 * WORKERS; quanta++) {
            IntStream.range(1, 9).forEach(worker -> policy.enqueue(worker, Arrival.PREEMPTED));
            for (int i = 0; i < quanta % 8; i++) {
                assertThat(policy.pick(0)).isNotZero();
            }
            policy.enqueue(0, Arrival.WOKEN);

            assertThat(policy.pick(0)).isZero();
            pickAll(policy);
        }
    }

    @Test
    void shouldLetSevenOvertakePreemptedWhenFifo() {
        final SchedulingPolicy policy = create(Policies.fifo());
        IntStream.range(1, WORKERS).forEach(worker -> policy.enqueue(worker, Arrival.WOKEN));
        policy.enqueue(0, Arrival.PREEMPTED);

        assertThat(pickAll(policy).indexOf(0)).isEqualTo(7);
    }

    private static List<Integer> randomOrder(final long seed) {
        final SchedulingPolicy policy = create(Policies.random(seed));
        IntStream.range(0, WORKERS).forEach(worker -> policy.enqueue(worker, Arrival.WOKEN));
        return pickAll(policy);
    }

    private static List<Integer> pickAll(final SchedulingPolicy policy) {
        final List<Integer> picked = new ArrayList<>();
        for (int worker = policy.pick(0); worker != SchedulingPolicy.NOBODY; worker = policy.pick(0)) {
            picked.add(worker);
        }
        return picked;
    }

    private static SchedulingPolicy create(final SchedulingPolicy.Factory factory) {
        return factory.create(() -> WORKERS);
    }
}
