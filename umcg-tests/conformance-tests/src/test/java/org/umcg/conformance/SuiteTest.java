// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The suite itself: bodies run where they should, and what goes wrong in one of them is told. */
class SuiteTest {

    /** Long enough for a body to begin. */
    private static final long HANGING_MILLIS = 4000;

    private static final List<Thread> RAN_BY = new ArrayList<>();
    private static final ByteArrayOutputStream SAID = new ByteArrayOutputStream();

    /** Not found by its name: each is run by a test below. */
    static final class Examples extends ConformanceTest {

        @Test
        void passes() {
            RAN_BY.add(Thread.currentThread());
            assertTrue(isMember());
        }

        @Test
        void tellsPlainThreadApart() throws Exception {
            final AtomicReference<Boolean> isMember = new AtomicReference<>();
            final Thread plain = new Thread(() -> isMember.set(isMember()));
            plain.start();
            plain.join();
            assertFalse(isMember.get());
        }

        @Test
        void makesMemberOfPlainThread() throws Exception {
            final List<Boolean> seen = new ArrayList<>();
            final Thread plain = new Thread(() -> {
                runAsMember(() -> seen.add(isMember()));
                seen.add(isMember());
            });
            plain.start();
            plain.join();
            assertEquals(List.of(true, false), seen);
        }

        @Test
        void throwsInBody() {
            throw new IllegalStateException("on purpose");
        }

        @Test
        void throwsInActor() {
            start(() -> {
                throw new IllegalStateException("on purpose");
            });
        }

        @Test
        void throwsInTask() {
            newExecutor().execute(() -> {
                throw new IllegalStateException("on purpose");
            });
        }

        @Test
        void hangs() throws Exception {
            new CountDownLatch(1).await();
        }

        @Test
        void leavesThread() {
            factory().newThread(ConformanceTest::sleepUntilInterrupted).start();
        }
    }

    /** How the one test of that name has ended; what is said at once goes to {@link #SAID}. */
    private static Optional<Throwable> failureOf(final String method) {
        return failureOf(method, TimeUnit.SECONDS.toMillis(ConformanceTest.PATIENCE_SECONDS));
    }

    private static Optional<Throwable> failureOf(final String method, final long limitMillis) {
        final PrintStream err = System.err;
        SAID.reset();
        System.setErr(new PrintStream(SAID, true, StandardCharsets.UTF_8));
        try {
            return launch(method, limitMillis);
        }
        finally {
            System.setErr(err);
        }
    }

    private static Optional<Throwable> launch(final String method, final long limitMillis) {
        final LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
            .selectors(selectMethod(Examples.class, method))
            .configurationParameter(OnThreads.LIMIT_MILLIS, Long.toString(limitMillis))
            .build();
        final List<TestExecutionResult> results = new ArrayList<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(final TestIdentifier test, final TestExecutionResult result) {
                if (test.isTest()) {
                    results.add(result);
                }
            }
        });
        assertEquals(1, results.size());
        return results.get(0).getThrowable();
    }

    private static String messageOf(final String method) {
        return failureOf(method).map(Throwable::getMessage).orElse("passed");
    }

    @Test
    void shouldRunBodyInThreadOfTheRun() {
        RAN_BY.clear();

        assertEquals(Optional.empty(), failureOf("passes"));
        assertEquals(1, RAN_BY.size());
        assertNotSame(Thread.currentThread(), RAN_BY.get(0));
    }

    @Test
    void shouldTellThreadsOfTheRunFromOthers() {
        assertEquals("passed", messageOf("tellsPlainThreadApart"));
        assertEquals("passed", messageOf("makesMemberOfPlainThread"));
    }

    @Test
    void shouldFailAsBodyFails() {
        assertInstanceOf(IllegalStateException.class, failureOf("throwsInBody").orElseThrow());
        assertEquals("on purpose", messageOf("throwsInBody"));
    }

    @Test
    void shouldFailWhenOtherThreadOfTestFails() {
        assertTrue(messageOf("throwsInActor").contains("on purpose"));
        assertTrue(messageOf("throwsInTask").contains("on purpose"));
    }

    @Test
    void shouldNameTestThatHangsAndWhereItDoes() {
        final String message = failureOf("hangs", HANGING_MILLIS).orElseThrow().getMessage();

        assertTrue(message.startsWith("Examples.hangs has not ended after " + HANGING_MILLIS + " ms"), message);
        assertTrue(message.contains("CountDownLatch.await"), message);
        assertTrue(message.startsWith(SAID.toString(StandardCharsets.UTF_8).strip()));
        assertFalse(SAID.toString(StandardCharsets.UTF_8).isBlank());
    }

    @Test
    void shouldNameTestThatLeavesThreadBehind() {
        final String message = failureOf("leavesThread", HANGING_MILLIS).orElseThrow().getMessage();

        assertTrue(message.startsWith("Examples.leavesThread leaves 1 threads behind"), message);
    }
}
