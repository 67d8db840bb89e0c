// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** When the kernel lets listed workers go, because no server moves; as before once this is closed. */
final class HoldLimit implements AutoCloseable {

    private static final Path FILE = Path.of("/proc/sys/kernel/umcg_hold_limit_ms");

    private final String before;

    HoldLimit() throws IOException {
        // Not readString: in pieces, the first of one byte, such a file gives no more than that one.
        before = Files.readAllLines(FILE).get(0);
    }

    /** 0 is for ever. */
    void set(final int millis) throws IOException {
        Files.writeString(FILE, Integer.toString(millis));
    }

    /** How often that has happened in this process. */
    static long workersLetGo() {
        return ProcessCounter.read("rescues");
    }

    @Override
    public void close() throws IOException {
        Files.writeString(FILE, before);
    }
}
