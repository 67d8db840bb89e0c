// SPDX-License-Identifier: Apache-2.0

package org.umcg.testsupport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/** Holds threads up inside the kernel, at the points that {@code umcg_debug.c} names, until it is closed. */
public final class KernelDelays implements AutoCloseable {

    private static final Path FILE = Path.of("/sys/kernel/debug/umcg/delays");

    private final Set<String> points = new LinkedHashSet<>();

    /** One thread is held up whenever it comes to a point. */
    public void set(final String point, final int tid, final int micros) throws IOException {
        points.add(point);
        Files.writeString(FILE, point + ' ' + tid + ' ' + micros);
    }

    @Override
    public void close() throws IOException {
        for (final String point : points) {
            Files.writeString(FILE, point + " 0 0");
        }
    }
}
