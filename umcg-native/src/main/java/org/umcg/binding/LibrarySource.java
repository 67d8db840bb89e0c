// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.io.IOException;
import java.io.InputStream;

/** What {@link NativeLibrary} asks of the JVM and of the jar; tests put their own in place. */
interface LibrarySource {

    /** {@link System#getProperty(String)}. */
    String property(String name);

    /** {@link System#load(String)}. */
    void load(String absolutePath);

    /** {@link System#loadLibrary(String)}. */
    void loadLibrary(String name);

    /** Opens the library in the jar; never null. */
    InputStream openBundled() throws IOException;
}
