// SPDX-License-Identifier: Apache-2.0

/**
 * The demo workload: one HTTP server whose handlers block the way real handlers do, run unchanged on four executors.
 *
 * <p>{@link org.umcg.demo.DemoServer} is the server, {@link org.umcg.demo.Workload} what one request does, and
 * {@link org.umcg.demo.DemoExecutor} what an executor must offer to take part.
 */
package org.umcg.demo;
