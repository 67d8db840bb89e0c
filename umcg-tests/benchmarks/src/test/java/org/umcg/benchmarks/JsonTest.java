// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void shouldReadObjectsArraysAndWordsWhenNested() {
        assertThat(Json.parse(" {\"rows\": [ {\"value\": -1.5e3, \"isKept\":true}, {} ], \"none\": [] }\n")).isEqualTo(
            Map.of("rows", List.of(Map.of("value", "-1.5e3", "isKept", "true"), Map.of()), "none", List.of()));
    }

    @Test
    void shouldReadWhatItHasQuotedWhenThereAreOddCharacters() {
        final String odd = "a \"quoted\" \\ line\n\tand é";

        assertThat(Json.parse(Json.quote(odd))).isEqualTo(odd);
        assertThat(Json.parse("\"\\u00e9\\/\\b\\f\\r\"")).isEqualTo("é/\b\f\r");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1, ", "[1 2]", "{\"a\" 1}", "{\"a\": 1} x", "\"open", "{a: 1}", "[,]"})
    void shouldRefuseWhenItIsNoJson(final String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("no JSON at character ");
    }
}
