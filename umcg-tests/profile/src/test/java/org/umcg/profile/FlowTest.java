// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowTest {

    @ParameterizedTest
    @CsvSource({
        "callq    0xffffffff81000100, CALL", "call *%rax, CALL", "lcallq *(%rax), CALL",
        "retq, RETURN", "repz retq, RETURN", "ret, RETURN",
        "syscall, SYSTEM_CALL", "sysretq, SYSTEM_RETURN", "iretq, SYSTEM_RETURN",
        "jmp *%rcx, JUMP", "je 0x1000, JUMP", "notrack jmpq *%rax, JUMP", "bnd jmp 0x1000, JUMP",
        "rep movsb (%rsi), PLAIN", "lock cmpxchgl %edx, PLAIN", "nop, PLAIN"})
    void shouldTellWhatEachInstructionDoes(final String text, final Flow flow) {
        assertThat(Flow.of(text)).isEqualTo(flow);
    }

    @Test
    void shouldTakeNothingForAPlainInstruction() {
        assertThat(Flow.of("")).isEqualTo(Flow.PLAIN);
    }
}
