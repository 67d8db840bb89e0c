// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The real JVM and jar. */
final class JvmLibrarySource implements LibrarySource {

    static final String RESOURCE = "/META-INF/native/linux-x86_64/libumcg.so";

    @Override
    public void load(final String absolutePath) {
        System.load(absolutePath);
    }

    @Override
    public void loadLibrary(final String name) {
        System.loadLibrary(name);
    }

    @Override
    public InputStream openBundled() throws IOException {
        final InputStream in = JvmLibrarySource.class.getResourceAsStream(RESOURCE);
        if (in == null) {
            throw new FileNotFoundException("no " + RESOURCE + " on the class path");
        }
        return in;
    }
}
