// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Small files that requests read, with contents that a client can compute for itself.
 *
 * <p>Byte {@code i} of document {@code d} is {@code 'a' + i * (d + 1) % 26}.
 */
final class Documents {
    static final int COUNT = 16;
    static final int LENGTH = 1024;

    private static final int ALPHABET = 26;
    private static final int HASH_FACTOR = 31;
    private static final int HASH_MODULUS = 1_000_003;

    private final Path[] paths = new Path[COUNT];

    /**
     * Writes the documents.
     *
     * @param directory existing folder that receives them.
     * @throws IOException if one cannot be written.
     */
    Documents(final Path directory) throws IOException {
        for (int i = 0; i < COUNT; i++) {
            paths[i] = Files.write(directory.resolve("document-" + i + ".txt"), contentOf(i));
        }
    }

    /**
     * Reads an item's document from the file system.
     *
     * @param itemId whose.
     * @return the whole file.
     * @throws IOException if it cannot be read.
     */
    byte[] read(final int itemId) throws IOException {
        return Files.readAllBytes(paths[itemId % COUNT]);
    }

    /**
     * A hash that is cheap in any language, and the CPU that a request burns.
     *
     * @param content to be hashed.
     * @return h after {@code h = (31 * h + byte) mod 1000003} for each byte.
     */
    static int hash(final byte[] content) {
        int hash = 0;
        for (final byte b : content) {
            hash = (HASH_FACTOR * hash + b) % HASH_MODULUS;
        }
        return hash;
    }

    private static byte[] contentOf(final int index) {
        final byte[] content = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            content[i] = (byte)('a' + i * (index + 1) % ALPHABET);
        }
        return content;
    }
}
