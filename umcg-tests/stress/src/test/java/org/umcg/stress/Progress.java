// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A counter in a file that two processes map: one can see the other one stand still, even when no thread
 * of that JVM runs any more. Written with getAndAdd, read in volatile mode.
 */
final class Progress {

    private static final VarHandle LONG =
        MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final MappedByteBuffer counter;

    private Progress(final MappedByteBuffer counter) {
        this.counter = counter;
    }

    static Progress open(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE,
            StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Progress(channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
        }
    }

    void step() {
        LONG.getAndAdd(counter, 0, 1L);
    }

    long steps() {
        return (long) LONG.getVolatile(counter, 0);
    }
}
