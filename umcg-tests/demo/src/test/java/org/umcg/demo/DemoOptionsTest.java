// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {
    @Test
    void shouldUseDefaultsWhenOnlyTheExecutorIsGiven() {
        assertThat(DemoOptions.parse("--executor", "umcg"))
            .isEqualTo(new DemoOptions(ExecutorKind.UMCG, 2, 64, 0, Duration.ofMillis(10)));
    }

    @Test
    void shouldTakeEveryOptionWhenGiven() {
        assertThat(DemoOptions.parse("--back-end-ms", "0", "--port", "8080", "--workers", "8", "--servers", "1",
            "--executor", "virtual"))
            .isEqualTo(new DemoOptions(ExecutorKind.VIRTUAL, 1, 8, 8080, Duration.ZERO));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "--threads 4;                    unknown option --threads",
        "--servers 2;                    --executor is missing",
        "--executor;                     --executor needs a value",
        "--executor fibers;              --executor must be one of umcg|fixed|cached|virtual, not fibers",
        "--executor umcg --servers 0;    --servers must be a number from 1 to 64, not 0",
        "--executor umcg --workers many; --workers must be a number from 1 to 1024, not many",
        "--executor umcg --port 65536;   --port must be a number from 0 to 65535, not 65536",
    })
    void shouldSayWhatIsWrongInOneLineWhenAnArgumentIsWrong(final String args, final String message) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> DemoOptions.parse(args.split(" ")))
            .withMessageStartingWith(message)
            .extracting(Throwable::getMessage).asString().doesNotContain("\n");
    }
}
