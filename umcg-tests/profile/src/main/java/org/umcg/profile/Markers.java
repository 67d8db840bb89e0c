// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a program has said about its window, as lines of {@code umcg-profile: WORD NAME=VALUE...}. */
final class Markers {

    private final Map<String, String> values = new HashMap<>();

    Markers(final List<String> lines) {
        for (final String line : lines) {
            for (final String word : line.split(" +")) {
                final int equals = word.indexOf('=');
                if (equals > 0) {
                    values.put(word.substring(0, equals), word.substring(equals + 1));
                }
            }
        }
    }

    /** The function whose calls begin a period. */
    Optional<String> period() {
        return Optional.ofNullable(values.get("period"));
    }

    /** How many there are by the program's count. */
    OptionalInt periods() {
        final String value = values.get("periods");
        return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
    }

    /** What they have taken together by the program's clock. */
    OptionalLong nanoseconds() {
        final String value = values.get("nanoseconds");
        return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
    }
}
