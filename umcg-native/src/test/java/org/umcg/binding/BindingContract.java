// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.umcg.api.Errno;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.api.UmcgTaskSlab;

/** What both bindings do on any Linux; with a UMCG kernel the system tests go on. */
abstract class BindingContract {

    private final UmcgSystemCalls systemCalls = open();

    abstract UmcgSystemCalls open();

    @Test
    void shouldAnswerEnosysWhenKernelHasNoUmcg() {
        assumeFalse(Umcg.isAvailable(), "this kernel has UMCG");

        assertThat(systemCalls.ctl(UmcgTaskDescriptor.CTL_QUERY, 0, 0, 0)).isEqualTo(-Errno.ENOSYS);
        assertThat(systemCalls.umcgWait(0, Long.MAX_VALUE)).isEqualTo(-Errno.ENOSYS);
        assertThat(systemCalls.kick(0, systemCalls.gettid())).isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void shouldTellTidOfCallingThread() throws IOException {
        final Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));

        assertThat(systemCalls.gettid()).hasToString(self.getFileName().toString());
    }

    @Test
    void shouldTellOtherTidInOtherThread() throws InterruptedException {
        final int[] tid = new int[1];
        final Thread thread = new Thread(() -> tid[0] = systemCalls.gettid());
        thread.start();
        thread.join();

        assertThat(tid[0]).isPositive().isNotEqualTo(systemCalls.gettid());
    }

    @Test
    void shouldTellAddressOfBufferWhateverItsPosition() {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(8192);
        final long address = systemCalls.addressOf(buffer);

        assertThat(address).isPositive();
        assertThat(buffer.alignmentOffset(0, 64)).isEqualTo((int) (address % 64));
        assertThat(systemCalls.addressOf(buffer.position(100))).isEqualTo(address);
        assertThat(systemCalls.addressOf(buffer.slice(128, 64))).isEqualTo(address + 128);
    }

    @Test
    void shouldTellSameAddressAsTheOtherBinding() {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(64);

        assertThat(new JnaSystemCalls().addressOf(buffer)).isEqualTo(new JniSystemCalls().addressOf(buffer));
    }

    @Test
    void shouldRejectHeapBuffer() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> systemCalls.addressOf(ByteBuffer.allocate(64)))
            .withMessageContaining("not direct");
    }

    @Test
    void shouldAlignSlabToPage() {
        final UmcgTaskSlab slab = UmcgTaskSlab.allocate(3, systemCalls);

        assertThat(slab.task(0).address() % 4096).isZero();
        assertThat(slab.indexOf(slab.task(2).address())).isEqualTo(2);
    }
}
