// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.umcg.api.UmcgTaskDescriptor;

class VirtualThreadsTest {

    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    @Test
    void shouldLetPlatformThreadsRegister() {
        assertThatCode(() -> VirtualThreads.refuseToRegister(UmcgTaskDescriptor.CTL_REGISTER))
            .doesNotThrowAnyException();
    }

    /** On a JDK without them there is none to refuse, nor a way to make one. */
    @Test
    void shouldRefuseVirtualThreads() throws Throwable {
        final AtomicReference<Throwable> refusal = new AtomicReference<>();
        final boolean hasStarted = startVirtual(() -> {
            try {
                VirtualThreads.refuseToRegister(UmcgTaskDescriptor.CTL_REGISTER);
            }
            catch (final Throwable t) {
                refusal.set(t);
            }
        });

        assertThat(hasStarted).isEqualTo(Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS);
        if (hasStarted) {
            assertThat(refusal.get()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use a platform thread");
        }
    }

    private static boolean startVirtual(final Runnable body) throws Throwable {
        try {
            final Thread thread = (Thread) MethodHandles.publicLookup().findStatic(Thread.class,
                "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class)).invoke(body);
            thread.join();
            return true;
        }
        catch (final NoSuchMethodException e) {
            return false;
        }
    }
}
