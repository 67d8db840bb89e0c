// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what {@code ./umcg bench} writes, and all other JSON: objects as maps in their order, arrays as lists, numbers,
 * true, false and null as they are written. For one thread.
 *
 * <p>Source: RFC 8259.
 */
final class Json {

    private final String text;
    private int at;

    private Json(final String text) {
        this.text = text;
    }

    /**
     * Reads one value.
     *
     * @throws IllegalArgumentException if it is none, with the place
     */
    static Object parse(final String text) {
        final Json json = new Json(text);
        final Object value = json.value();
        json.skipBlanks();
        if (json.at != text.length()) {
            throw json.unexpected();
        }
        return value;
    }

    /** A string with its quotes. */
    static String quote(final String text) {
        final StringBuilder quoted = new StringBuilder("\"");
        for (final char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            }
            else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            }
            else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    private Object value() {
        skipBlanks();
        switch (peek()) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            default:
                return word();
        }
    }

    private Map<String, Object> object() {
        final Map<String, Object> members = new LinkedHashMap<>();
        at++;
        for (boolean isFirst = true; !ends('}', isFirst); isFirst = false) {
            skipBlanks();
            final String key = string();
            skipBlanks();
            expect(':');
            members.put(key, value());
        }
        return members;
    }

    private List<Object> array() {
        final List<Object> elements = new ArrayList<>();
        at++;
        for (boolean isFirst = true; !ends(']', isFirst); isFirst = false) {
            elements.add(value());
        }
        return elements;
    }

    /** Steps over the end, or over the comma before the next one. */
    private boolean ends(final char end, final boolean isFirst) {
        skipBlanks();
        if (peek() == end) {
            at++;
            return true;
        }
        if (!isFirst) {
            expect(',');
        }
        return false;
    }

    private String string() {
        final StringBuilder value = new StringBuilder();
        expect('"');
        while (peek() != '"') {
            final char c = next();
            value.append(c == '\\' ? escaped() : c);
        }
        at++;
        return value.toString();
    }

    private char escaped() {
        final char c = next();
        switch (c) {
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, Math.min(at, text.length())), 16);
            default:
                return c;
        }
    }

    /** A number, true, false or null. */
    private String word() {
        final int begin = at;
        while (at < text.length() && isOfWord(text.charAt(at))) {
            at++;
        }
        if (begin == at) {
            throw unexpected();
        }
        return text.substring(begin, at);
    }

    private static boolean isOfWord(final char c) {
        return Character.isLetterOrDigit(c) || c == '+' || c == '-' || c == '.';
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw unexpected();
        }
        return text.charAt(at);
    }

    private char next() {
        final char c = peek();
        at++;
        return c;
    }

    private void expect(final char c) {
        if (next() != c) {
            at--;
            throw unexpected();
        }
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(
            "no JSON at character " + at + (at < text.length() ? ": " + text.charAt(at) : ", where it ends"));
    }
}
