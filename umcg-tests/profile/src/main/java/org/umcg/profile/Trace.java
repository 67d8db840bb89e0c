// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The instructions that were executed, in order, out of what is left of QEMU's log:
 *
 * <pre>
 *  0xADDRESS:  BYTES  TEXT    an instruction, before it is executed for the first time; more bytes may follow:
 *  0xADDRESS:  BYTES          in a line of their own
 *  ADDRESS                    it is executed
 *  -                          no, it was not
 * </pre>
 *
 * <p>Code of a library that another process has executed before, at another address, is not disassembled again. What
 * such an instruction does is concluded from where execution goes.
 */
final class Trace {

    private static final int BYTE = 3; // two digits and a blank

    private final SymbolTable names;
    private final Map<Long, Instruction> instructions = new HashMap<>();
    private final List<Instruction> executed = new ArrayList<>();
    private long last;

    private Trace(final SymbolTable names) {
        this.names = names;
    }

    /**
     * Reads a trace.
     *
     * @param lines see above
     * @param names whose functions are named
     * @return the instructions in the order of their execution
     * @throws IOException if they cannot be read
     */
    static List<Instruction> read(final BufferedReader lines, final SymbolTable names) throws IOException {
        final Trace trace = new Trace(names);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            trace.take(line);
        }
        return trace.executed;
    }

    private void take(final String line) {
        if (line.startsWith("0x")) {
            takeInstruction(line);
        }
        else if (!line.equals("-")) {
            execute(Long.parseUnsignedLong(line, 16));
        }
        else if (!executed.isEmpty()) {
            executed.remove(executed.size() - 1);
        }
    }

    private void execute(final long address) {
        final Instruction instruction =
            instructions.computeIfAbsent(address, key -> instruction(key, 0, Flow.UNKNOWN));
        if (!executed.isEmpty()) {
            executed.set(executed.size() - 1, executed.get(executed.size() - 1).goneTo(instruction));
        }
        executed.add(instruction);
    }

    private void takeInstruction(final String line) {
        final int colon = line.indexOf(':');
        final String rest = line.substring(colon + 1).stripLeading() + ' ';
        int bytes = 0;
        while (isByte(rest, bytes * BYTE)) {
            bytes++;
        }
        final String text = rest.substring(bytes * BYTE).strip();
        if (text.isEmpty()) {
            final Instruction begun = instructions.get(last);
            instructions.put(last, instruction(last, begun.length() + bytes, begun.flow()));
        }
        else {
            last = Long.parseUnsignedLong(line.substring(2, colon), 16);
            instructions.put(last, instruction(last, bytes, Flow.of(text)));
        }
    }

    private static boolean isByte(final String text, final int at) {
        return text.length() >= at + BYTE && Character.digit(text.charAt(at), 16) >= 0
            && Character.digit(text.charAt(at + 1), 16) >= 0 && text.charAt(at + 2) == ' ';
    }

    private Instruction instruction(final long address, final int length, final Flow flow) {
        final Symbol symbol = names.find(address);
        final boolean isEntry = symbol.isTableOfEntries() || !names.find(address - 1).equals(symbol);
        return new Instruction(address, length, flow, symbol, isEntry);
    }
}
