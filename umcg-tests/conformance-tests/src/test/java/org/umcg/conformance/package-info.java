// SPDX-License-Identifier: Apache-2.0

/**
 * What {@code java.util.concurrent} and {@link java.lang.Thread} promise, kept by workers. Each test's body is a task
 * of a {@link org.umcg.scheduler.UmcgScheduler}'s executor, and the threads that it starts come from that scheduler's
 * factory; {@link ConformanceTest} sees to both. A test's name says which promise of a contract's Javadoc it is for.
 *
 * <p>The same bodies run on plain threads, {@code -Dumcg.conformance.threads=plain}: a test that fails there expects
 * what the JDK does not promise. {@code mvn verify} does that; {@code ./umcg test} runs the suite on workers.
 *
 * <p>Conventions: a body never spins, and waits by {@link ConformanceTest#eventually}, since without a quantum one
 * server runs a worker for as long as that does not block. No wait has an upper bound but
 * {@link ConformanceTest#PATIENCE_SECONDS}. A class {@code XxxContract} is for all implementations of Xxx, each of
 * which has a class that extends it.
 */
package org.umcg.conformance;
