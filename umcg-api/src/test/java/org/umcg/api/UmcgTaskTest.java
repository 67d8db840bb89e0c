// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class UmcgTaskTest {

    private static final long ADDRESS = 0x1000;

    private final ByteBuffer struct =
        ByteBuffer.allocateDirect(2 * SIZE).alignedSlice(SIZE).slice(0, SIZE).order(ByteOrder.nativeOrder());
    private final UmcgTask task = new UmcgTask(struct, ADDRESS);

    @Test
    void shouldWriteFieldsWhereTheKernelReadsThem() {
        task.stateRelease(RUNNING);
        task.nextTidPlain(4711);
        task.serverTidOpaque(4712);
        task.criticalMaskOpaque(0x8000_0001);
        task.idleServerTidPtrOpaque(0x7f00_0000_1000L);
        task.criticalPtrOpaque(0x7f00_0000_2000L);

        assertThat(struct.getInt(0)).isEqualTo(RUNNING);
        assertThat(struct.getInt(4)).isEqualTo(4711);
        assertThat(struct.getInt(8)).isEqualTo(4712);
        assertThat(struct.getInt(12)).isEqualTo(0x8000_0001);
        assertThat(struct.getLong(48)).isEqualTo(0x7f00_0000_1000L);
        assertThat(struct.getLong(56)).isEqualTo(0x7f00_0000_2000L);
    }

    @Test
    void shouldReadFieldsWhereTheKernelWritesThem() {
        struct.putInt(0, RUNNABLE).putInt(4, UmcgTaskDescriptor.NEXT_TID_CONSUMED | 7)
            .putLong(16, 100).putLong(24, 200).putLong(32, 0x40).putLong(40, 0x80);

        assertThat(task.stateAcquire()).isEqualTo(RUNNABLE);
        assertThat(task.stateVolatile()).isEqualTo(RUNNABLE);
        assertThat(task.nextTidAcquire()).isEqualTo(UmcgTaskDescriptor.NEXT_TID_CONSUMED | 7);
        assertThat(task.blockedTsOpaque()).isEqualTo(100);
        assertThat(task.runnableTsOpaque()).isEqualTo(200);
        assertThat(task.blockedWorkersLinkAcquire()).isEqualTo(0x40);
        assertThat(task.runnableWorkersLinkAcquire()).isEqualTo(0x80);
    }

    @Test
    void shouldReadBackWhatTheUserWrote() {
        task.stateVolatile(RUNNABLE);
        task.nextTidOpaque(1);
        task.serverTidOpaque(2);
        task.criticalMaskOpaque(3);
        task.idleServerTidPtrOpaque(4);
        task.criticalPtrOpaque(8);

        assertThat(task.stateAcquire()).isEqualTo(RUNNABLE);
        assertThat(task.nextTidAcquire()).isEqualTo(1);
        assertThat(task.serverTidOpaque()).isEqualTo(2);
        assertThat(task.criticalMaskOpaque()).isEqualTo(3);
        assertThat(task.idleServerTidPtrOpaque()).isEqualTo(4);
        assertThat(task.criticalPtrOpaque()).isEqualTo(8);
    }

    @Test
    void shouldReplaceStateOnlyWhenItIsAsExpected() {
        task.stateRelease(RUNNABLE);

        assertThat(task.compareAndSetState(RUNNABLE, RUNNING)).isTrue();
        assertThat(task.compareAndSetState(RUNNABLE, RUNNING)).isFalse();
        assertThat(task.getAndSetState(RUNNABLE)).isEqualTo(RUNNING);
        assertThat(task.stateAcquire()).isEqualTo(RUNNABLE);
    }

    @Test
    void shouldEmptyOnlyTheListThatIsTaken() {
        struct.putLong(32, 0x40).putLong(40, 0x80);

        assertThat(task.hasBlockedWorkersVolatile()).isTrue();
        assertThat(task.takeBlockedWorkers()).isEqualTo(0x40);
        assertThat(task.takeBlockedWorkers()).isZero();
        assertThat(task.hasBlockedWorkersVolatile()).isFalse();
        assertThat(task.hasRunnableWorkersVolatile()).isTrue();
        assertThat(task.takeRunnableWorkers()).isEqualTo(0x80);
        assertThat(task.hasRunnableWorkersVolatile()).isFalse();
    }

    @Test
    void shouldClearAllFields() {
        for (int i = 0; i < SIZE; i++) {
            struct.put(i, (byte) 0xff);
        }

        task.clear();

        for (int i = 0; i < SIZE; i++) {
            assertThat(struct.get(i)).as("byte %d", i).isZero();
        }
    }

    @Test
    void shouldDescribeItself() {
        task.stateRelease(RUNNING);
        task.serverTidOpaque(12);

        assertThat(task).hasToString("UmcgTask[0x1000 state=RUNNING next_tid=0x0 server_tid=12]");
    }

    @Test
    void shouldRejectMemoryThatIsNoStruct() {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new UmcgTask(ByteBuffer.allocateDirect(SIZE - 1), ADDRESS));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new UmcgTask(ByteBuffer.allocate(SIZE), ADDRESS));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new UmcgTask(ByteBuffer.allocateDirect(SIZE), ADDRESS + 8))
            .withMessageContaining("0x1008");
        assertThatIllegalArgumentException()
            .isThrownBy(() -> new UmcgTask(ByteBuffer.allocateDirect(SIZE), 0));
    }
}
