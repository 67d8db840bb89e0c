// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.umcg.scheduler.FailureHandler.Part;

class FailuresTest {

    private static final int PATIENCE_SECONDS = 30;

    private final CapturedLog log = new CapturedLog();
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();
    private final Failures failures = new Failures((part, problem) -> {
        told.add(part);
        told.add(problem);
        told.add(Thread.currentThread());
    });

    @AfterEach
    void closeLog() {
        log.close();
    }

    @Test
    void shouldTellHandlerInThreadOfItsOwn() throws Exception {
        final Throwable problem = new IllegalStateException("on purpose");

        failures.report(Part.SERVER, problem);

        assertThat(next()).isSameAs(Part.SERVER);
        assertThat(next()).isSameAs(problem);
        assertThat(next()).isInstanceOfSatisfying(Thread.class, thread -> {
            assertThat(thread).isNotSameAs(Thread.currentThread());
            assertThat(thread.isDaemon()).isTrue();
        });
        assertThat(failures.first(Part.SERVER)).isSameAs(problem);
        assertThat(failures.first(Part.WORKER)).isNull();
    }

    @Test
    void shouldTellFirstFailureOfEachPartOnly() throws Exception {
        final Throwable first = new IllegalStateException("first");
        failures.report(Part.SERVER, first);
        next();
        next();
        next();

        failures.report(Part.SERVER, new IllegalStateException("second"));
        failures.report(Part.POLICY, first);

        assertThat(next()).isSameAs(Part.POLICY);
        assertThat(log.next().getThrown()).isSameAs(first);
        assertThat(log.next().getMessage()).isEqualTo(Part.POLICY.description());
        assertThat(log.isEmpty()).isTrue();
        assertThat(failures.first(Part.SERVER)).isSameAs(first);
    }

    @Test
    void shouldKeepFailureWithoutHandler() throws Exception {
        final Failures silent = new Failures(null);
        final Throwable problem = new IllegalStateException("on purpose");

        silent.report(Part.CPU, problem);

        assertThat(silent.first(Part.CPU)).isSameAs(problem);
        assertThat(log.next().getThrown()).isSameAs(problem);
    }

    private Object next() throws InterruptedException {
        return told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
