// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Exceptions that begin as a signal, or without memory. */
final class ExceptionScenarios {

    private static final int PAGE = 4096;

    private ExceptionScenarios() {
    }

    static Scenario implicit() {
        return new Scenario() {
            private int[] nothing;
            private int zero;

            @Override
            public void begin(final StressRun run) {
                run.collect(5);
            }

            @Override
            public void step(final int worker, final StressRun run) throws Exception {
                switch (worker % 4) {
                    case 0:
                        expect(NullPointerException.class, () -> nothing[0]++);
                        break;
                    case 1:
                        expect(ArithmeticException.class, () -> zero = 1 / zero);
                        break;
                    case 2:
                        expect(StackOverflowError.class, () -> zero = overflow(0) * 0);
                        break;
                    default:
                        expect(InternalError.class, ExceptionScenarios::readTruncatedMap);
                }
                LockSupport.parkNanos(10_000);
            }
        };
    }

    /** No lambda in the step: to link one allocates, and another worker may have filled the heap by then. */
    static Scenario outOfMemory() {
        return new Scenario() {
            @Override
            public void step(final int worker, final StressRun run) {
                try {
                    final List<byte[]> all = new ArrayList<>();
                    while (true) {
                        all.add(new byte[1 << 20]);
                    }
                }
                catch (final OutOfMemoryError e) {
                    // That is what it is for.
                }
            }
        };
    }

    /** Loaders that stay as long as their list, with a class each. */
    static Scenario outOfMetaspace() {
        return new Scenario() {
            @Override
            public void step(final int worker, final StressRun run) throws Exception {
                expect(OutOfMemoryError.class, () -> {
                    final List<Class<?>> all = new ArrayList<>();
                    while (true) {
                        all.add(ClassScenarios.defineAnew());
                        run.moved();
                    }
                });
            }
        };
    }

    /** Their stacks are larger than the address space. */
    static Scenario outOfThreads() {
        final Scenario starts = (worker, run) -> {
            final Thread thread = new Thread(null, Thread::yield, "too large", 1L << 47);
            expect(OutOfMemoryError.class, thread::start);
            LockSupport.parkNanos(10_000);
        };
        return starts.duringCollections(20);
    }

    private static void expect(final Class<? extends Throwable> expected, final StressRun.Body body)
        throws Exception {
        try {
            body.run();
        }
        catch (final Throwable t) {
            if (expected.isInstance(t)) {
                return;
            }
            throw new IllegalStateException("expected " + expected, t);
        }
        throw new IllegalStateException("expected " + expected);
    }

    private static int overflow(final int depth) {
        return overflow(depth + 1) + 1;
    }

    private static void readTruncatedMap() throws Exception {
        final Path file = Files.createTempFile("umcg-stress", ".map");
        try (FileChannel channel =
                 FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, PAGE);
            channel.truncate(0);
            map.put(0, map.get(0));
        }
        finally {
            Files.delete(file);
        }
    }
}
