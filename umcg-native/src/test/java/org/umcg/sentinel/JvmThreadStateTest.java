// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.umcg.binding.JniSystemCalls;

/** On the JVM that runs the tests, which is a HotSpot. */
class JvmThreadStateTest {

    /** From globalDefinitions.hpp of JDK 17 and 25. */
    private static final int IN_NATIVE = 4;
    private static final int IN_VM = 6;
    private static final int IN_JAVA = 8;
    private static final int BLOCKED = 10;

    @BeforeAll
    static void load() {
        JniSystemCalls.ensureLoaded();
    }

    @Test
    void shouldFindWordOnHotSpot() {
        assertThat(JvmThreadState.problem()).isNull();
        assertThat(JvmThreadState.isKnown()).isTrue();
        assertThat(JvmThreadState.describe()).startsWith("critical word: JavaThread::_thread_state");
    }

    @Test
    void shouldHoldThreadsInNativeCodeAndBlockedOnes() {
        final int mask = JvmThreadState.criticalMask();

        for (final int safe : new int[] {IN_NATIVE, BLOCKED}) {
            assertThat(mask & (1 << safe | 1 << 16 + safe)).isZero();
        }
        assertThat(mask & 1 << IN_VM).isNotZero();
        assertThat(mask & 1 << 16 + IN_VM).isNotZero();
        assertThat(mask & 1 << IN_JAVA).isNotZero();
    }

    /** Or nothing that runs long could be preempted. */
    @Test
    void shouldLetThreadsInJavaBePreempted() {
        assertThat(JvmThreadState.criticalMask() & 1 << 16 + IN_JAVA).isZero();
    }

    @Test
    void shouldReadNativeStateInOwnNativeCall() {
        final long address = JvmThreadState.address(Thread.currentThread());

        assertThat(JvmThreadState.read(address)).isEqualTo(IN_NATIVE);
    }

    @Test
    void shouldReadBlockedStateOfParkedThread() throws Exception {
        final CountDownLatch end = new CountDownLatch(1);
        final Thread thread = new Thread(() -> {
            while (end.getCount() != 0) {
                LockSupport.park();
            }
        });
        thread.start();
        final long address = JvmThreadState.address(thread);
        while (JvmThreadState.read(address) != BLOCKED) {
            Thread.onSpinWait();
        }
        end.countDown();
        LockSupport.unpark(thread);
        thread.join();

        assertThat(JvmThreadState.address(thread)).isZero();
    }
}
