// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Two files that are pipes, one for each direction. Opened to read and to write, which blocks for no other end. */
@State(Scope.Benchmark)
public class NamedPipes {

    private Path folder;
    private final List<Closeable> files = new ArrayList<>();
    private Channel first;
    private Channel second;

    /** Makes and opens them. */
    @Setup
    public void open() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("umcg-benchmarks");
        final Path there = makePipe("there");
        final Path back = makePipe("back");
        first = channel(there, back);
        second = channel(back, there);
    }

    /** Closes and removes them. */
    @TearDown
    public void close() throws IOException {
        for (final Closeable file : files) {
            file.close();
        }
        Files.delete(folder.resolve("there"));
        Files.delete(folder.resolve("back"));
        Files.delete(folder);
    }

    Channel first() {
        return first;
    }

    /** To be called by a thread of its own. */
    void answer(final int roundTrips) {
        try {
            second.answer(roundTrips);
        }
        catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Channel channel(final Path output, final Path input) throws IOException {
        return new StreamChannel(
            new FileOutputStream(open(output).getFD()), new FileInputStream(open(input).getFD()));
    }

    private RandomAccessFile open(final Path path) throws IOException {
        final RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        files.add(file);
        return file;
    }

    private Path makePipe(final String name) throws IOException, InterruptedException {
        final Path path = folder.resolve(name);
        if (new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor() != 0) {
            throw new IOException("mkfifo has failed: " + path);
        }
        return path;
    }
}
