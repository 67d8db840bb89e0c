// SPDX-License-Identifier: Apache-2.0

package org.umcg.memory;

/**
 * From JDK 24 on {@link OffHeap} needs native access, which is given to modules by name. The binding has it, to load
 * native code, and passes it on, so that no other module need be named.
 *
 * <p>given: volatile.
 */
public final class AllMemory {

    private static final String SEGMENT = "java.lang.foreign.MemorySegment";

    private static volatile Object given;

    private AllMemory() {
    }

    /**
     * Whether {@link #give} is to be called, before the first access to off-heap memory.
     *
     * @return false if this JDK needs no native access for that
     */
    public static boolean isNeeded() {
        return WordAccess.IS_FOREIGN;
    }

    /**
     * Gives all memory; a second time changes nothing.
     *
     * @param segment a {@code MemorySegment} that starts at address 0
     */
    public static void give(final Object segment) {
        given = segment;
    }

    /** Where nobody has given it, this module needs native access. */
    static Object segment() throws ReflectiveOperationException {
        if (given != null) {
            return given;
        }
        final Class<?> type = Class.forName(SEGMENT);
        return type.getMethod("reinterpret", long.class).invoke(type.getField("NULL").get(null), Long.MAX_VALUE);
    }
}
