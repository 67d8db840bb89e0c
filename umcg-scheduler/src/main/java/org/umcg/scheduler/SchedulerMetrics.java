// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

/**
 * Counts since the process's first UMCG thread registered (kernel), and since the scheduler started
 * (sentinel). The parts are read one after the other, so they may be of slightly different moments.
 *
 * <p>Source of the kernel's part: {@code /proc/self/umcg}, which covers all schedulers of the process.
 *
 * @param workers           registered workers
 * @param running           workers that are RUNNING now, as the kernel counts them
 * @param maxRunning        the most workers that ever were RUNNING at a time, as the kernel counts them
 * @param blocks            times a worker blocked in the kernel and its server heard of it
 * @param unblocks          times a worker became runnable again after that
 * @param preempts          times a worker was preempted
 * @param switches          times a worker was run
 * @param rescuesReturning  times the sentinel stood in for a server stuck between kernel and Java
 * @param rescuesJava       times the sentinel stood in for a server stuck in Java
 * @param rescuesDead       times the sentinel stood in for a server that had ended without a word
 * @param reveals           times the sentinel found a worker asleep inside the JVM, unreported, while others waited
 * @param requeues          workers that the policy had lost, and the sentinel found
 * @param sentinelSlices    times the sentinel ran a worker
 */
public record SchedulerMetrics(
    long workers,
    long running,
    long maxRunning,
    long blocks,
    long unblocks,
    long preempts,
    long switches,
    long rescuesReturning,
    long rescuesJava,
    long rescuesDead,
    long reveals,
    long requeues,
    long sentinelSlices) {
}
