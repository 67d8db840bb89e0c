// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@link LinkedTransferQueue}, as a queue and for producers that wait for a consumer. */
class LinkedTransferQueueTest extends BlockingQueueContract {

    @Override
    BlockingQueue<Integer> newQueue() {
        return new LinkedTransferQueue<>();
    }

    @Test
    void shouldWaitInTransferUntilElementIsReceived() throws Exception {
        final LinkedTransferQueue<Integer> queue = new LinkedTransferQueue<>();
        final Actor transferring = start(() -> queue.transfer(1)).awaitBlocked();
        assertFalse(transferring.hasEnded());
        assertEquals(1, queue.take());

        transferring.join();
    }

    @Test
    void shouldTransferAtOnceWhenConsumerWaits() throws Exception {
        final LinkedTransferQueue<Integer> queue = new LinkedTransferQueue<>();
        final Actor taking = start(() -> assertEquals(1, queue.take()));
        eventually(queue::hasWaitingConsumer);
        assertEquals(1, queue.getWaitingConsumerCount());

        assertTrue(queue.tryTransfer(1));
        taking.join();
    }

    @Test
    void shouldNotEnqueueInTryTransferWhenNobodyWaits() {
        final LinkedTransferQueue<Integer> queue = new LinkedTransferQueue<>();

        assertFalse(queue.tryTransfer(1));
        assertTrue(queue.isEmpty());
    }

    @Test
    void shouldTakeElementBackWhenTimeOfTryTransferElapses() throws Exception {
        final LinkedTransferQueue<Integer> queue = new LinkedTransferQueue<>();

        assertFalse(inVain(() -> queue.tryTransfer(1, SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertTrue(queue.isEmpty());
    }

    @Test
    void shouldTakeElementBackWhenInterruptedInTransfer() throws Exception {
        final LinkedTransferQueue<Integer> queue = new LinkedTransferQueue<>();
        assertInterruptible(() -> queue.transfer(1));

        assertTrue(queue.isEmpty());
    }

    @Test
    void shouldTransferAfterElementsPutBefore() throws Exception {
        final LinkedTransferQueue<Integer> queue = new LinkedTransferQueue<>();
        queue.put(1);
        final Actor transferring = start(() -> queue.transfer(2)).awaitBlocked();

        assertEquals(1, queue.take());
        assertEquals(2, queue.take());
        transferring.join();
    }
}
