// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.JniSystemCalls;

/**
 * Private anonymous memory in whole pages, zero, and not there before somebody touches it: so that room for
 * many workers costs nothing until there are many. Without the native library they come from
 * {@link ByteBuffer#allocateDirect}, which writes all of it.
 *
 * <p>It goes back to the system when neither the buffer nor a part of it is reachable any more. Safe for any thread.
 */
final class Pages {

    static final int SIZE = 4096;

    private Pages() {
    }

    /**
     * Allocates pages.
     *
     * @param size  in bytes, at least 1
     * @param calls tells addresses
     * @return a buffer that starts at a page, in native order
     * @throws OutOfMemoryError if the process may have no more memory
     */
    static ByteBuffer allocate(final int size, final UmcgSystemCalls calls) {
        if (!JniSystemCalls.isLoaded()) {
            final int pages = Math.addExact(size, 2 * SIZE - 1) & -SIZE;
            return ByteBuffer.allocateDirect(pages).alignedSlice(SIZE).slice(0, size).order(ByteOrder.nativeOrder());
        }
        final ByteBuffer buffer = map0(size);
        if (buffer == null) {
            throw new OutOfMemoryError("no " + size + " bytes for a scheduler");
        }
        final long address = calls.addressOf(buffer);
        Unmapping.CLEANER.register(buffer, new Unmapping(address, size));
        return buffer.order(ByteOrder.nativeOrder());
    }

    private static native ByteBuffer map0(long size);

    private static native void unmap0(long address, long size);

    /** Refers to no buffer. */
    private static final class Unmapping implements Runnable {

        static final Cleaner CLEANER = Cleaner.create();

        private final long address;
        private final long size;

        Unmapping(final long address, final long size) {
            this.address = address;
            this.size = size;
        }

        @Override
        public void run() {
            unmap0(address, size);
        }
    }
}
