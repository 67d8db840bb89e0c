// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NewcomersTest {

    private final Newcomers newcomers = new Newcomers();
    private final CountDownLatch mayAsk = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @Test
    void shouldNotWaitForThreadThatIsNotStarted() {
        newcomers.add(new Thread(() -> { }));

        newcomers.await();
    }

    @Test
    void shouldWaitForThreadThatHasNotAsked() throws Exception {
        final Thread newcomer = startNewcomer();
        final Thread waiting = new Thread(newcomers::await);
        waiting.start();

        waiting.join(50);
        assertThat(waiting.isAlive()).isTrue();
        mayAsk.countDown();
        waiting.join(TimeUnit.SECONDS.toMillis(30));
        assertThat(waiting.isAlive()).isFalse();
        assertThat(newcomer.isAlive()).isTrue();
        mayEnd.countDown();
        newcomer.join();
    }

    @Test
    void shouldNotWaitForThreadThatHasEndedWithoutAsking() throws Exception {
        final Thread newcomer = new Thread(() -> { });
        newcomers.add(newcomer);
        newcomer.start();
        newcomer.join();

        newcomers.await();
    }

    @Test
    void shouldKeepInterruptAndGoOnWaiting() throws Exception {
        final Thread newcomer = startNewcomer();
        final boolean[] isInterrupted = new boolean[1];
        final Thread waiting = new Thread(() -> {
            newcomers.await();
            isInterrupted[0] = Thread.currentThread().isInterrupted();
        });
        waiting.start();
        waiting.interrupt();

        waiting.join(50);
        assertThat(waiting.isAlive()).isTrue();
        mayAsk.countDown();
        waiting.join();
        assertThat(isInterrupted[0]).isTrue();
        mayEnd.countDown();
        newcomer.join();
    }

    private Thread startNewcomer() {
        final Thread newcomer = new Thread(() -> {
            awaitQuietly(mayAsk);
            newcomers.remove(Thread.currentThread());
            awaitQuietly(mayEnd);
        });
        newcomers.add(newcomer);
        newcomer.start();
        return newcomer;
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            latch.await();
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
