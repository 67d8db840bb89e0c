// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Zeroed direct memory in whole pages, so that the kernel pins no page that others use. */
final class AlignedMemory {

    static final int PAGE_SIZE = 4096;

    private AlignedMemory() {
    }

    /**
     * Allocates pages of private anonymous memory.
     *
     * @param count of elements
     * @param size  of each in bytes, a divisor of the page size
     * @return a buffer of at least {@code count * size} bytes that starts at a page
     */
    static ByteBuffer allocate(final int count, final int size) {
        if (count <= 0 || count > (Integer.MAX_VALUE - 2 * PAGE_SIZE) / size) {
            throw new IllegalArgumentException("count " + count);
        }
        final int bytes = (count * size + PAGE_SIZE - 1) & -PAGE_SIZE;
        return ByteBuffer.allocateDirect(bytes + PAGE_SIZE - 1)
            .alignedSlice(PAGE_SIZE)
            .order(ByteOrder.nativeOrder());
    }
}
