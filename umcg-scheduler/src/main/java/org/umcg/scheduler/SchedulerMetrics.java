// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

/**
 * Counts of one scheduler since it was started; after close they stay what they were. The parts are read one after
 * the other, so they may be of slightly different moments.
 *
 * <p>Source: the scheduler's servers, its sentinel, and the states of its workers. What the kernel counts for the
 * whole process, other schedulers' threads included, is in {@code /proc/self/umcg}.
 *
 * @param workers           registered workers, now
 * @param running           workers that are RUNNING, now
 * @param maxRunning        the most servers that ever ran a worker at a time
 * @param blocks            times a worker blocked in the kernel, and became runnable again; those that the sentinel
 *     dealt with are not counted
 * @param preempts          times a worker stopped that could have gone on: its quantum was over, or it yielded
 * @param switches          times a worker was run, counted when it stops
 * @param rescuesReturning  times the sentinel stood in for a server stuck between kernel and Java
 * @param rescuesJava       times the sentinel stood in for a server stuck in Java
 * @param rescuesDead       times the sentinel stood in for a server that had ended without a word
 * @param reveals           times the sentinel found a worker asleep inside the JVM, unreported, while others waited
 * @param requeues          workers that the policy had lost, and the sentinel found
 * @param sentinelSlices    times the sentinel ran a worker
 * @param unmanaged         threads that could not become workers, and ran as plain threads, see
 *     {@link UmcgScheduler#workerFailure}
 * @param refused           threads that executors and factories asked for, and did not get, see
 *     {@link UmcgScheduler#threadFactory}
 */
public record SchedulerMetrics(
    long workers,
    long running,
    long maxRunning,
    long blocks,
    long preempts,
    long switches,
    long rescuesReturning,
    long rescuesJava,
    long rescuesDead,
    long reveals,
    long requeues,
    long sentinelSlices,
    long unmanaged,
    long refused) {
}
