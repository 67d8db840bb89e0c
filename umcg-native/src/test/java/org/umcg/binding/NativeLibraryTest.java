// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {

    private static final byte[] LIBRARY = {1, 2, 3};

    @TempDir
    Path directory;

    private final Map<String, String> properties = new HashMap<>();
    private final RecordingSource source = new RecordingSource(properties);

    @Test
    void shouldLoadOnlyFileWhenPathNamesIt() {
        properties.put(NativeLibrary.PATH_PROPERTY, directory.resolve("mine.so").toString());

        load();

        assertThat(source.calls).containsExactly("load " + directory.resolve("mine.so"));
    }

    @Test
    void shouldLoadFileInDirectoryWhenPathNamesDirectory() {
        properties.put(NativeLibrary.PATH_PROPERTY, directory.toString());

        load();

        assertThat(source.calls).containsExactly("load " + directory.resolve("libumcg.so"));
    }

    @Test
    void shouldFailWithoutFallbackWhenNamedFileCannotBeLoaded() {
        properties.put(NativeLibrary.PATH_PROPERTY, directory.resolve("mine.so").toString());
        source.loadError = "wrong ELF class";

        assertThatExceptionOfType(UnsatisfiedLinkError.class).isThrownBy(this::load)
            .withMessageContainingAll(
                directory.resolve("mine.so").toString(), "org.umcg.native.path", "wrong ELF class");
        assertThat(source.calls).hasSize(1);
    }

    @Test
    void shouldPreferLibraryPathWhenItHasTheLibrary() {
        load();

        assertThat(source.calls).containsExactly("loadLibrary umcg");
    }

    @Test
    void shouldExtractBundledLibraryPrivatelyAndDeleteItAgain() throws IOException {
        properties.put(NativeLibrary.WORKDIR_PROPERTY, directory.toString());
        source.loadLibraryError = "no umcg";

        load();

        assertThat(source.calls).hasSize(2);
        assertThat(source.directoryMode).isEqualTo("rwx------");
        assertThat(source.content).isEqualTo(LIBRARY);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldExtractUnderAnotherNameEachTime() {
        properties.put(NativeLibrary.WORKDIR_PROPERTY, directory.toString());
        source.loadLibraryError = "no umcg";

        load();
        load();

        assertThat(source.calls.get(1)).isNotEqualTo(source.calls.get(3));
    }

    @Test
    void shouldExtractIntoTmpdirWhenNoWorkdirIsNamed() {
        properties.put(NativeLibrary.TMPDIR_PROPERTY, directory.toString());
        source.loadLibraryError = "no umcg";

        load();

        assertThat(source.calls.get(1)).startsWith("load " + directory + "/umcg-");
    }

    @Test
    void shouldNameEveryPathTriedWhenNoneCanBeLoaded() {
        properties.put(NativeLibrary.WORKDIR_PROPERTY, directory.toString());
        source.loadLibraryError = "no umcg in java.library.path: /usr/lib:/lib";
        source.loadError = "failed to map segment";

        assertThatExceptionOfType(UnsatisfiedLinkError.class).isThrownBy(this::load)
            .withMessageContainingAll(
                "no umcg in java.library.path: /usr/lib:/lib",
                directory.toString(),
                "failed to map segment",
                "org.umcg.native.path",
                "org.umcg.native.workdir");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldNameWorkdirWhenItIsNotThere() {
        properties.put(NativeLibrary.WORKDIR_PROPERTY, directory.resolve("missing").toString());
        source.loadLibraryError = "no umcg";

        assertThatExceptionOfType(UnsatisfiedLinkError.class).isThrownBy(this::load)
            .withMessageContainingAll("no umcg", "NoSuchFileException", directory.resolve("missing").toString());
    }

    @Test
    void shouldSayWhenJarHasNoLibrary() {
        properties.put(NativeLibrary.WORKDIR_PROPERTY, directory.toString());
        source.loadLibraryError = "no umcg";
        source.isBundled = false;

        assertThatExceptionOfType(UnsatisfiedLinkError.class).isThrownBy(this::load)
            .withMessageContaining("not in the jar");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldBundleLibraryOfThisBuild() throws IOException {
        try (InputStream in = new JvmLibrarySource().openBundled()) {
            assertThat(in.readNBytes(4)).containsExactly(0x7f, 'E', 'L', 'F');
        }
    }

    private void load() {
        new NativeLibrary(source).load();
    }

    private static final class RecordingSource implements LibrarySource {

        private final Map<String, String> properties;
        private final List<String> calls = new ArrayList<>();
        private String loadError;
        private String loadLibraryError;
        private boolean isBundled = true;
        private String directoryMode;
        private byte[] content;

        RecordingSource(final Map<String, String> properties) {
            this.properties = properties;
        }

        @Override
        public String property(final String name) {
            return properties.get(name);
        }

        @Override
        public void load(final String absolutePath) {
            calls.add("load " + absolutePath);
            if (loadError != null) {
                throw new UnsatisfiedLinkError(absolutePath + ": " + loadError);
            }
            final Path file = Path.of(absolutePath);
            if (Files.exists(file)) {
                look(file);
            }
        }

        @Override
        public void loadLibrary(final String name) {
            calls.add("loadLibrary " + name);
            if (loadLibraryError != null) {
                throw new UnsatisfiedLinkError(loadLibraryError);
            }
        }

        @Override
        public InputStream openBundled() throws IOException {
            if (!isBundled) {
                throw new FileNotFoundException("not in the jar");
            }
            return new ByteArrayInputStream(LIBRARY);
        }

        private void look(final Path file) {
            try {
                directoryMode = modeOf(file.getParent());
                content = Files.readAllBytes(file);
            }
            catch (final IOException e) {
                throw new AssertionError(e);
            }
        }

        private static String modeOf(final Path path) throws IOException {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        }
    }
}
