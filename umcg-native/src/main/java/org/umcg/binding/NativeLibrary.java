// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Finds and loads {@code libumcg.so}: from {@value #PATH_PROPERTY} if that is set, and from nowhere
 * else then; else from {@code java.library.path}; else the one in the jar, which is put into a
 * private directory for the moment of loading.
 *
 * <p>Confined to one thread, except {@link #ensureLoaded()}.
 */
final class NativeLibrary {

    static final String PATH_PROPERTY = "org.umcg.native.path";
    static final String WORKDIR_PROPERTY = "org.umcg.native.workdir";
    static final String TMPDIR_PROPERTY = "java.io.tmpdir";

    private static final String NAME = "umcg";
    private static final String FILE_NAME = "libumcg.so";
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static boolean isLoaded;

    private final UnaryOperator<String> properties;
    private final LibrarySource source;
    private final StringBuilder failures = new StringBuilder();

    NativeLibrary(final UnaryOperator<String> properties, final LibrarySource source) {
        this.properties = properties;
        this.source = source;
    }

    /**
     * Loads the library unless that was done, for this class's loader. Safe for any thread.
     *
     * @throws UnsatisfiedLinkError with every path that was tried and what was wrong there
     */
    static synchronized void ensureLoaded() {
        if (!isLoaded) {
            new NativeLibrary(System::getProperty, new JvmLibrarySource()).load();
            isLoaded = true;
        }
    }

    void load() {
        final String path = properties.apply(PATH_PROPERTY);
        final boolean loaded = path != null ? loadFrom(Path.of(path)) : loadByName() || loadBundled();
        if (!loaded) {
            throw new UnsatisfiedLinkError(FILE_NAME + " could not be loaded. Tried:" + failures
                + "\nName the file or its directory by -D" + PATH_PROPERTY
                + ", or a directory that allows execution by -D" + WORKDIR_PROPERTY + '.');
        }
    }

    private boolean loadFrom(final Path path) {
        final Path file = (Files.isDirectory(path) ? path.resolve(FILE_NAME) : path).toAbsolutePath();
        try {
            source.load(file.toString());
            return true;
        }
        catch (final UnsatisfiedLinkError e) {
            return failed(PATH_PROPERTY, file.toString(), e);
        }
    }

    private boolean loadByName() {
        try {
            source.loadLibrary(NAME);
            return true;
        }
        catch (final UnsatisfiedLinkError e) {
            return failed("java.library.path", FILE_NAME, e);
        }
    }

    private boolean loadBundled() {
        final String workdir = properties.apply(WORKDIR_PROPERTY);
        final Path parent = Path.of(workdir != null ? workdir : properties.apply(TMPDIR_PROPERTY));
        final String where = workdir != null ? WORKDIR_PROPERTY : TMPDIR_PROPERTY;
        try {
            return loadThrough(Files.createTempDirectory(parent.toAbsolutePath(), "umcg-", OWNER_ONLY));
        }
        catch (final IOException | UnsatisfiedLinkError e) {
            return failed("the jar through " + where, parent.toAbsolutePath().toString(), e);
        }
    }

    private boolean loadThrough(final Path directory) throws IOException {
        try {
            final Path file = Files.createTempFile(directory, "libumcg-", ".so", OWNER_ONLY);
            try {
                copyTo(file);
                source.load(file.toString());
                return true;
            }
            finally {
                Files.delete(file);
            }
        }
        finally {
            Files.delete(directory);
        }
    }

    private void copyTo(final Path file) throws IOException {
        try (InputStream in = source.openBundled(); OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        }
    }

    private boolean failed(final String where, final String path, final Throwable cause) {
        failures.append("\n  ").append(path).append(" (from ").append(where).append("): ").append(cause);
        return false;
    }
}
