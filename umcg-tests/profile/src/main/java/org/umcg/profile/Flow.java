// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.Set;

/** Where execution goes after an instruction. */
enum Flow {
    /** On to the next one. */
    PLAIN,
    JUMP,
    CALL,
    RETURN,
    /** Into the kernel. */
    SYSTEM_CALL,
    /** Out of the kernel, or of an interrupt. */
    SYSTEM_RETURN,
    /** It was not seen to go anywhere but on. */
    UNKNOWN;

    private static final Set<String> PREFIXES =
        Set.of("rep", "repe", "repz", "repne", "repnz", "lock", "bnd", "notrack", "data16");

    /**
     * Reads what a disassembler writes.
     *
     * @param text the instruction in the syntax of AT&amp;T
     * @return what it does
     */
    static Flow of(final String text) {
        final String mnemonic = mnemonic(text);
        if (mnemonic.startsWith("call") || mnemonic.startsWith("lcall")) {
            return CALL;
        }
        if (mnemonic.startsWith("ret") || mnemonic.startsWith("lret")) {
            return RETURN;
        }
        if (mnemonic.startsWith("sysret") || mnemonic.startsWith("iret")) {
            return SYSTEM_RETURN;
        }
        if (mnemonic.startsWith("syscall")) {
            return SYSTEM_CALL;
        }
        return mnemonic.startsWith("j") || mnemonic.startsWith("ljmp") ? JUMP : PLAIN;
    }

    private static String mnemonic(final String text) {
        for (final String word : text.split(" +")) {
            if (!PREFIXES.contains(word)) {
                return word;
            }
        }
        return "";
    }
}
