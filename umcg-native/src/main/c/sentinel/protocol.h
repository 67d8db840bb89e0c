/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_CONTROL_H
#define UMCG_CONTROL_H

/*
 * What the servers, the sentinel and the Java scheduler share beside the tasks.
 * SchedulerMemory.java has the same layout; layout.c compares the two.
 *
 * The tasks lie in one array: those of the servers first, then the sentinel's,
 * then those of the workers. "Task i" below is of that array.
 *
 * field              writer              mode              pairs with
 * sleeping           sentinel, servers   seq_cst           its own re-check of all
 *                                                          servers before it sleeps
 * stop               whoever stops it    seq_cst, + futex  sentinel's loop
 * tid, counters      sentinel            relaxed           readers of metrics
 * server.phase       the server          seq_cst           sentinel's lease
 * server.lease       sentinel; AWAITED:  seq_cst           server.phase: one of the
 *                    the server                            two sees the other
 * server.turns       the server          release           sentinel's look for progress
 * worker.queue       servers, sentinel   seq_cst           each other: who clears
 *                                                          QUEUED owns the worker
 * taken              the server, native  plain             its own Java side
 * used               workers, before     seq_cst, only     sentinel's loops
 *                    they register       grows
 * worker.tid,        the worker, before  release           who owns the worker
 *   state_address    it registers
 */

#include <stddef.h>
#include <stdint.h>

enum {
	/* From the call of umcg_wait() until Java has control again. */
	PHASE_WAIT	= 0,
	/* In the scheduling loop. */
	PHASE_JAVA	= 1,
	/* Not started yet, or ended: no server to stand in for. */
	PHASE_STOPPED	= 2,
};

/*
 * A worker is on a kernel list, or QUEUED, or RUNNING, or it sleeps. Between these
 * no safepoint may stop the thread that moves it, or the sentinel could not see it:
 * so lists are taken, and workers claimed, in native code.
 */
enum {
	/* On no list, to be run: whoever clears this may, and must, run it. */
	WORKER_QUEUED	= 1,
	/* The Java run queue has an entry for it, possibly an outdated one. */
	WORKER_IN_RING	= 2,
};

enum {
	LEASE_NONE	= 0,
	/* The sentinel runs workers in this server's place ... */
	LEASE_TAKEN	= 1,
	/* ... and the server is back, and to be kicked at the end. */
	LEASE_AWAITED	= 2,
};

struct control_server {
	uint32_t	phase;
	uint32_t	lease;
	uint32_t	tid;
	uint32_t	reserved;
	uint64_t	turns;
} __attribute__((aligned(64)));

struct control_worker {
	uint32_t	queue;
	uint32_t	tid;
	/* Of JavaThread::_thread_state, or 0. Mapped as long as the thread lives. */
	uint64_t	state_address;
};

struct control {
	/* A futex: 1 while the sentinel waits for a server to return. */
	uint32_t	sleeping;
	uint32_t	stop;
	uint32_t	servers;
	uint32_t	workers;
	uint32_t	tid;
	/* Workers from this number on have never been: nobody need look at them. */
	uint32_t	used;
	/* Times it stood in for a server that was stuck ... */
	uint64_t	rescues_returning;	/* ... between kernel and Java */
	uint64_t	rescues_java;		/* ... in Java */
	uint64_t	rescues_dead;		/* ... or gone */
	/* Workers it ran; those, and workers of servers, that it preempted. */
	uint64_t	slices;
	uint64_t	preempts;
	/* Blocks that critical words hid and for which it told the kernel to act. */
	uint64_t	reveals;
	/* Workers that no server took out of the run queue, though one idled. */
	uint64_t	requeues;
	/*
	 * control_server[servers], then control_worker[workers], then for each
	 * server uint32_t taken[workers]
	 */
	struct control_server server[] __attribute__((aligned(64)));
} __attribute__((aligned(64)));

static inline struct control_worker *control_workers(struct control *c)
{
	return (struct control_worker *)&c->server[c->servers];
}

static inline uint32_t control_used(struct control *c)
{
	return __atomic_load_n(&c->used, __ATOMIC_SEQ_CST);
}

/* Where a server's native code leaves the workers that it took off a list. */
static inline uint32_t *control_taken(struct control *c, uint32_t server)
{
	uint32_t *all = (uint32_t *)&control_workers(c)[c->workers];

	return all + (size_t)server * c->workers;
}

#endif /* UMCG_CONTROL_H */
