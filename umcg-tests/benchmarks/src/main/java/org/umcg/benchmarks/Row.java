// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * One measured value. Immutable. There is one row of each name, mode, JDK, executor and binding.
 *
 * @param name     {@code group.cost}
 * @param value    the median of the samples, in the unit
 * @param unit     {@code instructions}, {@code ns}, {@code bytes} or {@code ratio}
 * @param mode     {@code icount}, one CPU that counts an instruction as a nanosecond; or {@code smp}
 * @param jdk      its version, or {@code none}: no Java is in it
 * @param executor as {@link ExecutorKind#executor} has it, or {@code none}
 * @param binding  as {@link ExecutorKind#binding} has it
 */
record Row(String name, double value, String unit, String mode, String jdk, String executor, String binding) {

    /** Where a field does not apply. */
    static final String NONE = "none";

    /** More than the measurement is exact to. */
    private static final MathContext DIGITS = new MathContext(6);

    /**
     * From an object in JSON; rows of the kernel have no Java in them.
     *
     * @throws IllegalStateException if a member is missing, or is an object or an array
     * @throws NumberFormatException if the value is no number
     */
    static Row of(final JsonObject object) {
        return new Row(
            member(object, "name").getAsString(),
            member(object, "value").getAsDouble(),
            member(object, "unit").getAsString(),
            member(object, "mode").getAsString(),
            textOrNone(object, "jdk"),
            textOrNone(object, "executor"),
            textOrNone(object, "binding"));
    }

    /**
     * A text or a number that has to be there.
     *
     * @throws IllegalStateException if it is not
     */
    static JsonPrimitive member(final JsonObject object, final String name) {
        if (!(object.get(name) instanceof JsonPrimitive)) {
            throw new IllegalStateException("no text or number \"" + name + "\" in " + object);
        }
        return object.getAsJsonPrimitive(name);
    }

    private static String textOrNone(final JsonObject object, final String name) {
        return object.has(name) ? member(object, name).getAsString() : NONE;
    }

    /** As commands in shell read it: a line without its end. */
    String toTabbedLine() {
        return String.join("\t", name, valueText(), unit, mode, jdk, executor, binding);
    }

    String valueText() {
        return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
    }

    /** What stands in front of the name's first point. */
    String group() {
        return name.substring(0, Math.max(0, name.indexOf('.')));
    }
}
