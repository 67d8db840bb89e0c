// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.umcg.testsupport.Child;
import org.umcg.testsupport.TestJvm;

/** The example that readers try first. */
class ReadmeSystemTest {

    @TempDir
    Path folder;

    @Test
    void shouldRunAllTasksWhenReadersRunExample() throws Exception {
        final MarkdownCode example = MarkdownCode.of(MarkdownCode.checkout()).get(0);
        final Path tools = Path.of(System.getProperty("java.home"), "bin");
        final String classPath = TestJvm.libraryClassPath();

        final Child compiler = Child.run(tools.resolve("javac").toString(),
            "-cp", classPath, "-d", folder.toString(), example.writeTo(folder).toString());
        assertThat(compiler.output()).isEmpty();

        final Child program = Child.run(tools.resolve("java").toString(), "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1", "-cp", classPath + File.pathSeparator + folder, example.className());
        assertThat(program.output()).isEqualTo("1000 tasks done\n");
        assertThat(program.exitCode()).isZero();
    }
}
