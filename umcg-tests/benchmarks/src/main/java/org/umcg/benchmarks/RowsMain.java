// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * {@code ./umcg bench java} in the virtual machine: has JMH measure each benchmark on each executor, in turns, and
 * writes a row of each. What fails has no row, and makes the exit code 1. {@code FILE.about} gets lines of what the
 * rows were measured with.
 */
public final class RowsMain {

    private static final String USAGE =
        "usage: RowsMain FILE icount|smp ROUNDS REGEX [JMH-OPTION]..., or --list REGEX; REGEX is of rows' names";

    private final String mode;
    private final int rounds;
    private final CommandLineOptions options;
    private final List<ExecutorKind> kinds;
    private final List<String> failures = new ArrayList<>();

    private RowsMain(final String mode, final int rounds, final CommandLineOptions options) {
        this.mode = mode;
        this.rounds = rounds;
        this.options = options;
        final Collection<String> chosen = options.getParameter(ExecutorKind.PARAMETER).orElse(List.of());
        final boolean inOneJvm = options.getForkCount().orElse(1) == 0
            && (chosen.isEmpty() || chosen.contains(ExecutorKind.UMCG.parameter()));
        kinds = ExecutorKind.available(inOneJvm).stream()
            .filter(kind -> chosen.isEmpty() || chosen.contains(kind.parameter()))
            .collect(Collectors.toList());
    }

    public static void main(final String[] args) throws Exception {
        if (args.length == 2 && "--list".equals(args[0])) {
            costs(Pattern.compile(args[1])).forEach(cost -> System.out.println(cost.rowName()));
            return;
        }
        if (args.length < 4) {
            System.err.println(USAGE);
            System.exit(2);
        }
        final CommandLineOptions options = new CommandLineOptions(Arrays.copyOfRange(args, 4, args.length));
        final RowsMain main = new RowsMain(args[1], Integer.parseInt(args[2]), options);
        BenchmarksMain.sayWhatIsAbsent();
        final List<Row> rows = main.measure(costs(Pattern.compile(args[3])));
        Files.write(Path.of(args[0]), rows.stream().map(Row::toTabbedLine).collect(Collectors.toList()));
        Files.write(Path.of(args[0] + ".about"), about());
        main.failures.forEach(failure -> System.err.println("no row of " + failure));
        System.exit(main.failures.isEmpty() && !rows.isEmpty() ? 0 : 1);
    }

    private static List<MeasuredCost> costs(final Pattern pattern) {
        final List<MeasuredCost> all = BenchmarkList.defaultList()
            .getAll(OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT), List.of()).stream()
            .map(MeasuredCost::new)
            .sorted(Comparator.comparing(MeasuredCost::rowName))
            .collect(Collectors.toList());
        final List<MeasuredCost> chosen = all.stream()
            .filter(cost -> pattern.matcher(cost.rowName()).find())
            .collect(Collectors.toList());
        if (chosen.isEmpty()) {
            System.err.println("no row's name matches \"" + pattern + "\": "
                + all.stream().map(MeasuredCost::rowName).collect(Collectors.joining(" ")));
            System.exit(2);
        }
        return chosen;
    }

    private List<Row> measure(final List<MeasuredCost> costs) throws IOException {
        final List<Row> rows = new ArrayList<>();
        for (final MeasuredCost cost : costs) {
            measureInTurns(cost).forEach((kind, samples) -> rows.add(row(cost, kind, samples)));
        }
        return rows;
    }

    /** Round after round, each begins with another executor. */
    private Map<ExecutorKind, Samples> measureInTurns(final MeasuredCost cost) throws IOException {
        final Map<ExecutorKind, Samples> samples = new EnumMap<>(ExecutorKind.class);
        final List<ExecutorKind> turns = cost.kinds(kinds);
        for (int round = 0; round < rounds; round++) {
            for (final ExecutorKind kind : turns) {
                final Collection<RunResult> results = run(cost, kind);
                if (!results.isEmpty()) {
                    samples.computeIfAbsent(kind, key -> new Samples()).add(results);
                }
            }
            Collections.rotate(turns, -1);
        }
        samples.forEach((kind, values) -> System.err.println(row(cost, kind, values).toTabbedLine()));
        return samples;
    }

    private Collection<RunResult> run(final MeasuredCost cost, final ExecutorKind kind)
        throws IOException {
        System.err.println("measuring " + cost.rowName() + " on " + kind.parameter());
        final Path log = Files.createTempFile("umcg-benchmarks", ".log");
        try {
            final ChainedOptionsBuilder one = new OptionsBuilder().parent(options)
                .shouldFailOnError(true).verbosity(VerboseMode.NORMAL).output(log.toString());
            return new Runner(cost.choose(one, kind).build()).run();
        }
        catch (final RunnerException e) {
            failures.add(cost.rowName() + " on " + kind.parameter() + ": " + e.getMessage());
            Files.readAllLines(log).forEach(System.err::println);
            return List.of();
        }
        finally {
            Files.delete(log);
        }
    }

    private Row row(final MeasuredCost cost, final ExecutorKind kind, final Samples samples) {
        final String timeUnit = "icount".equals(mode) ? "instructions" : "ns";
        return new Row(cost.rowName(), samples.median(), samples.isSize() ? "bytes" : timeUnit, mode, jdk(),
            kind.executor(), cost.binding(kind));
    }

    private static List<String> about() {
        return List.of(
            "kernel\t" + System.getProperty("os.name") + " " + System.getProperty("os.version"),
            "JDK\t" + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + ", "
                + System.getProperty("java.vm.vendor"));
    }

    /** All parts of the version, 25.0.1 for example. */
    private static String jdk() {
        return Runtime.version().version().stream().map(String::valueOf).collect(Collectors.joining("."));
    }
}
