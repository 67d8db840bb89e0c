// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.umcg.testsupport.TestJvm;

/** A block of Java in README.md or docs: a whole source file, with one public class. */
final class MarkdownCode {

    private static final String BEGIN = "```java";
    private static final String END = "```";
    private static final Pattern PUBLIC_CLASS =
        Pattern.compile("^public (?:final )?(?:class|interface|enum|record) (\\w+)", Pattern.MULTILINE);

    private final Path document;
    private final int line;
    private final String text;

    private MarkdownCode(final Path document, final int line, final String text) {
        this.document = document;
        this.line = line;
        this.text = text;
    }

    /** All blocks of the documents of a checkout, README.md first. */
    static List<MarkdownCode> of(final Path checkout) throws IOException {
        final List<Path> documents = new ArrayList<>(List.of(checkout.resolve("README.md")));
        try (Stream<Path> files = Files.list(checkout.resolve("docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
        }
        final List<MarkdownCode> found = new ArrayList<>();
        for (final Path document : documents) {
            addBlocks(document, found);
        }
        return found;
    }

    /** The folder above that has the file umcg; tests run in it, or in the folder of their module. */
    static Path checkout() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("umcg"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** The block in README.md that has a class of that name. */
    static MarkdownCode inReadme(final String className) throws IOException {
        return of(checkout()).stream().filter(code -> code.isIn("README.md") && code.className().equals(className))
            .findFirst().orElseThrow(() -> new AssertionError("README.md shows no " + className));
    }

    boolean isIn(final String name) {
        return document.endsWith(name);
    }

    String className() {
        final Matcher matcher = PUBLIC_CLASS.matcher(text);
        if (!matcher.find()) {
            throw new AssertionError(this + " has no public class: blocks of Java are whole source files");
        }
        return matcher.group(1);
    }

    Path writeTo(final Path folder) throws IOException {
        return Files.writeString(folder.resolve(className() + ".java"), text);
    }

    /** Compiles it there for the JDK that runs this, with nothing to be warned of. */
    void compileIn(final Path folder) throws IOException {
        final StringWriter messages = new StringWriter();
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final boolean isGood = compiler.getTask(messages, null, null,
            List.of("-Xlint:all", "-Werror", "-proc:none", "-cp", TestJvm.libraryClassPath(), "-d", folder.toString()),
            null, compiler.getStandardFileManager(null, null, null).getJavaFileObjects(writeTo(folder))).call();
        if (!isGood) {
            throw new AssertionError(this + ": " + messages);
        }
    }

    @Override
    public String toString() {
        return document.getFileName() + ":" + line;
    }

    private static void addBlocks(final Path document, final List<MarkdownCode> found) throws IOException {
        final List<String> lines = Files.readAllLines(document);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(BEGIN)) {
                final int begin = i + 1;
                while (!lines.get(i + 1).strip().equals(END)) {
                    i++;
                }
                found.add(new MarkdownCode(document, begin,
                    lines.subList(begin, i + 1).stream().collect(Collectors.joining("\n", "", "\n"))));
            }
        }
    }
}
