// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ways to stop a whole process for a while from outside, after which all its servers look stuck. */
enum Stops {

    SIGNAL {
        @Override
        void once(final ChildJvm jvm) throws Exception {
            StressNatives.signalProcess(jvm.pid(), StressNatives.SIGSTOP);
            Thread.sleep(STOP_MILLIS);
            StressNatives.signalProcess(jvm.pid(), StressNatives.SIGCONT);
        }
    },

    FREEZER {
        @Override
        void once(final ChildJvm jvm) throws Exception {
            final Path group = controlGroup();
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(jvm.pid()));
            Files.writeString(group.resolve("cgroup.freeze"), "1");
            Thread.sleep(STOP_MILLIS);
            Files.writeString(group.resolve("cgroup.freeze"), "0");
        }
    },

    TRACER {
        @Override
        void once(final ChildJvm jvm) {
            if (!StressNatives.traceProcess(jvm.pid(), STOP_MILLIS) && jvm.isAlive()) {
                throw new AssertionError("no thread could be traced");
            }
        }
    };

    private static final int STOP_MILLIS = 150;
    private static final int PAUSE_MILLIS = 150;
    private static final Path MOUNT_POINT = Path.of("/tmp/umcg-stress-cgroup");

    abstract void once(ChildJvm jvm) throws Exception;

    /** Goes on until the JVM ends, or stalls; returns how often it was stopped. */
    int disturb(final ChildJvm jvm) throws Exception {
        final StallWatch watch = jvm.watch();
        int times = 0;
        while (jvm.isAlive() && !watch.isStalled()) {
            try {
                once(jvm);
                times++;
            }
            catch (final IOException e) {
                if (jvm.isAlive()) {
                    throw e;
                }
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return times;
    }

    private static Path controlGroup() throws Exception {
        if (Files.notExists(MOUNT_POINT)) {
            Files.createDirectory(MOUNT_POINT);
            final int code = new ProcessBuilder("mount", "-t", "cgroup2", "none", MOUNT_POINT.toString())
                .inheritIO().start().waitFor();
            if (code != 0) {
                throw new AssertionError("cannot mount cgroup2: " + code);
            }
        }
        final Path group = MOUNT_POINT.resolve("stopped");
        if (Files.notExists(group)) {
            Files.createDirectory(group);
        }
        return group;
    }
}
