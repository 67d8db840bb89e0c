// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;

/**
 * Runs the body of each test on threads of the run, and ends it when it hangs. The tests of a class share the threads'
 * scheduler; one that fails leaves a fresh one to the next. For JUnit's thread.
 */
final class OnThreads
    implements BeforeAllCallback, AfterAllCallback, TestInstancePostProcessor, InvocationInterceptor {

    /** A parameter of JUnit's configuration: how long a test may take. */
    static final String LIMIT_MILLIS = "umcg.conformance.limitMillis";

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(OnThreads.class);
    private static final long DEFAULT_LIMIT_MILLIS = TimeUnit.SECONDS.toMillis(2 * ConformanceTest.PATIENCE_SECONDS);

    @Override
    public void beforeAll(final ExtensionContext context) {
        context.getStore(NAMESPACE).put(Threads.class, new AtomicReference<Threads>());
    }

    @Override
    public void postProcessTestInstance(final Object test, final ExtensionContext context) {
        final AtomicReference<Threads> shared = shared(context);
        if (shared.get() == null) {
            shared.set(Threads.open());
        }
        ((ConformanceTest) test).setCrew(new Crew(shared.get()));
    }

    @Override
    public void interceptTestMethod(
        final Invocation<Void> invocation,
        final ReflectiveInvocationContext<Method> method,
        final ExtensionContext context) throws Throwable {
        final String name = context.getRequiredTestClass().getSimpleName() + "." + method.getExecutable().getName();
        final long limitMillis =
            context.getConfigurationParameter(LIMIT_MILLIS, Long::valueOf).orElse(DEFAULT_LIMIT_MILLIS);
        boolean isOver = false;
        try {
            ((ConformanceTest) context.getRequiredTestInstance()).crew().run(name, limitMillis, invocation::proceed);
            isOver = true;
        }
        finally {
            if (!isOver) {
                shared(context).getAndSet(null).abandon();
            }
        }
    }

    @Override
    public void afterAll(final ExtensionContext context) {
        final Threads threads = shared(context).get();
        final String problem = threads == null
            ? null : threads.close(Duration.ofSeconds(ConformanceTest.PATIENCE_SECONDS));
        if (problem != null) {
            throw new AssertionError(problem);
        }
    }

    @SuppressWarnings("unchecked")
    private static AtomicReference<Threads> shared(final ExtensionContext context) {
        return (AtomicReference<Threads>) context.getStore(NAMESPACE).get(Threads.class);
    }
}
