// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.umcg.testsupport.Child;
import org.umcg.testsupport.Jdk;
import org.umcg.testsupport.TestJvm;

/** What README.md and docs show is what a reader's compiler accepts, on each JDK of this machine. */
class DocumentationTest {

    @TempDir
    Path folder;

    static List<Jdk> jdks() throws Exception {
        return Jdk.all();
    }

    @ParameterizedTest
    @MethodSource("jdks")
    void shouldCompileWithoutWarningWhenCodeIsInDocuments(final Jdk jdk) throws Exception {
        for (final MarkdownCode code : MarkdownCode.of(MarkdownCode.checkout())) {
            final Path own = Files.createDirectory(folder.resolve(code.toString().replace(':', '-')));
            final Child child = Child.run(jdk.tool("javac"), "-Xlint:all", "-Werror", "-d", own.toString(),
                "-cp", TestJvm.libraryClassPath(), code.writeTo(own).toString());

            assertThat(child.output()).as("javac on %s", code).isEmpty();
            assertThat(child.exitCode()).isZero();
        }
    }

    @Test
    void shouldHaveOneExampleInReadme() throws Exception {
        assertThat(MarkdownCode.of(MarkdownCode.checkout())).filteredOn(code -> code.isIn("README.md"))
            .extracting(MarkdownCode::className).containsExactly("Example");
    }
}
