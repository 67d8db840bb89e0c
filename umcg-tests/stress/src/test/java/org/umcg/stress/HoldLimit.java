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
        // Not readString: in pieces, the first of one byte, such a file gives no more than that one.
        final int old = Integer.parseInt(Files.readAllLines(SYSCTL).get(0));
        Files.writeString(SYSCTL, Integer.toString(millis));
        return old;
    }
}
