// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

/**
 * What the servers of a scheduler are made with. Immutable, as nobody changes the array.
 *
 * @param servers         how many there are
 * @param maxWorkers      the most threads at a time that they run
 * @param quantumNanos    how long a worker runs while others wait; 0: as long as it likes
 * @param holdLimitMillis how long the kernel holds workers while all servers are stuck; 0: for ever
 * @param policy          makes the policy
 * @param cpus            on which servers run; null: those of the starting thread; empty: any
 * @param criticalWord    whether the kernel sees what workers do for the JVM, where the JVM tells
 * @param sentinel        whether the sentinel watches the servers
 * @param failureHandler  is told of failures, or null
 */
record ServerSettings(
    int servers,
    int maxWorkers,
    long quantumNanos,
    int holdLimitMillis,
    SchedulingPolicy.Factory policy,
    int[] cpus,
    boolean criticalWord,
    boolean sentinel,
    FailureHandler failureHandler) {
}
