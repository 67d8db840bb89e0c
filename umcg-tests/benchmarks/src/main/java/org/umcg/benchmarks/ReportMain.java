// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code ./umcg bench report}: makes one page, and one file of rows, of what {@code ./umcg bench} has written. */
public final class ReportMain {

    private static final String ABOUT = "about";
    private static final String ROWS = "rows";

    /** Name to values, as different files may say different things. */
    private final Map<String, List<String>> about = new LinkedHashMap<>();
    private final Map<List<String>, Map<String, String>> objects = new LinkedHashMap<>();

    ReportMain() {
    }

    public static void main(final String[] args) throws IOException {
        if (args.length < 3) {
            System.err.println("usage: ReportMain PAGE.html ROWS.json INPUT.json...");
            System.exit(2);
        }
        final ReportMain main = new ReportMain();
        for (int i = 2; i < args.length; i++) {
            try {
                main.add(Files.readString(Path.of(args[i])));
            }
            catch (final IllegalArgumentException | ClassCastException | NullPointerException e) {
                System.err.println(args[i] + ": is not what ./umcg bench writes: " + e.getMessage());
                System.exit(1);
            }
        }
        Files.writeString(Path.of(args[1]), main.json());
        Files.writeString(Path.of(args[0]), main.html(Path.of(args[1]).getFileName().toString()));
    }

    /** Adds what one file has; of rows that are the same but for the value the last one counts. */
    void add(final String json) {
        final Map<?, ?> file = (Map<?, ?>) Json.parse(json);
        texts(file.containsKey(ABOUT) ? (Map<?, ?>) file.get(ABOUT) : Map.of()).forEach((name, value) -> {
            final List<String> values = about.computeIfAbsent(name, key -> new ArrayList<>());
            if (!values.contains(value)) {
                values.add(value);
            }
        });
        for (final Object object : (List<?>) file.get(ROWS)) {
            final Map<String, String> texts = texts((Map<?, ?>) object);
            final Row row = Row.of(texts);
            objects.put(List.of(row.name(), row.mode(), row.jdk(), row.executor(), row.binding()), texts);
        }
    }

    String html(final String jsonName) {
        final Map<String, String> lines = new LinkedHashMap<>();
        about.forEach((name, values) -> lines.put(name, String.join("; ", values)));
        return new Report(objects.values().stream().map(Row::of).collect(Collectors.toList()),
            Collections.unmodifiableMap(lines)).html(jsonName);
    }

    /** Rows as they came; of what was said more than once, all. */
    String json() {
        return "{\"about\": {" + about.entrySet().stream()
            .map(entry -> "\n  " + Json.quote(entry.getKey()) + ": " + Json.quote(String.join("; ", entry.getValue())))
            .collect(Collectors.joining(",")) + "\n},\n\"rows\": [" + objects.values().stream()
            .map(ReportMain::object).collect(Collectors.joining(",")) + "\n]}\n";
    }

    private static String object(final Map<String, String> members) {
        return members.entrySet().stream()
            .map(member -> Json.quote(member.getKey()) + ": "
                + (isNumber(member.getKey()) ? member.getValue() : Json.quote(member.getValue())))
            .collect(Collectors.joining(", ", "\n  {", "}"));
    }

    private static boolean isNumber(final String key) {
        return "value".equals(key) || "cpus".equals(key);
    }

    private static Map<String, String> texts(final Map<?, ?> members) {
        final Map<String, String> texts = new LinkedHashMap<>();
        members.forEach((key, value) -> texts.put((String) key, (String) value));
        return texts;
    }
}
