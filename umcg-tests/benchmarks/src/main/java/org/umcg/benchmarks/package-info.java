// SPDX-License-Identifier: Apache-2.0

/**
 * What hand-offs, blocks, executors and starts cost on workers and on their peers: benchmarks of JMH, and the report
 * that compares them. {@code docs/60-performance.md} explains each row.
 *
 * <p>A class {@code GroupBenchmark} with a method {@code someCost} makes the rows {@code group.some_cost}. What is
 * measured runs in tasks of the executor that the row names; JMH's own threads are plain ones, and only wait.
 */
package org.umcg.benchmarks;
