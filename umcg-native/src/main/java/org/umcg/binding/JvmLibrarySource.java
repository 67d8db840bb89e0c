// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.CodeSource;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** The real JVM and jar. */
final class JvmLibrarySource implements LibrarySource {

    static final String RESOURCE = "META-INF/native/linux-x86_64/libumcg.so";

    @Override
    public String property(final String name) {
        return System.getProperty(name);
    }

    @Override
    public void load(final String absolutePath) {
        System.load(absolutePath);
    }

    @Override
    public void loadLibrary(final String name) {
        System.loadLibrary(name);
    }

    /**
     * From the jar that this class is from, if that is a file: a class loader would look into all
     * modules of the JDK first, which costs ten times as much.
     */
    @Override
    public InputStream openBundled() throws IOException {
        final File jar = ownJar();
        final InputStream fromJar = jar == null ? null : openIn(jar);
        final InputStream in =
            fromJar != null ? fromJar : JvmLibrarySource.class.getResourceAsStream('/' + RESOURCE);
        if (in == null) {
            throw new FileNotFoundException("no /" + RESOURCE + " on the class path");
        }
        return in;
    }

    private static File ownJar() {
        final CodeSource source = JvmLibrarySource.class.getProtectionDomain().getCodeSource();
        final URL location = source == null ? null : source.getLocation();
        if (location == null || !"file".equals(location.getProtocol()) || !location.getPath().endsWith(".jar")) {
            return null;
        }
        try {
            return new File(location.toURI());
        }
        catch (final URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    private static InputStream openIn(final File file) throws IOException {
        try (JarFile jar = new JarFile(file)) {
            final ZipEntry entry = jar.getEntry(RESOURCE);
            return entry == null ? null : new ByteArrayInputStream(jar.getInputStream(entry).readAllBytes());
        }
    }
}
