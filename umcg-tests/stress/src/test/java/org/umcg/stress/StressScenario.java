// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.util.List;
import java.util.function.Supplier;

/** The ways in which a JVM is made to stall. */
enum StressScenario {

    /** Collections without pause, workers that park: safepoints end on their way out of the last one. */
    S1_GC_STORM(16, GcScenarios::storm),
    /** The same, with pages that are touched for the first time. */
    S2_FIRST_TOUCH(8, GcScenarios::firstTouch),
    /** Threads that start threads, under the flight recorder. */
    S3_THREAD_STORM(8, ThreadScenarios::storm),
    /** Classes that are defined, and initialised by two workers at a time. */
    S4_CLASS_LOADING(8, ClassScenarios::loading),
    /** Monitors that pass between workers and a plain thread. */
    S5_MONITORS(16, LockScenarios::monitors),
    /** Locks, semaphores and hand-offs of java.util.concurrent. */
    S6_CONVOY(100, LockScenarios::convoy),
    /** Direct memory: the C library's arenas, whose locks held workers own. */
    S7_MALLOC(8, GcScenarios::malloc),
    /** The flight recorder is started and dumped while workers spin. */
    S8_FLIGHT_RECORDER(64, DiagnosticScenarios::flightRecorder),
    /** Thread dumps, histograms, heap dumps, SIGQUIT. */
    S9_DIAGNOSIS(16, DiagnosticScenarios::commands),
    /** A debugger stops all threads, or the servers only; the test itself is the debugger. */
    S10_DEBUGGER(16, GcScenarios::storm),
    /** Exceptions that begin as signals: null, division, stack overflow, a truncated map. */
    S11_IMPLICIT_EXCEPTIONS(8, ExceptionScenarios::implicit),
    /** The heap is full. */
    S12_OUT_OF_MEMORY(4, ExceptionScenarios::outOfMemory),
    /** There is no room for classes. */
    S12_OUT_OF_METASPACE(2, ExceptionScenarios::outOfMetaspace, "-XX:MaxMetaspaceSize=20m"),
    /** Threads that cannot start. */
    S12_OUT_OF_THREADS(4, ExceptionScenarios::outOfThreads),
    /** Interned strings, and linkage at run time. */
    S13_TABLES(8, ClassScenarios::tables),
    /** Stack traces of all threads, by workers and by a plain thread. */
    S14_STACK_TRACES(8, ThreadScenarios::stackTraces),
    /** Arenas that are closed by a handshake with all threads; from JDK 22 on. */
    S15_SHARED_ARENAS(8, DiagnosticScenarios::sharedArenas),
    /** A worker sleeps in a JNI critical region. */
    S16_JNI_CRITICAL(8, GcScenarios::jniCritical),
    /** Sockets and channels that are closed or interrupted under their readers. */
    S17_ASYNC_CLOSE(8, IoScenarios::asyncClose),
    /** Workers that spin until others have come; as many again as there are servers. */
    S18_SPIN_BARRIER(4, LockScenarios::spinBarrier),
    /** Policies that throw, overflow, allocate, sleep or lock. */
    S19_SERVER_FAULTS(16, LockScenarios::ownedMonitor),
    /** A worker whose thread ends without a word. */
    S21_DEAD_WORKERS(8, ThreadScenarios::deadWorkers),
    /** Signals to all threads at once. */
    S22_SIGNAL_STORM(16, DiagnosticScenarios::signals),
    /** A profiler that sends signals to threads, and walks their stacks in the handlers. */
    S22_PROFILER(16, ProfilerScenario::new),
    /** Processes are started. */
    S24_PROCESSES(4, IoScenarios::processes),
    /** A bit of everything; for other collectors, compilers and quanta. */
    S25_MIX(16, MixedScenario::new);

    private final int workers;
    private final Supplier<Scenario> supplier;
    private final List<String> options;

    StressScenario(final int workers, final Supplier<Scenario> supplier, final String... options) {
        this.workers = workers;
        this.supplier = supplier;
        this.options = List.of(options);
    }

    int workers() {
        return workers;
    }

    Scenario create() {
        return supplier.get();
    }

    /** Of the JVM. */
    List<String> options() {
        return options;
    }

    /** Whether this JDK has what it needs. */
    boolean canRun() {
        return this != S15_SHARED_ARENAS || Runtime.version().feature() >= 22;
    }
}
