// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

/** What no Java code can do. */
final class StressNatives {

    static final int SIGQUIT = 3;
    static final int SIGCONT = 18;
    static final int SIGSTOP = 19;
    static final int SIGPROF = 27;

    static {
        System.load(System.getProperty("umcg.stress.natives"));
    }

    private StressNatives() {
    }

    /** Sleeps while the collector must not move an array, or may not run at all. */
    static native void sleepInCritical(byte[] array, long micros);

    /** Ends the calling thread at once, as if it were killed: the JVM is told nothing. */
    static native void exitThread();

    /** Has a signal do nothing, in a handler. */
    static native void handleSignal(int signal);

    /** Sends a signal to a process. */
    static native void signalProcess(long pid, int signal);

    /**
     * What a native debugger does that looks at a process for a while: attaches to all its threads, which
     * stops them, and lets go of them. False if there was none to attach to.
     */
    static native boolean traceProcess(long pid, int millis);

    /** What a profiler does that looks at all threads, waiting ones too. */
    static native void signalAllThreads(int signal);
}
