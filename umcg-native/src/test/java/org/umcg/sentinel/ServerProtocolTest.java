// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.umcg.api.Errno;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.binding.JniSystemCalls;

/** A server's steps, and what becomes of them when the sentinel takes over in between. */
class ServerProtocolTest {

    private static final int SERVER = 0;
    private static final int OTHER_SERVER = 1;
    private static final int WORKERS = 3;

    private final SchedulerMemory memory = SchedulerMemory.allocate(2, WORKERS, new JniSystemCalls());
    private final ByteBuffer control = memory.control();
    private final int[] taken = new int[WORKERS];

    @Test
    void shouldQueueAllWorkersOfListNewestFirst() {
        list(2, 0, 1);

        assertThat(memory.protocol().takeList(SERVER, SERVER, taken)).isEqualTo(WORKERS);
        assertThat(taken).containsExactly(1, 0, 2);
        assertThat(memory.serverTask(SERVER).hasRunnableWorkersVolatile()).isFalse();
        for (int worker = 0; worker < WORKERS; worker++) {
            assertThat(memory.protocol().isQueued(worker)).isTrue();
        }
    }

    @Test
    void shouldLeaveListToServerThatTakesIt() {
        list(0);
        final int[] result = new int[1];
        final ServerProtocol protocol = stopping(ServerProtocol.Step.LIST_HELD, () ->
            result[0] = memory.protocol().takeList(OTHER_SERVER, SERVER, new int[WORKERS]));

        assertThat(protocol.takeList(SERVER, SERVER, taken)).isOne();
        assertThat(result[0]).isEqualTo(ServerProtocol.BEING_TAKEN);
        assertThat(memory.protocol().takeList(OTHER_SERVER, SERVER, taken)).isZero();
    }

    @Test
    void shouldTakeListAnewWhenWorkerIsListedMeanwhile() {
        list(0);
        final ServerProtocol protocol = stopping(ServerProtocol.Step.HEAD_SAID, () -> list(1));

        assertThat(protocol.takeList(SERVER, SERVER, taken)).isEqualTo(2);
        assertThat(taken).startsWith(1, 0);
    }

    @Test
    void shouldLeaveChainToSentinelThatHasTakenItOver() {
        list(0, 1, 2);
        final ServerProtocol protocol = stopping(ServerProtocol.Step.CURRENT_SAID, this::takeChainOver);

        assertThat(protocol.takeList(SERVER, SERVER, taken)).isZero();
        assertThat(memory.protocol().isQueued(2)).isFalse();
        list(1);
        assertThat(protocol.takeList(SERVER, SERVER, taken)).isOne();
    }

    @Test
    void shouldNotQueueWorkerThatSentinelHasTaken() {
        list(0, 1);
        final ServerProtocol protocol = stopping(ServerProtocol.Step.WORKER_PASSED, () -> beginRound(1));

        assertThat(protocol.takeList(SERVER, SERVER, taken)).isOne();
        assertThat(taken[0]).isZero();
        assertThat(memory.protocol().isQueued(1)).isFalse();
    }

    @Test
    void shouldClaimQueuedWorkerOnce() {
        queue(0);

        assertThat(memory.protocol().claimWorker(SERVER, 0)).isTrue();
        assertThat(memory.protocol().hasClaim(SERVER)).isTrue();
        assertThat(memory.protocol().claimWorker(OTHER_SERVER, 0)).isFalse();
        assertThat(memory.protocol().hasClaim(OTHER_SERVER)).isFalse();
        memory.protocol().endClaim(SERVER, true);
        assertThat(memory.protocol().claimWorker(OTHER_SERVER, 0)).isTrue();
    }

    /** It would look as if the worker had been run. */
    @Test
    void shouldClearConsumedBeforeWorkerIsPicked() {
        queue(0);
        memory.workerTidRelease(0, 77);
        memory.serverTask(SERVER).nextTidOpaque(UmcgTaskDescriptor.NEXT_TID_CONSUMED);
        final ServerProtocol protocol = stopping(ServerProtocol.Step.WORKER_SAID, () ->
            assertThat(memory.serverTask(SERVER).nextTidAcquire()).isEqualTo(77));

        assertThat(protocol.claimWorker(SERVER, 0)).isTrue();
    }

    @Test
    void shouldNotQueueClaimedWorkerThatSentinelHasTaken() {
        queue(0);
        memory.protocol().claimWorker(SERVER, 0);
        beginRound(0);

        memory.protocol().endClaim(SERVER, true);
        assertThat(memory.protocol().isQueued(0)).isFalse();
    }

    /** That ends in native code, as the kernel, if asked, could run the worker: here it would answer ENOSYS. */
    @Test
    void shouldNotRunClaimedWorkerThatSentinelHasTaken() {
        queue(0);
        final ServerProtocol protocol = stopping(ServerProtocol.Step.WORKER_CLAIMED, () -> {
            beginRound(0);
            control.putLong(SchedulerMemory.serverOffset(SERVER) + SchedulerMemory.SERVER_PICKED_OFFSET, 0);
        });

        assertThat(ServerCalls.of(memory, protocol, new JniSystemCalls()).run(SERVER, 0, 0)).isEqualTo(-Errno.EAGAIN);
        assertThat(memory.protocol().isQueued(0)).isFalse();
    }

    @Test
    void shouldKeepEntryOfPolicyWhenWorkerIsClaimed() {
        queue(0);
        assertThat(memory.protocol().enterPolicy(0)).isTrue();
        assertThat(memory.protocol().enterPolicy(0)).isFalse();
        memory.protocol().claimWorker(SERVER, 0);

        assertThat(memory.protocol().leavePolicy(0)).as("outdated").isFalse();
        memory.protocol().endClaim(SERVER, true);
        assertThat(memory.protocol().enterPolicy(0)).isTrue();
        assertThat(memory.protocol().leavePolicy(0)).isTrue();
    }

    private ServerProtocol stopping(final ServerProtocol.Step where, final Runnable action) {
        return new ServerProtocol(memory) {
            private boolean isDone;

            @Override
            void at(final Step step) {
                if (step == where && !isDone) {
                    isDone = true;
                    action.run();
                }
            }
        };
    }

    /** As the kernel does. */
    private void list(final int... workers) {
        for (final int worker : workers) {
            memory.serverTask(SERVER).pushRunnableWorker(memory.workerTask(worker));
        }
    }

    private void queue(final int worker) {
        list(worker);
        assertThat(memory.protocol().takeList(SERVER, SERVER, taken)).isOne();
    }

    /** As take_chain_over() does. */
    private void takeChainOver() {
        final int at = SchedulerMemory.serverOffset(SERVER) + SchedulerMemory.SERVER_INTENT_OFFSET;
        control.putLong(at, control.getLong(at) & ~ServerProtocol.NUMBER_MASK | ServerProtocol.OVER);
    }

    /** As acquire_worker() does. */
    private void beginRound(final int worker) {
        final int at = memory.workerOffset(worker) + SchedulerMemory.WORKER_QUEUE_OFFSET;
        control.putLong(at, control.getLong(at) + ServerProtocol.ROUND);
    }
}
