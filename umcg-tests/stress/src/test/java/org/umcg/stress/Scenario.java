// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

/** What the workers do, and what is done to them. */
@FunctionalInterface
interface Scenario {

    /**
     * Called once by a plain thread, before the workers start.
     *
     * @param run what it starts must end when this is over
     * @throws Exception if it cannot be run
     */
    default void begin(final StressRun run) throws Exception {
    }

    /**
     * One step, short beside the run. Workers call it until the run is over.
     *
     * @param worker from 0 on
     * @param run    what they share
     * @throws Throwable a failure of the run
     */
    void step(int worker, StressRun run) throws Throwable;

    /**
     * The same steps, while a plain thread lets the collector run.
     *
     * @param pauseMillis between two collections
     * @return a scenario that begins with that
     */
    default Scenario duringCollections(final long pauseMillis) {
        final Scenario steps = this;
        return new Scenario() {
            @Override
            public void begin(final StressRun run) throws Exception {
                run.collect(pauseMillis);
                steps.begin(run);
            }

            @Override
            public void step(final int worker, final StressRun run) throws Throwable {
                steps.step(worker, run);
            }
        };
    }
}
