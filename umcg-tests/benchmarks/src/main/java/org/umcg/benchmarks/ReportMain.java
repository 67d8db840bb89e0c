// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code ./umcg bench report}: makes one page, and one file of rows, of what {@code ./umcg bench} has written. */
public final class ReportMain {

    private static final String ABOUT = "about";
    private static final String ROWS = "rows";
    private static final Gson GSON = new GsonBuilder().setStrictness(Strictness.STRICT)
        .setPrettyPrinting().disableHtmlEscaping().create();

    /** Name to values, as different files may say different things. */
    private final Map<String, List<String>> about = new LinkedHashMap<>();
    private final Map<List<String>, JsonObject> objects = new LinkedHashMap<>();

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
            catch (final JsonParseException | IllegalStateException | NumberFormatException e) {
                System.err.println(args[i] + ": is not what ./umcg bench writes: " + e.getMessage());
                System.exit(1);
            }
        }
        Files.writeString(Path.of(args[1]), main.json());
        Files.writeString(Path.of(args[0]), main.html(Path.of(args[1]).getFileName().toString()));
    }

    /**
     * Adds what one file has; of rows that are the same but for the value the last one counts.
     *
     * @throws JsonParseException    if it is no JSON
     * @throws IllegalStateException if it is not what {@code ./umcg bench} writes
     * @throws NumberFormatException if a value is no number
     */
    void add(final String json) {
        final JsonObject file = GSON.fromJson(json, JsonObject.class);
        if (file == null || !file.has(ROWS)) {
            throw new IllegalStateException("no \"" + ROWS + "\"");
        }
        if (file.has(ABOUT)) {
            final JsonObject lines = file.get(ABOUT).getAsJsonObject();
            lines.keySet().forEach(name -> addAbout(name, Row.member(lines, name).getAsString()));
        }
        for (final JsonElement element : file.get(ROWS).getAsJsonArray()) {
            final JsonObject object = element.getAsJsonObject();
            final Row row = Row.of(object);
            objects.put(List.of(row.name(), row.mode(), row.jdk(), row.executor(), row.binding()), object);
        }
    }

    private void addAbout(final String name, final String value) {
        final List<String> values = about.computeIfAbsent(name, key -> new ArrayList<>());
        if (!values.contains(value)) {
            values.add(value);
        }
    }

    String html(final String jsonName) {
        return new Report(objects.values().stream().map(Row::of).collect(Collectors.toList()), aboutLines())
            .html(jsonName);
    }

    /** Rows as they came; of what was said more than once, all. */
    String json() {
        final JsonObject file = new JsonObject();
        file.add(ABOUT, GSON.toJsonTree(aboutLines()));
        final JsonArray rows = new JsonArray();
        objects.values().forEach(rows::add);
        file.add(ROWS, rows);
        return GSON.toJson(file) + "\n";
    }

    private Map<String, String> aboutLines() {
        final Map<String, String> lines = new LinkedHashMap<>();
        about.forEach((name, values) -> lines.put(name, String.join("; ", values)));
        return lines;
    }
}
