// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** All stacks that were seen, each with the instructions that were executed in it. */
final class CallTree {

    private final Symbol symbol;
    private final CallTree parent;
    private final Map<Symbol, CallTree> children = new LinkedHashMap<>();
    private long self;

    /** The root, which stands for no function. */
    CallTree() {
        this(null, null);
    }

    private CallTree(final Symbol symbol, final CallTree parent) {
        this.symbol = symbol;
        this.parent = parent;
    }

    /** Null for the root. */
    Symbol symbol() {
        return symbol;
    }

    CallTree parent() {
        return parent;
    }

    CallTree child(final Symbol called) {
        return children.computeIfAbsent(called, key -> new CallTree(key, this));
    }

    Collection<CallTree> children() {
        return children.values();
    }

    void add(final long instructions) {
        self += instructions;
    }

    /** What was executed in the function itself. */
    long self() {
        return self;
    }

    /** The same with what it has called. */
    long total() {
        return self + children.values().stream().mapToLong(CallTree::total).sum();
    }

    /** The functions from the outermost one on. */
    String path(final String separator) {
        final String name = symbol.name();
        return parent.symbol == null ? name : parent.path(separator) + separator + name;
    }
}
