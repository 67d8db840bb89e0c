// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import java.lang.reflect.Method;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.umcg.scheduler.UmcgScheduler;

/**
 * Fails if a worker of a structured scope loses a scoped value when its stack has overflowed. Reflection, for JDK 17
 * compiles it; needs JDK 25 with --enable-preview.
 */
final class ScopedValueProgram {

    private static final int FORKS = 40;
    private static final int WORKERS = 8;

    private static Object user;

    private ScopedValueProgram() {
    }

    public static void main(final String[] args) throws Exception {
        final Class<?> scopedValue = Class.forName("java.lang.ScopedValue");
        user = scopedValue.getMethod("newInstance").invoke(null);
        final Object bound = scopedValue.getMethod("where", scopedValue, Object.class).invoke(null, user, "alice");
        try (UmcgScheduler scheduler = UmcgScheduler.start(2, WORKERS)) {
            final boolean[] isGood = new boolean[1];
            final Runnable body = () -> isGood[0] = isKeptInForks(scheduler.threadFactory());
            Class.forName("java.lang.ScopedValue$Carrier").getMethod("run", Runnable.class).invoke(bound, body);
            if (!isGood[0]) {
                throw new AssertionError("a scoped value is lost");
            }
            if (scheduler.workerFailure() != null) {
                throw new AssertionError("forks are no workers", scheduler.workerFailure());
            }
        }
    }

    private static boolean isKeptInForks(final ThreadFactory factory) {
        try {
            final Class<?> type = Class.forName("java.util.concurrent.StructuredTaskScope");
            final Class<?> joiner = Class.forName("java.util.concurrent.StructuredTaskScope$Joiner");
            final Class<?> settings = Class.forName("java.util.concurrent.StructuredTaskScope$Configuration");
            final Method withFactory = settings.getMethod("withThreadFactory", ThreadFactory.class);
            final Function<Object, Object> configure = old -> call(withFactory, old, factory);
            final Object all = joiner.getMethod("awaitAllSuccessfulOrThrow").invoke(null);
            try (AutoCloseable scope = (AutoCloseable) type.getMethod("open", joiner, Function.class)
                     .invoke(null, all, configure)) {
                final Callable<Void> task = ScopedValueProgram::overflowAndLook;
                for (int i = 0; i < FORKS; i++) {
                    type.getMethod("fork", Callable.class).invoke(scope, task);
                }
                type.getMethod("join").invoke(scope);
            }
            return true;
        }
        catch (final Exception e) {
            e.printStackTrace();
            return false;
        }
    }

    private static Void overflowAndLook() throws Exception {
        try {
            descend(0);
        }
        catch (final StackOverflowError e) {
            // On purpose.
        }
        final Object value = user.getClass().getMethod("get").invoke(user);
        if (!"alice".equals(value)) {
            throw new IllegalStateException("bound to " + value);
        }
        return null;
    }

    private static int descend(final int depth) {
        return descend(depth + 1) + 1;
    }

    private static Object call(final Method method, final Object object, final Object argument) {
        try {
            return method.invoke(object, argument);
        }
        catch (final ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
