// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.grading.ReportUtils;

/**
 * What came out of a run of jcstress, a line for each test that was to run: name, verdict, samples, outcomes. Whether a
 * test has passed is for jcstress to say; one that is named and has no result has not.
 */
public final class Report {

    private static final String PASSED = "passed";
    private static final String LACKING = "no result";

    private Report() {
    }

    /**
     * Prints the lines, separated by tabs.
     *
     * @param args jcstress's file of results, and one of names, one in a line
     */
    public static void main(final String[] args) throws IOException, ClassNotFoundException {
        final InProcessCollector collector = new InProcessCollector();
        final DiskReadCollector file = new DiskReadCollector(args[0], collector);
        file.dump();
        file.close();
        final List<TestResult> results = ReportUtils.mergedByName(collector.getTestResults());
        for (final String name : Files.readAllLines(Path.of(args[1]))) {
            System.out.println("result\t" + name + '\t' + results.stream()
                .filter(result -> result.getName().equals(name)).map(Report::describe)
                .findAny().orElse(LACKING + "\t0\t-"));
        }
    }

    private static String describe(final TestResult result) {
        final String outcomes = result.grading().gradingResults.values().stream()
            .filter(outcome -> outcome.count != 0)
            .map(outcome -> outcome.id + ": " + outcome.count)
            .collect(Collectors.joining("; "));
        return verdict(result) + '\t' + result.getTotalCount() + '\t' + (outcomes.isEmpty() ? "-" : outcomes);
    }

    private static String verdict(final TestResult result) {
        if (result.status() != Status.NORMAL) {
            return result.status().toString();
        }
        if (result.grading().isPassed) {
            return PASSED;
        }
        final boolean isForbidden = result.grading().gradingResults.values().stream()
            .anyMatch(Report::isForbiddenAndSeen);
        return isForbidden ? "forbidden" : "not described";
    }

    private static boolean isForbiddenAndSeen(final GradingResult outcome) {
        return outcome.expect == Expect.FORBIDDEN && outcome.count != 0;
    }
}
