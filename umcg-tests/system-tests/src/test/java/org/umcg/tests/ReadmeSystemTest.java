// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.umcg.scheduler.UmcgScheduler;
import org.umcg.testsupport.Child;
import org.umcg.testsupport.TestJvm;

/** What readers try first, and what they copy. */
class ReadmeSystemTest {

    private static final int WORKERS = 16;
    private static final int TASKS = 1000;

    @TempDir
    Path folder;

    @Test
    void shouldRunAllTasksWhenReadersRunExample() throws Exception {
        final MarkdownCode example = MarkdownCode.inReadme("Example");
        final Path tools = Path.of(System.getProperty("java.home"), "bin");
        final String classPath = TestJvm.libraryClassPath();
        example.compileIn(folder);

        final Child program = Child.run(tools.resolve("java").toString(), "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1", "-cp", classPath + File.pathSeparator + folder, example.className());
        assertThat(program.output()).isEqualTo("1000 tasks done\n");
        assertThat(program.exitCode()).isZero();
    }

    /** Of its policy there is more in DocumentationTest. */
    @Test
    void shouldRunAllTasksByPolicyThatReadersCopy() throws Exception {
        MarkdownCode.inReadme("TakeTurns").compileIn(folder);
        final AtomicInteger done = new AtomicInteger();
        try (PolicyClass policyClass = new PolicyClass(folder, "TakeTurns");
             UmcgScheduler scheduler = UmcgScheduler.builder().servers(2).workers(WORKERS)
                 .quantum(Duration.ofMillis(10)).policy(policyClass).start()) {
            final ExecutorService executor = scheduler.newExecutor();
            for (int i = 0; i < TASKS; i++) {
                executor.submit(() -> {
                    Thread.sleep(1);
                    return done.incrementAndGet();
                });
            }
            executor.shutdown();

            assertThat(executor.awaitTermination(100, TimeUnit.SECONDS)).isTrue();
            assertThat(done).hasValue(TASKS);
            assertThat(scheduler.policyFailure()).isNull();
            assertThat(scheduler.metrics().runs()).isGreaterThan(TASKS);
            assertThat(scheduler.metrics().requeues()).isZero();
        }
    }
}
