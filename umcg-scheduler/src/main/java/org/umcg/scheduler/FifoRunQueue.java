// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The run queue that all servers share: numbers of workers, first in, first out.
 *
 * <p>A bounded ring for many producers and consumers. Each cell has a sequence number that says whose
 * turn it is: {@code position} when it is free for the producer of that position, {@code position + 1}
 * when it is full for its consumer. No method allocates or blocks; {@link #poll} may find nothing while
 * a producer is in the middle of {@link #offer}, who then has to see to its entry itself.
 *
 * <p>sequences: written with release, read with acquire, each pairs with the other; head and tail:
 * compare-and-set; values: plain, ordered by their cell's sequence.
 */
final class FifoRunQueue {

    private static final int NONE = -1;
    private static final VarHandle SEQUENCE = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(FifoRunQueue.class, "head", long.class);
            TAIL = lookup.findVarHandle(FifoRunQueue.class, "tail", long.class);
        }
        catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int mask;
    private final long[] sequences;
    private final int[] values;
    private long head;
    private long tail;

    FifoRunQueue(final int capacity) {
        final int size = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
        mask = size - 1;
        sequences = new long[size];
        values = new int[size];
        for (int i = 0; i < size; i++) {
            sequences[i] = i;
        }
    }

    /** Adds a number, not negative; false if the queue is full. */
    boolean offer(final int value) {
        long position = (long) TAIL.getAcquire(this);
        while (true) {
            final int cell = (int) position & mask;
            final long ahead = (long) SEQUENCE.getAcquire(sequences, cell) - position;
            if (ahead < 0) {
                return false;
            }
            if (ahead == 0 && TAIL.compareAndSet(this, position, position + 1)) {
                values[cell] = value;
                SEQUENCE.setRelease(sequences, cell, position + 1);
                return true;
            }
            position = (long) TAIL.getAcquire(this);
        }
    }

    /** Takes the oldest number, or -1. */
    int poll() {
        long position = (long) HEAD.getAcquire(this);
        while (true) {
            final int cell = (int) position & mask;
            final long ahead = (long) SEQUENCE.getAcquire(sequences, cell) - (position + 1);
            if (ahead < 0) {
                return NONE;
            }
            if (ahead == 0 && HEAD.compareAndSet(this, position, position + 1)) {
                final int value = values[cell];
                SEQUENCE.setRelease(sequences, cell, position + mask + 1);
                return value;
            }
            position = (long) HEAD.getAcquire(this);
        }
    }

    /** Whether a poll would have found nothing a moment ago. */
    boolean isEmpty() {
        return (long) HEAD.getAcquire(this) >= (long) TAIL.getAcquire(this);
    }
}
