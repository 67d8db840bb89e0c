// SPDX-License-Identifier: Apache-2.0

package org.umcg.demo;

/**
 * What a user-space scheduler has seen.
 *
 * @param blockEvents times a worker blocked in the kernel and its server was told.
 * @param runs        times a server, or the sentinel, ran a worker.
 * @param maxRunning  the most workers that were RUNNING at once.
 * @param rescues     times the sentinel stood in for a server.
 */
record SchedulerCounters(long blockEvents, long runs, int maxRunning, long rescues) {
}
