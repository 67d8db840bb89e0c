// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A queue of numbers of workers, first in, first out, for many producers and consumers.
 *
 * <p>Lock-free: a server may be stopped anywhere, for as long as the JVM likes, and the others must neither
 * wait for it nor lose what it was about to add or take. So each step is one compare-and-set of a cell, and
 * head and tail, which say where to look, are moved on by each thread that finds them behind.
 *
 * <pre>
 *  cell: the position that it is for, and the number plus 1, or 0
 *    (p, 0)         free for position p           offer(n): (p, 0) to (p, n + 1)
 *    (p, n + 1)     holds position p              poll(): (p, n + 1) to (p + size, 0)
 * </pre>
 *
 * <p>What is stored of a cell is the difference to what it is at first, so that memory full of zeros is an empty
 * queue, and a large one costs nothing before it is used.
 *
 * <p>Cells, head and tail: volatile, compare-and-set. No method allocates or blocks.
 */
final class NumberQueue {

    private static final int NOBODY = SchedulingPolicy.NOBODY;
    private static final int VALUE_BITS = 16;
    private static final long VALUE_MASK = (1L << VALUE_BITS) - 1;

    private final int mask;
    private final AtomicLongArray cells;
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();

    NumberQueue(final int capacity) {
        final int size = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
        mask = size - 1;
        cells = new AtomicLongArray(size);
    }

    /** Adds a number from 0 to 65534; false if the queue is full. */
    boolean offer(final int value) {
        while (true) {
            final long position = tail.get();
            final int at = (int) position & mask;
            final long cell = cellAt(at);
            if (cell == free(position)) {
                if (replace(at, cell, cell | value + 1)) {
                    tail.compareAndSet(position, position + 1);
                    return true;
                }
            }
            else if (positionOf(cell) >= position) {
                tail.compareAndSet(position, position + 1);
            }
            else if (tail.get() == position) {
                return false;
            }
        }
    }

    /** Takes the oldest number, or -1. */
    int poll() {
        while (true) {
            final long position = head.get();
            final int at = (int) position & mask;
            final long cell = cellAt(at);
            if (positionOf(cell) > position) {
                head.compareAndSet(position, position + 1);
            }
            else if (cell != free(position)) {
                if (replace(at, cell, free(position + mask + 1))) {
                    head.compareAndSet(position, position + 1);
                    return (int) (cell & VALUE_MASK) - 1;
                }
            }
            else if (head.get() == position) {
                return NOBODY;
            }
        }
    }

    /** Whether a poll would have found nothing a moment ago. */
    boolean isEmpty() {
        while (true) {
            final long position = head.get();
            final long cell = cellAt((int) position & mask);
            if (positionOf(cell) > position) {
                head.compareAndSet(position, position + 1);
            }
            else if (head.get() == position) {
                return cell == free(position);
            }
        }
    }

    private long cellAt(final int at) {
        return cells.get(at) + free(at);
    }

    private boolean replace(final int at, final long old, final long cell) {
        return cells.compareAndSet(at, old - free(at), cell - free(at));
    }

    private static long free(final long position) {
        return position << VALUE_BITS;
    }

    private static long positionOf(final long cell) {
        return cell >>> VALUE_BITS;
    }
}
