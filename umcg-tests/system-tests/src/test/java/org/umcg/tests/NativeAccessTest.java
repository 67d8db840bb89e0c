// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.umcg.testsupport.Child;
import org.umcg.testsupport.Jdk;
import org.umcg.testsupport.TestJvm;

/**
 * Whether the library can be loaded, on each JDK of this machine, from the class path and from the module path.
 * Any kernel will do: it is asked once the library is loaded.
 */
class NativeAccessTest {

    private static final int FIRST_THAT_DENIES = 24;
    private static final String DENIED = "load no native library";
    private static final String MAIN = "org.umcg.binding.UmcgInfo";
    private static final String MODULE = "org.umcg.binding";

    @TempDir
    Path folder;

    @Test
    void shouldNameFlagForClassPathWhenNativeAccessIsDenied() throws Exception {
        for (final Jdk jdk : denying()) {
            final String flag = "--enable-native-access=ALL-UNNAMED";
            assertThat(onClassPath(jdk, "--illegal-native-access=deny")).contains(DENIED).contains(flag);
            assertThat(onClassPath(jdk, "--illegal-native-access=deny", flag)).doesNotContain(DENIED);
            assertThat(onClassPath(jdk, "--illegal-native-access=deny", "-Dorg.umcg.binding=jna"))
                .contains(DENIED).contains(flag);
        }
    }

    @Test
    void shouldNameFlagForModulePathWhenNativeAccessIsDenied() throws Exception {
        for (final Jdk jdk : denying()) {
            final String flag = "--enable-native-access=" + MODULE;
            assertThat(onModulePath(jdk, "--illegal-native-access=deny")).contains(DENIED).contains(flag);
            assertThat(onModulePath(jdk, "--illegal-native-access=deny", flag)).doesNotContain(DENIED);
            assertThat(onModulePath(jdk, "--illegal-native-access=deny", "--add-modules=com.sun.jna",
                "-Dorg.umcg.binding=jna")).contains(DENIED).contains(flag + ",com.sun.jna");
            assertThat(onModulePath(jdk, "--illegal-native-access=deny", "--add-modules=com.sun.jna",
                "-Dorg.umcg.binding=jna", flag + ",com.sun.jna")).doesNotContain(DENIED);
        }
    }

    @Test
    void shouldLoadWithoutWordWhenNativeAccessIsGiven() throws Exception {
        for (final Jdk jdk : Jdk.all()) {
            assertIsLoaded(onClassPath(jdk, "--enable-native-access=ALL-UNNAMED"));
            assertIsLoaded(onModulePath(jdk, "--enable-native-access=" + MODULE));
        }
    }

    /** As jars stand in the folders of people. */
    @Test
    void shouldLoadWhenFolderOfJarHasOddCharacters() throws Exception {
        final Path odd = Files.createDirectory(folder.resolve("a b%20c+d#e"));
        final List<String> copies = new ArrayList<>();
        for (final String jar : TestJvm.classPathOf("umcg-api", "umcg-native").split(File.pathSeparator)) {
            copies.add(Files.copy(Path.of(jar), odd.resolve(Path.of(jar).getFileName())).toString());
        }
        for (final Jdk jdk : Jdk.all()) {
            assertIsLoaded(run(jdk, "--enable-native-access=ALL-UNNAMED",
                "-cp", String.join(File.pathSeparator, copies), MAIN));
        }
    }

    @Test
    void shouldSayHowToAddJnaWhenItIsMissing() throws Exception {
        for (final Jdk jdk : Jdk.all()) {
            assertThat(run(jdk, "-Dorg.umcg.binding=jna", "-cp", TestJvm.classPathOf("umcg-api", "umcg-native"), MAIN))
                .contains("there is no JNA", "class path", "--add-modules com.sun.jna");
        }
    }

    private static void assertIsLoaded(final String output) {
        assertThat(output).containsAnyOf("has no UMCG: umcg_ctl", "UMCG available")
            .doesNotContain("WARNING");
    }

    private static List<Jdk> denying() throws Exception {
        final List<Jdk> found = Jdk.from(FIRST_THAT_DENIES);
        assumeThat(found).as("a JDK that denies native access").isNotEmpty();
        return found;
    }

    private static String onClassPath(final Jdk jdk, final String... options) throws Exception {
        return run(jdk, concat(options, "-cp", TestJvm.classPathOf("umcg-api", "umcg-native", "jna-jpms"), MAIN));
    }

    private static String onModulePath(final Jdk jdk, final String... options) throws Exception {
        return run(jdk, concat(options, "-p", TestJvm.classPathOf("umcg-api", "umcg-native", "jna-jpms"),
            "-m", MODULE + "/" + MAIN));
    }

    private static String run(final Jdk jdk, final String... arguments) throws Exception {
        return Child.run(concat(new String[] {jdk.tool("java")}, arguments)).output();
    }

    private static String[] concat(final String[] first, final String... second) {
        final String[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
