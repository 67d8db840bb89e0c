// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SymbolTableTest {

    private final SymbolTable table = new SymbolTable();

    @BeforeEach
    void addFiles() {
        table.addFile(0x1000, 0x2000, Symbol.unnamed("lib.so", "lib.so"));
        table.addFile(0xffff_8000_0000_0000L, -1, Symbol.unnamed("kernel", Symbol.KERNEL));
    }

    private void add(final long start, final long size, final String name) {
        table.addFunction(start, size, Symbol.named(name, "lib.so"));
    }

    private String nameOf(final long address) {
        return table.find(address).name();
    }

    @Test
    void shouldNameAnAddressInAFunction() {
        add(0x1100, 0x10, "first");
        add(0x1110, 0x10, "second");
        assertThat(nameOf(0x1100)).isEqualTo("first");
        assertThat(nameOf(0x110f)).isEqualTo("first");
        assertThat(nameOf(0x1110)).isEqualTo("second");
    }

    @Test
    void shouldNameTheFileOnlyWhenNoFunctionIsThere() {
        add(0x1100, 0x10, "first");
        assertThat(table.find(0x1110)).isEqualTo(Symbol.unnamed("lib.so", "lib.so"));
        assertThat(table.find(0x1110).isNamed()).isFalse();
        assertThat(nameOf(0x1080)).isEqualTo("[lib.so]");
    }

    @Test
    void shouldTakeAnAddressOutsideOfAllFilesForAnotherProcess() {
        add(0x1ff0, 0, "last");
        assertThat(table.find(0x2000)).isEqualTo(Symbol.FOREIGN);
        assertThat(table.find(0)).isEqualTo(Symbol.FOREIGN);
    }

    @Test
    void shouldEndAFunctionWithoutSizeAtTheNextOne() {
        add(0xffff_ffff_8100_0000L, 0, "entry");
        add(0xffff_ffff_8100_0100L, 0, "next");
        assertThat(nameOf(0xffff_ffff_8100_00ffL)).isEqualTo("entry");
        assertThat(nameOf(0xffff_ffff_ffff_0000L)).isEqualTo("next");
    }

    @Test
    void shouldReturnToTheOuterFunctionWhenAnInnerOneEnds() {
        add(0x1100, 0x100, "outer");
        add(0x1110, 0x10, "inner");
        assertThat(nameOf(0x1118)).isEqualTo("inner");
        assertThat(nameOf(0x1120)).isEqualTo("outer");
    }

    @Test
    void shouldPreferTheNameThatUsersKnowWhenTwoBeginAtOneAddress() {
        add(0x1100, 0x10, "__read");
        add(0x1100, 0x10, "read");
        add(0x1200, 0x10, "write");
        add(0x1200, 0x10, "__libc_write");
        assertThat(nameOf(0x1100)).isEqualTo("read");
        assertThat(nameOf(0x1200)).isEqualTo("write");
    }
}
