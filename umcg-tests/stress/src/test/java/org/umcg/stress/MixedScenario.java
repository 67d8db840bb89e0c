// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

/** Each worker has another scenario's steps, and all the disturbers are at work. */
final class MixedScenario implements Scenario {

    private final Scenario[] parts = {
        GcScenarios.storm(), LockScenarios.monitors(), GcScenarios.malloc(), ClassScenarios.loading(),
        ThreadScenarios.stackTraces(), ExceptionScenarios.implicit(), LockScenarios.convoy(),
        ClassScenarios.tables(),
    };

    @Override
    public void begin(final StressRun run) throws Exception {
        for (final Scenario part : parts) {
            part.begin(run);
        }
    }

    @Override
    public void step(final int worker, final StressRun run) throws Throwable {
        parts[worker % parts.length].step(worker / parts.length * 2, run);
    }
}
