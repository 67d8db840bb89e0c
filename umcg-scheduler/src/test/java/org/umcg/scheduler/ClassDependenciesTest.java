// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scheduler can be read from below to above: no class needs, by whatever way, what is made of it. */
class ClassDependenciesTest {

    @TempDir
    Path folder;

    @Test
    void shouldHaveNoCircleBetweenFilesOfScheduler() throws Exception {
        final Path classes = Path.of(UmcgScheduler.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        final ClassDependencies dependencies = new ClassDependencies(classes);

        assertThat(dependencies.uses()).containsKey(UmcgScheduler.class.getName());
        assertThat(dependencies.uses().get(UmcgScheduler.class.getName())).contains(ServerGroup.class.getName());
        assertThat(dependencies.circle()).isEmpty();
    }

    /** By way of a nested class, as a builder is one. */
    @Test
    void shouldFindCircleWhenThereIsOne() throws Exception {
        write("Hen", "class Hen { static class Nest { Egg egg; } }");
        write("Egg", "class Egg { Shell shell; }");
        write("Shell", "class Shell { Hen hen() { return new Hen(); } }");
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "-d", folder.toString(),
            file("Hen").toString(), file("Egg").toString(), file("Shell").toString())).isZero();

        assertThat(new ClassDependencies(folder).circle()).contains(
            List.of("org.umcg.Egg", "org.umcg.Shell", "org.umcg.Hen", "org.umcg.Egg"));
    }

    private void write(final String name, final String text) throws Exception {
        Files.writeString(file(name), "package org.umcg; " + text);
    }

    private Path file(final String name) {
        return folder.resolve(name + ".java");
    }
}
