// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {

    private static List<Instruction> read(final String... lines) throws IOException {
        final SymbolTable names = new SymbolTable();
        names.addFile(0x1000, 0x2000, Symbol.unnamed("file", "file"));
        names.addFunction(0x1000, 0x100, Symbol.named("function", "file"));
        names.addFunction(0x1100, 0x100, Symbol.named("other", "file"));
        return Trace.read(new BufferedReader(new StringReader(String.join("\n", lines))), names);
    }

    @Test
    void shouldReadInstructionsInOrder() throws IOException {
        final List<Instruction> trace = read(
            "0x00001000:  48 89 e5                 movq     %rsp, %rbp", "0000000000001000",
            "0x00001003:  c3                       retq     ", "0000000000001003", "0000000000001000");
        assertThat(trace).extracting(Instruction::address).containsExactly(0x1000L, 0x1003L, 0x1000L);
        assertThat(trace).extracting(Instruction::flow).containsExactly(Flow.PLAIN, Flow.RETURN, Flow.PLAIN);
        assertThat(trace.get(0).isFollowedBy(0x1003)).isTrue();
        assertThat(trace).extracting(Instruction::isEntry).containsExactly(true, false, true);
        assertThat(trace.get(0).symbol().name()).isEqualTo("function");
    }

    @Test
    void shouldAddTheBytesOfALongInstruction() throws IOException {
        final List<Instruction> trace = read(
            "0x00001000:  48 b8 88 77 66 55 44 33  movabsq  $0x1122334455667788, %rax", "0x00001008:  22 11",
            "0000000000001000");
        assertThat(trace.get(0).isFollowedBy(0x1008)).isFalse();
        assertThat(trace.get(0).isFollowedBy(0x100a)).isTrue();
    }

    @Test
    void shouldLeaveOutWhatWasNotExecuted() throws IOException {
        assertThat(read("0000000000001000", "0000000000001003", "-", "0000000000001003")).hasSize(2);
    }

    @Test
    void shouldConcludeWhatAnInstructionDoesThatIsNotShown() throws IOException {
        final List<Instruction> trace = read("0000000000001000", "0000000000001004", "0000000000001100",
            "0000000000001150", "0000000000001009", "0000000000001004");
        assertThat(trace).extracting(Instruction::flow).containsExactly(
            Flow.UNKNOWN, Flow.CALL, Flow.JUMP, Flow.RETURN, Flow.JUMP, Flow.UNKNOWN);
    }

    @Test
    void shouldTakeNewCodeForNewWhenItReplacesOther() throws IOException {
        final List<Instruction> trace = read(
            "0x00001000:  0f 1f 44 00 00           nopl     (%rax, %rax)", "0000000000001000",
            "0x00001000:  e8 00 00 00 00           callq    0x1005", "0000000000001000");
        assertThat(trace).extracting(Instruction::flow).containsExactly(Flow.PLAIN, Flow.CALL);
    }
}
