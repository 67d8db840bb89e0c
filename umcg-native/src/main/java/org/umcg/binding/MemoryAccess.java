// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.lang.reflect.InvocationTargetException;
import org.umcg.memory.AllMemory;

/** Passes this module's native access on to the classes that read and write off-heap memory. */
final class MemoryAccess {

    private static final String SEGMENT = "java.lang.foreign.MemorySegment";

    private MemoryAccess() {
    }

    /**
     * Does it. The restricted method is called here, as it looks at the module of its caller.
     *
     * @throws IllegalCallerException if this module has no native access
     */
    static void give() {
        if (!AllMemory.isNeeded()) {
            return;
        }
        try {
            final Class<?> type = Class.forName(SEGMENT);
            final Object nothing = type.getField("NULL").get(null);
            AllMemory.give(type.getMethod("reinterpret", long.class).invoke(nothing, Long.MAX_VALUE));
        }
        catch (final InvocationTargetException e) {
            if (e.getCause() instanceof IllegalCallerException) {
                throw (IllegalCallerException) e.getCause();
            }
            throw new IllegalStateException(e.getCause());
        }
        catch (final ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
