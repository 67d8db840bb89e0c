// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.FEATURE_CRITICAL;
import static org.umcg.api.UmcgTaskDescriptor.FEATURE_KICK_BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.FEATURE_KICK_WAKE;
import static org.umcg.api.UmcgTaskDescriptor.FEATURE_PREEMPT;
import static org.umcg.api.UmcgTaskDescriptor.FLAG_COND_WAIT;
import static org.umcg.api.UmcgTaskDescriptor.FLAG_PREEMPT;
import static org.umcg.api.UmcgTaskDescriptor.NEXT_TID_CONSUMED;
import static org.umcg.api.UmcgTaskDescriptor.NONE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import org.junit.jupiter.api.Test;

class UmcgTaskDescriptorTest {

    private static final int USER_BITS = 0xabcd;
    private static final int WORD = USER_BITS << 16 | FLAG_PREEMPT | FLAG_COND_WAIT | RUNNABLE;

    @Test
    void shouldHaveAllThatIsUsedWhileTasksRunInOneCacheLine() {
        assertThat(UmcgTaskDescriptor.SIZE).isEqualTo(128);
        assertThat(UmcgTaskDescriptor.ALIGNMENT).isEqualTo(128);
        assertThat(UmcgTaskDescriptor.CRITICAL_PTR_OFFSET + Long.BYTES).isEqualTo(64);
        assertThat(UmcgTaskDescriptor.HOLD_LIMIT_OFFSET).isEqualTo(64);
        assertThat(UmcgTaskDescriptor.TURNS_OFFSET).isEqualTo(68);
    }

    @Test
    void shouldSplitStateWord() {
        assertThat(UmcgTaskDescriptor.state(WORD)).isEqualTo(RUNNABLE);
        assertThat(UmcgTaskDescriptor.flags(WORD)).isEqualTo(FLAG_PREEMPT | FLAG_COND_WAIT);
        assertThat(UmcgTaskDescriptor.userBits(WORD)).isEqualTo(USER_BITS);
    }

    @Test
    void shouldKeepUserBitsAndDropFlagsWhenStateChanges() {
        final int word = UmcgTaskDescriptor.withState(WORD, RUNNING);

        assertThat(word).isEqualTo(USER_BITS << 16 | RUNNING);
    }

    @Test
    void shouldTellTidFromConsumedBit() {
        assertThat(UmcgTaskDescriptor.tid(4711 | NEXT_TID_CONSUMED)).isEqualTo(4711);
        assertThat(UmcgTaskDescriptor.isConsumed(4711 | NEXT_TID_CONSUMED)).isTrue();
        assertThat(UmcgTaskDescriptor.isConsumed(4711)).isFalse();
    }

    @Test
    void shouldSplitQueryResult() {
        final int result = 7 | FEATURE_CRITICAL;

        assertThat(UmcgTaskDescriptor.abiVersion(result)).isEqualTo(7);
        assertThat(UmcgTaskDescriptor.features(result)).isEqualTo(FEATURE_CRITICAL);
        assertThat(UmcgTaskDescriptor.hasFeature(result, FEATURE_CRITICAL)).isTrue();
        assertThat(UmcgTaskDescriptor.hasFeature(result, FEATURE_PREEMPT)).isFalse();
    }

    @Test
    void shouldDescribeStateWord() {
        assertThat(UmcgTaskDescriptor.describe(NONE)).isEqualTo("NONE");
        assertThat(UmcgTaskDescriptor.describe(RUNNING)).isEqualTo("RUNNING");
        assertThat(UmcgTaskDescriptor.describe(BLOCKED)).isEqualTo("BLOCKED");
        assertThat(UmcgTaskDescriptor.describe(WORD)).isEqualTo("RUNNABLE|PREEMPT|COND_WAIT|user=0xabcd");
    }

    @Test
    void shouldDescribeStateWordWhenBitsAreUnknown() {
        assertThat(UmcgTaskDescriptor.describe(0x8077)).isEqualTo("0x77|0x8000");
    }

    @Test
    void shouldDescribeFeatures() {
        assertThat(UmcgTaskDescriptor.describeFeatures(1)).isEqualTo("none");
        assertThat(UmcgTaskDescriptor.describeFeatures(
            1 | FEATURE_PREEMPT | FEATURE_CRITICAL | FEATURE_KICK_BLOCKED | FEATURE_KICK_WAKE))
            .isEqualTo("preempt, critical, kick_blocked, kick_wake");
        assertThat(UmcgTaskDescriptor.describeFeatures(1 | 1 << 30)).isEqualTo("0x40000000");
    }
}
