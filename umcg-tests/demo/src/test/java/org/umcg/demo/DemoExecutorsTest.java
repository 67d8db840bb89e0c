// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DemoExecutorsTest {
    @Test
    void shouldRunAsManyTasksAtOnceAsServersWhenFixed() {
        try (DemoExecutor executor = DemoExecutors.open(ExecutorKind.FIXED, 3, 8)) {
            assertThat(((ThreadPoolExecutor)executor.service()).getMaximumPoolSize()).isEqualTo(3);
            assertThat(executor.counters()).isEmpty();
        }
    }

    @Test
    void shouldGrowToTheWorkersAndQueueTheRestWhenCached() throws InterruptedException {
        final CountDownLatch started = new CountDownLatch(8);
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch ended = new CountDownLatch(20);
        try (DemoExecutor executor = DemoExecutors.open(ExecutorKind.CACHED, 2, 8)) {
            final ExecutorService service = executor.service();
            for (int i = 0; i < 20; i++) {
                service.execute(() -> awaitThenCount(started, release, ended));
            }
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(((ThreadPoolExecutor)service).getPoolSize()).isEqualTo(8);
            release.countDown();
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void shouldRunOnVirtualThreadsUnlessTheJdkHasNone() throws Exception {
        if (DemoExecutors.hasVirtualThreads()) {
            try (DemoExecutor executor = DemoExecutors.open(ExecutorKind.VIRTUAL, 2, 8)) {
                assertThat(executor.service().submit(() -> Thread.currentThread().toString()).get())
                    .startsWith("VirtualThread");
            }
        }
        else {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> DemoExecutors.open(ExecutorKind.VIRTUAL, 2, 8))
                .withMessageStartingWith("virtual threads need JDK 21 or later");
        }
    }

    private static void awaitThenCount(
        final CountDownLatch started, final CountDownLatch release, final CountDownLatch ended) {
        started.countDown();
        try {
            release.await();
        }
        catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        ended.countDown();
    }
}
