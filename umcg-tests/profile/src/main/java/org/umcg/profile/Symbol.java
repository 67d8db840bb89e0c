// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

/**
 * A function.
 *
 * @param name    as its symbol table has it, without parameters
 * @param origin  what it is part of
 * @param isNamed whether the name is the function's, and not only the file's
 */
record Symbol(String name, String origin, boolean isNamed) {

    static final String KERNEL = "kernel";
    /** User code that is not mapped in the process looked at. */
    static final Symbol FOREIGN = new Symbol("[another process]", "another process", true);

    static Symbol named(final String name, final String origin) {
        return new Symbol(name, origin, true);
    }

    static Symbol unnamed(final String file, final String origin) {
        return new Symbol('[' + file + ']', origin, false);
    }

    boolean isKernel() {
        return origin.equals(KERNEL);
    }

    /** Where the processor goes in the middle of something else. */
    boolean isInterruptEntry() {
        return isKernel()
            && (name.startsWith("asm_sysvec_") || name.startsWith("asm_exc_") || isTableOfEntries());
    }

    /** The stubs of all devices, an entry each. */
    boolean isTableOfEntries() {
        return name.equals("irq_entries_start");
    }

    /** What changes from one thread's stack to another one's, and returns there. */
    boolean isThreadSwitch() {
        return isKernel() && name.equals("__switch_to");
    }
}
