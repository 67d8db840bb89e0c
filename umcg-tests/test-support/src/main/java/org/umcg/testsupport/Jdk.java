// SPDX-License-Identifier: Apache-2.0

package org.umcg.testsupport;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JDK of this machine. */
public final class Jdk {

    private static final Path DEBIANS_FOLDER = Path.of("/usr/lib/jvm");
    private static final int LEAST_VERSION = 17;

    private final Path home;
    private final int version;

    private Jdk(final Path home) throws IOException {
        this.home = home;
        version = versionOf(home);
    }

    /** The one that runs this, and what else is there from JDK 17 on, oldest first. */
    public static List<Jdk> all() throws IOException {
        final List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home")).toRealPath()));
        if (Files.isDirectory(DEBIANS_FOLDER)) {
            try (Stream<Path> folders = Files.list(DEBIANS_FOLDER)) {
                folders.filter(folder -> !Files.isSymbolicLink(folder)).forEach(homes::add);
            }
        }
        final List<Jdk> found = new ArrayList<>();
        for (final Path home : homes.stream().distinct().collect(Collectors.toList())) {
            if (Files.isExecutable(home.resolve("bin/javac")) && versionOf(home) >= LEAST_VERSION) {
                found.add(new Jdk(home));
            }
        }
        found.sort(Comparator.comparingInt(Jdk::version));
        return found;
    }

    public static List<Jdk> from(final int leastVersion) throws IOException {
        return all().stream().filter(jdk -> jdk.version >= leastVersion).collect(Collectors.toList());
    }

    public int version() {
        return version;
    }

    public String tool(final String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    @Override
    public String toString() {
        return "JDK " + version + " in " + home;
    }

    /** The file "release" has lines like those of a properties file; values are quoted. */
    private static int versionOf(final Path home) throws IOException {
        final Path release = home.resolve("release");
        final Properties properties = new Properties();
        if (Files.isReadable(release)) {
            try (Reader reader = Files.newBufferedReader(release)) {
                properties.load(reader);
            }
        }
        final String version = properties.getProperty("JAVA_VERSION", "0").replace("\"", "");
        return Integer.parseInt(version.split("[^0-9]", 2)[0]);
    }
}
