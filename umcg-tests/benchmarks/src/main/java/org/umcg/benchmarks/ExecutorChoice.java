// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The kind of executor that a row is about. */
@State(Scope.Benchmark)
public class ExecutorChoice {

    @Param({"umcg", "umcg-jna", "platform", "virtual", "forkjoin"})
    String executor;

    final ExecutorKind kind() {
        return ExecutorKind.of(executor);
    }
}
