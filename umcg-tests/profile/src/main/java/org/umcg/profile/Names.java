// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code umcg-tests/profile/run-in-vm} and {@code profile.sh} have found out about the code of a process.
 *
 * <pre>
 *  kallsyms   the kernel's functions         ADDRESS TYPE NAME
 *  maps       /proc/PID/maps
 *  symbols    for each mapped file           file PATH
 *               where its code stands        load OFFSET ADDRESS
 *               and its functions            symbol ADDRESS [SIZE] NAME
 *  perf.map   what the JVM has made          ADDRESS SIZE NAME
 * </pre>
 */
final class Names {

    /** Of the JVM, but no method: the interpreter, stubs, adapters. */
    static final String JVM_CODE = "JVM code";
    static final String JAVA = "Java";
    static final String OUR_JAVA = "ours (Java)";
    static final String OURS = "ours (native)";

    private static final Map<String, String> ORIGINS = Map.of(
        "libjvm.so", "libjvm", "libumcg.so", OURS, "libc.so.6", "libc", "ld-linux-x86-64.so.2", "libc",
        "[vdso]", "vdso");
    private static final long KERNEL_START = 0xffff_8000_0000_0000L;
    private static final String CODE_TYPES = "tTwW";
    private static final Set<String> NO_FILES = Set.of("[stack]", "[heap]", "[vsyscall]");

    /** A return type, a method, its parameters. */
    private static final Pattern METHOD = Pattern.compile("\\S+ ([^ (]+)\\(.*");
    /** What a compiler adds when it takes a function apart. */
    private static final Pattern PART = Pattern.compile("(\\.(cold|part|isra|constprop|lto_priv)(\\.[0-9]+)*)+$|@.*$");

    /**
     * Where code of a file is in the file, and where its symbols say it is.
     *
     * @param offset  in the file
     * @param address of the symbols
     */
    private record Load(long offset, long address) {
    }

    /**
     * Code of a file in memory.
     *
     * @param start  of the range
     * @param end    of the range
     * @param offset in the file
     */
    private record Mapping(long start, long end, long offset) {
    }

    private final SymbolTable table = new SymbolTable();
    private final Map<String, List<Mapping>> mappings = new HashMap<>();

    private Names() {
    }

    /**
     * Reads all of it.
     *
     * @param folder where it is
     * @return the table
     * @throws IOException if a file cannot be read
     */
    static SymbolTable read(final Path folder) throws IOException {
        final Names names = new Names();
        names.readKernel(folder.resolve("kallsyms"));
        names.readMaps(folder.resolve("maps"));
        names.readSymbols(folder.resolve("symbols"));
        final Path perfMap = folder.resolve("perf.map");
        if (Files.exists(perfMap)) {
            names.readPerfMap(perfMap);
        }
        return names.table;
    }

    private void readKernel(final Path file) throws IOException {
        table.addFile(KERNEL_START, -1, Symbol.unnamed(Symbol.KERNEL, Symbol.KERNEL));
        for (final String line : Files.readAllLines(file)) {
            final String[] field = line.split("[ \t]+");
            if (CODE_TYPES.contains(field[1])) {
                final Symbol symbol = Symbol.named(PART.matcher(field[2]).replaceFirst(""), Symbol.KERNEL);
                table.addFunction(Long.parseUnsignedLong(field[0], 16), 0, symbol);
            }
        }
    }

    private void readMaps(final Path file) throws IOException {
        for (final String line : Files.readAllLines(file)) {
            final String[] field = line.split(" +", 6);
            if (field[1].charAt(2) == 'x') {
                addMapping(field[0].split("-"), field[2], field.length == 6 ? field[5] : "");
            }
        }
    }

    private void addMapping(final String[] range, final String offset, final String name) {
        final Mapping mapping = new Mapping(hex(range[0]), hex(range[1]), hex(offset));
        final String path = name.replaceFirst(" \\(deleted\\)$", "");
        final String file = path.substring(path.lastIndexOf('/') + 1);
        if (file.isEmpty()) {
            table.addFile(mapping.start, mapping.end, Symbol.unnamed("memory", JVM_CODE));
        }
        else if (!NO_FILES.contains(file)) {
            mappings.computeIfAbsent(path, key -> new ArrayList<>()).add(mapping);
            table.addFile(mapping.start, mapping.end, Symbol.unnamed(file, origin(file)));
        }
    }

    private static String origin(final String file) {
        return ORIGINS.getOrDefault(file, file);
    }

    private void readSymbols(final Path file) throws IOException {
        String path = "";
        final List<Load> loads = new ArrayList<>();
        for (final String line : Files.readAllLines(file)) {
            final String[] field = line.split(" ", 4);
            switch (field[0]) {
                case "file" -> {
                    path = line.substring("file ".length());
                    loads.clear();
                }
                case "load" -> loads.add(new Load(hex(field[1]), hex(field[2])));
                default -> addSymbol(path, loads, field);
            }
        }
    }

    /** Where the file is mapped more than once, the part that has the function counts. */
    private void addSymbol(final String path, final List<Load> loads, final String[] field) {
        final long address = hex(field[1]);
        final String name = PART.matcher(field[3]).replaceFirst("");
        final Symbol symbol = Symbol.named(name, origin(path.substring(path.lastIndexOf('/') + 1)));
        for (final Load load : loads) {
            for (final Mapping mapping : mappings.getOrDefault(path, List.of())) {
                final long start = address - load.address + load.offset - mapping.offset + mapping.start;
                if (address >= load.address && start >= mapping.start && start < mapping.end) {
                    table.addFunction(start, hex(field[2]), symbol);
                }
            }
        }
    }

    private void readPerfMap(final Path file) throws IOException {
        for (final String line : Files.readAllLines(file)) {
            final String[] field = line.split(" +", 3);
            table.addFunction(hex(field[0]), hex(field[1]), compiled(field[2]));
        }
    }

    private static Symbol compiled(final String name) {
        final Matcher method = METHOD.matcher(name);
        if (!method.matches()) {
            return Symbol.named(name, JVM_CODE);
        }
        final String path = method.group(1);
        final boolean isOurs = path.startsWith("org.umcg.") && !path.startsWith("org.umcg.profile.");
        return Symbol.named(path, isOurs ? OUR_JAVA : JAVA);
    }

    private static long hex(final String text) {
        return text.isEmpty() ? 0 : Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
    }
}
