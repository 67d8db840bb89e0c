// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Finds and loads {@code libumcg.so}: from {@value #PATH_PROPERTY} if that is set, and from nowhere
 * else then; else from {@code java.library.path}; else the one in the jar, which is put into a
 * private directory for the moment of loading.
 *
 * <p>This runs when a program starts, in a JVM that has loaded little yet: no lambdas, no random numbers
 * and no EnumSet, each of which costs as much as all the rest.
 *
 * <p>Confined to one thread, except {@link #ensureLoaded()}.
 */
final class NativeLibrary {

    static final String PATH_PROPERTY = "org.umcg.native.path";
    static final String WORKDIR_PROPERTY = "org.umcg.native.workdir";
    static final String TMPDIR_PROPERTY = "java.io.tmpdir";

    private static final String NAME = "umcg";
    private static final String FILE_NAME = "libumcg.so";
    /** Of the directory; another one that picks the same name at the same nanosecond does so once. */
    private static final int MOST_NAMES = 100;

    /** Written under the class's lock. */
    private static volatile boolean isLoaded;

    private final LibrarySource source;
    private final StringBuilder failures = new StringBuilder();

    NativeLibrary(final LibrarySource source) {
        this.source = source;
    }

    /**
     * Loads the library unless that was done, for this class's loader. Safe for any thread.
     *
     * @throws UnsatisfiedLinkError   with every path that was tried and what was wrong there
     * @throws IllegalCallerException if this JVM gives the library's module no native access
     */
    static synchronized void ensureLoaded() {
        if (!isLoaded) {
            new NativeLibrary(new JvmLibrarySource()).load();
            MemoryAccess.give();
            isLoaded = true;
        }
    }

    static boolean isLoaded() {
        return isLoaded;
    }

    void load() {
        final String path = source.property(PATH_PROPERTY);
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
        final String workdir = source.property(WORKDIR_PROPERTY);
        final Path parent = Path.of(workdir != null ? workdir : source.property(TMPDIR_PROPERTY)).toAbsolutePath();
        final String where = workdir != null ? WORKDIR_PROPERTY : TMPDIR_PROPERTY;
        try {
            loadThrough(createDirectory(parent));
            return true;
        }
        catch (final IOException | UnsatisfiedLinkError e) {
            return failed("the jar through " + where, parent.toString(), e);
        }
    }

    /**
     * A directory that nobody else can enter. mkdir follows no link and takes over nothing that is there,
     * so the name need not be a secret.
     */
    private static Path createDirectory(final Path parent) throws IOException {
        final FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(Set.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
        for (int tried = 1; ; tried++) {
            try {
                return Files.createDirectory(
                    parent.resolve("umcg-".concat(Long.toHexString(System.nanoTime()))), ownerOnly);
            }
            catch (final FileAlreadyExistsException e) {
                if (tried == MOST_NAMES) {
                    throw e;
                }
            }
        }
    }

    private void loadThrough(final Path directory) throws IOException {
        try {
            final Path file = directory.resolve(FILE_NAME);
            try {
                copyTo(file);
                source.load(file.toString());
            }
            finally {
                Files.deleteIfExists(file);
            }
        }
        finally {
            Files.deleteIfExists(directory);
        }
    }

    /** The file must be new. */
    private void copyTo(final Path file) throws IOException {
        try (InputStream in = source.openBundled()) {
            Files.copy(in, file);
        }
    }

    private boolean failed(final String where, final String path, final Throwable cause) {
        failures.append("\n  ").append(path).append(" (from ").append(where).append("): ").append(cause);
        return false;
    }
}
