// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** Tools that look into a JVM, and stop its threads for that. */
final class DiagnosticScenarios {

    private static final int SPIN = 20_000;

    private DiagnosticScenarios() {
    }

    static Scenario flightRecorder() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                run.disturb(0, () -> record());
                run.collect(100);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                spin();
                LockSupport.parkNanos(10_000);
            }
        };
    }

    private static void record() throws Exception {
        final Path file = Files.createTempFile("umcg-stress", ".jfr");
        try (Recording recording = new Recording(Configuration.getConfiguration("profile"))) {
            recording.start();
            Thread.sleep(1000);
            recording.dump(file);
        }
        finally {
            Files.delete(file);
        }
    }

    static Scenario commands() {
        return new Scenario() {
            private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
            private int turn;

            @Override
            public void begin(final StressRun run) {
                run.disturb(5, this::command);
                run.disturb(200, () -> StressNatives.signalProcess(
                    ProcessHandle.current().pid(), StressNatives.SIGQUIT));
            }

            @Override
            public void step(final int worker, final StressRun run) {
                spin();
                LockSupport.parkNanos(20_000);
            }

            private void command() throws Exception {
                final String[] commands = {"threadPrint", "gcClassHistogram", "compilerCodecache"};
                turn++;
                final String[] none = null;
                server.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    commands[turn % commands.length],
                    turn % commands.length == 2 ? new Object[0] : new Object[] {none},
                    turn % commands.length == 2 ? new String[0] : new String[] {String[].class.getName()});
                if (turn % 50 == 1) {
                    dumpHeap();
                }
            }

            private void dumpHeap() throws Exception {
                final Path file = Files.createTempDirectory("umcg-stress").resolve("heap.hprof");
                server.invoke(new ObjectName("com.sun.management:type=HotSpotDiagnostic"), "dumpHeap",
                    new Object[] {file.toString(), true}, new String[] {"java.lang.String", "boolean"});
                Files.delete(file);
            }
        };
    }

    static Scenario sharedArenas() {
        return new Scenario() {
            private final MethodHandle open = arenaMethod("ofShared");

            @Override
            public void begin(final StressRun run) {
                run.collect(20);
            }

            @Override
            public void step(final int worker, final StressRun run) throws Throwable {
                ((AutoCloseable) open.invoke()).close();
                LockSupport.parkNanos(20_000);
            }
        };
    }

    private static MethodHandle arenaMethod(final String name) {
        try {
            final Class<?> arena = Class.forName("java.lang.foreign.Arena");
            return MethodHandles.publicLookup().findStatic(arena, name, MethodType.methodType(arena));
        }
        catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("needs JDK 22", e);
        }
    }

    static Scenario signals() {
        return new Scenario() {
            @Override
            public void begin(final StressRun run) {
                StressNatives.handleSignal(StressNatives.SIGPROF);
                run.disturb(2, () -> StressNatives.signalAllThreads(StressNatives.SIGPROF));
                run.collect(20);
            }

            @Override
            public void step(final int worker, final StressRun run) {
                spin();
                LockSupport.parkNanos(20_000);
            }
        };
    }

    private static void spin() {
        for (int i = 0; i < SPIN; i++) {
            Thread.onSpinWait();
        }
    }
}
