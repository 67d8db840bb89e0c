// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Classes, and the tables of the JVM that grow with them. */
final class ClassScenarios {

    private static final byte[] CODE = codeOf(SlowToInitialise.class);

    /** Where a worker is initialising a class, or was a moment ago. */
    private static volatile ClassLoader latest;

    private ClassScenarios() {
    }

    /** Two workers at a time meet in the initialiser of the same new class. */
    static Scenario loading() {
        return new Scenario() {
            private final FreshLoader[] loaders = new FreshLoader[8];

            @Override
            public void begin(final StressRun run) {
                run.collect(20);
            }

            @Override
            public void step(final int worker, final StressRun run) throws Exception {
                final FreshLoader loader;
                synchronized (loaders) {
                    final int shared = worker / 2;
                    if (loaders[shared] == null || worker % 2 == 0) {
                        loaders[shared] = new FreshLoader();
                    }
                    loader = loaders[shared];
                }
                latest = loader;
                Class.forName(SlowToInitialise.class.getName(), true, loader);
            }
        };
    }

    /** What the workers of {@link #loading} do, for whoever must not. */
    static void initialiseLatest() {
        final ClassLoader loader = latest;
        if (loader == null) {
            return;
        }
        try {
            Class.forName(SlowToInitialise.class.getName(), true, loader);
        }
        catch (final ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A class of a loader of its own, not initialised. */
    static Class<?> defineAnew() throws ClassNotFoundException {
        return new FreshLoader().loadClass(SlowToInitialise.class.getName());
    }

    static Scenario tables() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                run.collect(20);
            }

            @Override
            public void step(final int worker, final StressRun run) throws Throwable {
                for (int i = 0; i < 50; i++) {
                    Long.toString(ThreadLocalRandom.current().nextLong()).intern();
                }
                final MethodHandle handle = MethodHandles.lookup().findStatic(Math.class, "max",
                    MethodType.methodType(int.class, int.class, int.class));
                MethodHandles.insertArguments(handle, 0, worker).invokeWithArguments(1);
            }
        };
    }

    private static byte[] codeOf(final Class<?> type) {
        final String file = type.getName().replace('.', '/') + ".class";
        try (InputStream in = type.getClassLoader().getResourceAsStream(file)) {
            return in.readAllBytes();
        }
        catch (final java.io.IOException e) {
            throw new IllegalStateException(file, e);
        }
    }

    /** Defines that one class anew. */
    private static final class FreshLoader extends ClassLoader {

        FreshLoader() {
            super(ClassScenarios.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(final String name, final boolean resolve)
            throws ClassNotFoundException {
            if (!name.equals(SlowToInitialise.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                final Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : defineClass(name, CODE, 0, CODE.length);
            }
        }
    }

    /** Blocks in its initialiser. */
    static final class SlowToInitialise {

        static {
            LockSupport.parkNanos(500_000);
        }

        private SlowToInitialise() {
        }
    }
}
