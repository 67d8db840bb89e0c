// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

/**
 * What a user-space scheduler has seen.
 *
 * @param blockEvents times a worker blocked in the kernel and its server was told.
 * @param switches    times a server ran a worker, or a worker another one.
 * @param maxRunning  the most workers that were RUNNING at once.
 * @param rescues     times the sentinel stood in for a server.
 */
record SchedulerCounters(long blockEvents, long switches, int maxRunning, long rescues) {
}
