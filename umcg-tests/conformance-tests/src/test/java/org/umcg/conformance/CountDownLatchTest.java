// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@link CountDownLatch}. */
class CountDownLatchTest extends ConformanceTest {

    @Test
    void shouldReleaseAllThatWaitWhenCountReachesZero() throws Exception {
        final CountDownLatch latch = new CountDownLatch(2);
        final List<Actor> waiting = start(5, latch::await);
        waiting.forEach(Actor::awaitBlocked);
        latch.countDown();
        for (final Actor each : waiting) {
            assertFalse(each.hasEnded());
        }
        latch.countDown();

        joinAll(waiting);
    }

    @Test
    void shouldReturnAtOnceWhenCountIsZero() throws Exception {
        new CountDownLatch(0).await();

        assertTrue(new CountDownLatch(0).await(0, TimeUnit.SECONDS));
    }

    @Test
    void shouldDoNothingWhenCountedDownBeyondZero() {
        final CountDownLatch latch = new CountDownLatch(1);
        latch.countDown();
        latch.countDown();

        assertEquals(0, latch.getCount());
    }

    @Test
    void shouldReturnFalseWhenWaitingTimeElapses() throws Exception {
        final CountDownLatch latch = new CountDownLatch(1);

        assertFalse(inVain(() -> latch.await(SHORT_MILLIS, TimeUnit.MILLISECONDS)));
        assertFalse(latch.await(-1, TimeUnit.SECONDS));
    }

    @Test
    void shouldReturnTrueWhenCountReachesZeroInTime() throws Exception {
        final CountDownLatch latch = new CountDownLatch(1);
        final Actor waiting = start(() -> assertTrue(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)));
        waiting.awaitBlocked();
        latch.countDown();

        waiting.join();
    }

    @Test
    void shouldThrowInterruptedExceptionWhenInterruptedInAwait() throws Exception {
        final CountDownLatch latch = new CountDownLatch(1);
        assertInterruptible(latch::await);

        assertEquals(1, latch.getCount());
    }

    @Test
    void shouldMakeVisibleAfterAwaitWhatAllHaveDoneBeforeCountDown() throws Exception {
        final int[] boxes = new int[6];
        final CountDownLatch latch = new CountDownLatch(boxes.length);
        for (int i = 0; i < boxes.length; i++) {
            final int number = i;
            start(() -> {
                boxes[number] = number + 1;
                latch.countDown();
            });
        }
        await(latch);

        for (int i = 0; i < boxes.length; i++) {
            assertEquals(i + 1, boxes[i]);
        }
    }
}
