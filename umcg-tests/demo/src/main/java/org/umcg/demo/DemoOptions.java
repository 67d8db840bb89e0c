// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The command line of {@link DemoServer}.
 *
 * @param executor what runs the handlers.
 * @param servers  threads that may run at once, see {@link DemoExecutors#open}.
 * @param workers  requests that may be in progress at once.
 * @param port     TCP port on the loopback interface, 0 for any free one.
 * @param backEnd  how long each request waits for its stand-in for a remote service.
 */
record DemoOptions(ExecutorKind executor, int servers, int workers, int port, Duration backEnd) {
    static final String USAGE = "usage: umcg-demo --executor " + executorNames() +
        " [--servers 2] [--workers 64] [--port 0] [--back-end-ms 10]";

    private static final int MAX_SERVERS = 64;
    private static final int MAX_WORKERS = 1024;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_BACK_END_MS = 10_000;

    /**
     * Reads a command line of {@code --name value} pairs.
     *
     * @param args as given to {@code main}.
     * @return the options, each in range.
     * @throws IllegalArgumentException with one line for the user.
     */
    static DemoOptions parse(final String... args) {
        ExecutorKind executor = null;
        int servers = 2;
        int workers = 64;
        int port = 0;
        int backEndMs = 10;

        for (int i = 0; i < args.length; i += 2) {
            final String name = args[i];
            switch (name) {
                case "--executor" -> executor = executor(valueOf(args, i));
                case "--servers" -> servers = number(name, valueOf(args, i), 1, MAX_SERVERS);
                case "--workers" -> workers = number(name, valueOf(args, i), 1, MAX_WORKERS);
                case "--port" -> port = number(name, valueOf(args, i), 0, MAX_PORT);
                case "--back-end-ms" -> backEndMs = number(name, valueOf(args, i), 0, MAX_BACK_END_MS);
                default -> throw new IllegalArgumentException("unknown option " + name + "; " + USAGE);
            }
        }

        if (executor == null) {
            throw new IllegalArgumentException("--executor is missing; " + USAGE);
        }

        return new DemoOptions(executor, servers, workers, port, Duration.ofMillis(backEndMs));
    }

    private static String valueOf(final String[] args, final int index) {
        if (index + 1 == args.length) {
            throw new IllegalArgumentException(args[index] + " needs a value");
        }
        return args[index + 1];
    }

    private static ExecutorKind executor(final String value) {
        return ExecutorKind.ofOptionName(value).orElseThrow(() -> new IllegalArgumentException(
            "--executor must be one of " + executorNames() + ", not " + value));
    }

    private static int number(final String name, final String value, final int min, final int max) {
        try {
            final int number = Integer.parseInt(value);
            if (min <= number && number <= max) {
                return number;
            }
        }
        catch (final NumberFormatException ignore) {
            // said below, as for a number out of range
        }
        throw new IllegalArgumentException(name + " must be a number from " + min + " to " + max + ", not " + value);
    }

    private static String executorNames() {
        return Arrays.stream(ExecutorKind.values()).map(ExecutorKind::optionName).collect(Collectors.joining("|"));
    }
}
