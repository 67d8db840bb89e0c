// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which address belongs to which function.
 *
 * <p>Where two functions begin at one address, the shorter name without underscores is kept; where one ends within
 * another one, the outer one goes on behind it.
 */
final class SymbolTable {

    /** So many functions in front of an address are looked at: each may be within the one before it. */
    private static final int MOST_NESTED = 8;

    /**
     * A range of addresses.
     *
     * @param end    the first address behind it, or 0 if the next function ends it
     * @param symbol what it is
     */
    private record Range(long end, Symbol symbol) {
    }

    private final TreeMap<Long, Range> functions = new TreeMap<>(Long::compareUnsigned);
    private final TreeMap<Long, Range> files = new TreeMap<>(Long::compareUnsigned);

    /** Adds a function; a size of 0 means up to the next one. */
    void addFunction(final long start, final long size, final Symbol symbol) {
        final Range range = new Range(size == 0 ? 0 : start + size, symbol);
        functions.merge(start, range, (old, added) -> isBetter(added, old) ? added : old);
    }

    /** Adds what code is called in which no function is known. */
    void addFile(final long start, final long end, final Symbol symbol) {
        files.put(start, new Range(end, symbol));
    }

    private static boolean isBetter(final Range added, final Range old) {
        if ((added.end == 0) != (old.end == 0)) {
            return added.end != 0;
        }
        final int more = underscores(added.symbol.name()) - underscores(old.symbol.name());
        return more < 0 || more == 0 && added.symbol.name().length() < old.symbol.name().length();
    }

    private static int underscores(final String name) {
        int count = 0;
        while (count < name.length() && name.charAt(count) == '_') {
            count++;
        }
        return count;
    }

    /**
     * Names an address.
     *
     * @param address anywhere
     * @return the function, or else the file, or another process
     */
    Symbol find(final long address) {
        final Map.Entry<Long, Range> file = files.floorEntry(address);
        if (file == null || Long.compareUnsigned(address, file.getValue().end) >= 0) {
            return Symbol.FOREIGN;
        }
        Map.Entry<Long, Range> function = functions.floorEntry(address);
        for (int i = 0; i < MOST_NESTED && function != null; i++) {
            if (function.getKey() < file.getKey()) {
                break;
            }
            final long end = function.getValue().end;
            if (i == 0 && end == 0 || Long.compareUnsigned(address, end) < 0) {
                return function.getValue().symbol;
            }
            function = functions.lowerEntry(function.getKey());
        }
        return file.getValue().symbol;
    }
}
