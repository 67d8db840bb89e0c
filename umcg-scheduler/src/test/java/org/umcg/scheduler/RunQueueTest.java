// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.umcg.binding.JniSystemCalls;
import org.umcg.scheduler.SchedulingPolicy.Arrival;
import org.umcg.sentinel.SchedulerMemory;

/** J8: what becomes of the workers that a policy has when it fails. */
class RunQueueTest {

    private static final int WORKERS = 4;

    private final CapturedLog log = new CapturedLog();
    private final SchedulerMemory memory = SchedulerMemory.allocate(1, WORKERS, new JniSystemCalls());
    private final FailingPolicy policy = new FailingPolicy();
    private final Failures failures = new Failures(null);
    private final RunQueue runQueue = new RunQueue(memory, policy, 0, failures);

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void shouldKeepWorkersThatFailedPolicyHad() throws Exception {
        takeWorkers(0, 1, 2);
        enqueue(0, 1, 2);
        policy.fails = true;

        assertThat(runQueue.pick(0)).isZero();
        assertThat(log.next().getThrown()).hasMessage("on purpose");
        assertThat(failures.first(FailureHandler.Part.POLICY)).hasMessage("on purpose");
        assertThat(runQueue.pick(0)).isOne();
        assertThat(runQueue.pick(0)).isEqualTo(2);
        assertThat(runQueue.pick(0)).isEqualTo(SchedulingPolicy.NOBODY);
    }

    @Test
    void shouldKeepWorkerThatPolicyFailsToEnqueue() throws Exception {
        takeWorkers(0, 1);
        enqueue(0);
        policy.fails = true;
        enqueue(1);

        assertThat(log.next().getThrown()).hasMessage("on purpose");
        assertThat(runQueue.pick(0)).isZero();
        assertThat(runQueue.pick(0)).isOne();
        assertThat(runQueue.isEmpty()).isTrue();
    }

    @Test
    void shouldReplacePolicyThatPicksNoWorkerOfItsScheduler() throws Exception {
        takeWorkers(3);
        enqueue(3);
        policy.pick = WORKERS;

        assertThat(runQueue.pick(0)).isEqualTo(3);
        assertThat(log.next().getMessage()).endsWith("FIFO takes over");
        assertThat(failures.first(FailureHandler.Part.POLICY)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void shouldPickOnlyWorkersThatWaitToBeRun() {
        takeWorkers(1);
        enqueue(0, 1);

        assertThat(runQueue.pick(0)).isOne();
        assertThat(runQueue.pick(0)).isEqualTo(SchedulingPolicy.NOBODY);
    }

    @Test
    void shouldTellPolicyOnceThatWorkerIsNew() {
        runQueue.forget(2);
        takeWorkers(2);
        enqueue(2);
        assertThat(policy.arrival).isEqualTo(Arrival.NEW);
        assertThat(runQueue.pick(0)).isEqualTo(2);

        enqueue(2);
        assertThat(policy.arrival).isEqualTo(Arrival.WOKEN);
    }

    @Test
    void shouldTellPolicyThatQuantumHasEnded() {
        takeWorkers(2);
        runQueue.notePreempted(2);
        enqueue(2);

        assertThat(policy.arrival).isEqualTo(Arrival.PREEMPTED);
    }

    @Test
    void shouldReplacePolicyThatFailsToHearOfBlockedOrEndedWorker() throws Exception {
        runQueue.blocked(3);
        runQueue.ended(1);
        assertThat(policy.blocked).isEqualTo(3);
        assertThat(policy.ended).isOne();
        policy.fails = true;

        runQueue.blocked(0);
        assertThat(log.next().getThrown()).hasMessage("on purpose");
        runQueue.ended(0);
        assertThat(policy.ended).as("is not asked any more").isOne();
    }

    /** As if the kernel had listed them. */
    private void takeWorkers(final int... workers) {
        for (final int worker : workers) {
            memory.serverTask(0).pushRunnableWorker(memory.workerTask(worker));
        }
        assertThat(memory.protocol().takeList(0, 0, new int[WORKERS])).isEqualTo(workers.length);
    }

    private void enqueue(final int... workers) {
        for (final int worker : workers) {
            runQueue.enqueue(worker);
        }
    }

    /** FIFO, until it fails or picks what it is told. */
    private static final class FailingPolicy implements SchedulingPolicy {

        private final FifoPolicy fifo = new FifoPolicy(WORKERS);
        private boolean fails;
        private int pick;
        private Arrival arrival;
        private int blocked;
        private int ended;

        @Override
        public void enqueue(final int worker, final Arrival arrival) {
            check();
            this.arrival = arrival;
            fifo.enqueue(worker, arrival);
        }

        @Override
        public void blocked(final int worker) {
            check();
            blocked = worker;
        }

        @Override
        public void ended(final int worker) {
            check();
            ended = worker;
        }

        @Override
        public int pick(final int server) {
            check();
            return pick != 0 ? pick : fifo.pick(server);
        }

        @Override
        public boolean isEmpty() {
            check();
            return fifo.isEmpty();
        }

        private void check() {
            if (fails) {
                throw new IllegalStateException("on purpose");
            }
        }
    }
}
