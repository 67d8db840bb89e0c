// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's limit for how long workers are held while all servers are stuck. */
final class HoldLimit {

    private static final Path SYSCTL = Path.of("/proc/sys/kernel/umcg_hold_limit_ms");

    private HoldLimit() {
    }

    /** Sets it to milliseconds, 0 for none, and returns what it was. */
    static int set(final int millis) throws IOException {
        final int old = Integer.parseInt(Files.readString(SYSCTL).trim());
        Files.writeString(SYSCTL, Integer.toString(millis));
        return old;
    }
}
