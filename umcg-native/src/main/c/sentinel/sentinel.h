/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_SENTINEL_H
#define UMCG_SENTINEL_H

/*
 * The sentinel: a thread that is unknown to the JVM and stands in for a server
 * that makes no progress while workers wait to be run.
 *
 * A Java server stops at safepoints, for handshakes, debuggers and profilers, and
 * those may be waiting for a worker that only this server would run. The sentinel
 * runs the workers, in short slices, until the server is back.
 *
 * So that it can depend on nothing that a worker may hold, it blocks all signals,
 * and after its start it allocates nothing, calls no function of the C library
 * that takes a lock, and touches no memory but its own and what protocol.h names.
 */
#include "sentinel/backlog.h"
#include "sentinel/protocol.h"
#include "sentinel/task_state.h"

#include <pthread.h>

#define USEC		1000ULL
#define MSEC		1000000ULL

#define MAX_SERVERS	64

/* What is known of a server. */
struct seen {
	uint32_t	phase;
	uint64_t	turns;
	uint64_t	moved;	/* when it did last */
	uint64_t	well;	/* when it last had, or waited */
	bool		is_stuck;
	uint64_t	stuck_from, stuck_until;	/* when it was, last */
	int		file;	/* see is_asleep(); 0: not opened yet */
};

struct sentinel {
	struct control		*control;
	struct umcg_task	*tasks;
	struct umcg_task	*self;
	struct seen		seen[MAX_SERVERS];
	struct backlog		backlog;
	uint64_t		lateness;	/* of its naps, in nanoseconds */
	uint64_t		pace;		/* how long a usual nap is */
	uint64_t		looks;
	uint64_t		paced, paced_cpu; /* when, and at what CPU time, that was set */
	pthread_t		thread;
	uint32_t		hold_limit_ms;	/* that it registers with */
	int			started;	/* futex: 0, 1, or -errno */
};

/* How long the sentinel sleeps when it will act soon, in nanoseconds */
#define SHORT_NAP	(50 * USEC)

/* CLOCK_MONOTONIC, in nanoseconds */
uint64_t now(void);

/* Sleep for @ns, and learn how late that ends, as a moving average. */
void nap(struct sentinel *s, uint64_t ns);

static inline struct umcg_task *worker_tasks(struct sentinel *s)
{
	return s->self + 1;
}

static inline bool stopping(struct sentinel *s)
{
	return __atomic_load_n(&s->control->stop, __ATOMIC_SEQ_CST);
}

static inline void add_one(uint64_t *counter)
{
	__atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
}

/* Asleep in umcg_wait(), or certain to look again before it sleeps. */
bool is_waiting(struct sentinel *s, uint32_t server);

/* Is that so of each server? */
bool all_servers(struct sentinel *s,
		 bool (*are)(struct sentinel *s, uint32_t server));

/* Since it was last looked at? */
bool has_moved(struct sentinel *s, uint32_t server);

/* Did that worker block while a server was stuck, at the last safepoint say? */
bool may_leave_barrier(struct sentinel *s, uint32_t worker);

/* For so long that now all may be run, not only those for whom a safepoint waits? */
bool is_stuck_long(struct sentinel *s, uint32_t server);

/* stand_in.c: is there a worker that waits to be run? Takes none. */
bool has_work(struct sentinel *s);

/* Is there one that is unsafe, see jvm_thread_state.h? */
bool has_unsafe_work(struct sentinel *s);

/* Run workers in a server's place until it moves or there is nobody left who may run. */
void stand_in(struct sentinel *s, uint32_t server, uint64_t *reason);

/* Tell of the workers of a waiting server that sleep without the kernel saying so. */
void reveal(struct sentinel *s, uint32_t server);

/*
 * Preempt the worker that a waiting server runs. It may have spun for a lock of the
 * VM's, and the policy may not pick the owner: so those inside the VM have a turn.
 */
void relieve(struct sentinel *s, uint32_t server);

/*
 * Hand what waits in the Java run queue to a server as if it had just become runnable.
 * Does nothing while some server may be in the policy.
 */
void requeue(struct sentinel *s, uint32_t server);

#endif /* UMCG_SENTINEL_H */
