// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.Main;

/**
 * {@code java -jar benchmarks.jar}: JMH as its users know it, with all its options, but for the executors that this
 * JVM or this kernel has not. They are left out unless the command line names executors, and each is said once.
 */
public final class BenchmarksMain {

    private BenchmarksMain() {
    }

    public static void main(final String[] args) throws Exception {
        Main.main(withExecutors(args).toArray(new String[0]));
    }

    /** The same words, and the executors that are there. */
    static List<String> withExecutors(final String[] args) {
        final List<String> words = new ArrayList<>(List.of(args));
        final String prefix = ExecutorKind.PARAMETER + "=";
        final boolean inOneJvm = String.join(" ", args).matches("(.* )?-f ?0( .*)?");
        if (words.stream().noneMatch(word -> word.startsWith(prefix) || word.startsWith("-p" + prefix))) {
            sayWhatIsAbsent();
            words.addAll(List.of("-p", prefix + ExecutorKind.available(inOneJvm).stream()
                .map(ExecutorKind::parameter).collect(Collectors.joining(","))));
            if (inOneJvm) {
                System.err.println("no rows of JNA: without forks there is one binding");
                words.addAll(List.of("-p", RawWorkers.PARAMETER + "=" + ExecutorKind.UMCG.binding()));
            }
        }
        if (ExecutorKind.UMCG.absence().isPresent()) {
            words.addAll(List.of("-e", SwitchBenchmark.class.getSimpleName() + ".raw"));
        }
        if (!MachineCounts.hasBusyTime()) {
            System.err.println("no rows of block.sleep: the kernel was built without CONFIG_SCHEDSTATS");
            words.addAll(List.of("-e", BlockBenchmark.class.getSimpleName() + ".sleep"));
        }
        return words;
    }

    static void sayWhatIsAbsent() {
        Stream.of(ExecutorKind.values()).forEach(kind -> kind.absence().ifPresent(
            why -> System.err.println("no rows of " + kind.parameter() + ": " + why)));
    }
}
