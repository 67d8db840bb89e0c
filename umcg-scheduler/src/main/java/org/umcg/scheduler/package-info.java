// SPDX-License-Identifier: Apache-2.0

/**
 * Servers, one per CPU, that decide in Java which of many workers runs. A worker is an ordinary
 * platform thread; when it blocks, in any system call, its server runs another one.
 *
 * <p>{@link org.umcg.scheduler.UmcgScheduler} is the way in. A task takes this path:
 * {@code submit} → a worker of the pool wakes and is held by the kernel → {@code ServerLoop} finds it
 * on a list, puts it into {@code NumberQueue}, and runs it by umcg_wait.
 *
 * <p>Each line knows those below it, and none above; a test looks for circles:
 * <pre>
 *  UmcgScheduler with its Builder                       what programs use
 *  Shutdown, ServerThreads, WorkerPool, WorkerFactory   begin and end: executors, servers, workers
 *  ServerLoop               WorkerThread, Worker        what a server does, what a worker is
 *  ServerGroup                                          what servers and workers share
 *  RunQueue, IdleServers, ServerCounters, WorkerSlots,  its parts
 *    ServerCpus, Failures, Refusals
 *  SchedulingPolicy, Policies, FailureHandler           what programs write or choose
 * </pre>
 *
 * <p>What a server executes keeps rules, for a worker that it is about to run may own anything: no
 * allocation, no lock, no unpark or interrupt of a worker, no logging, no class that is not
 * initialised yet.
 */
package org.umcg.scheduler;
