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
 * that takes a lock, and touches no memory but its own and what control.h names.
 */
#include "backlog.h"

#include <linux/umcg.h>
#include <pthread.h>
#include <stdbool.h>

#define USEC		1000ULL
#define MSEC		1000000ULL

#define MAX_SERVERS	64

/* What is known of a server. */
struct seen {
	uint32_t	phase;
	uint64_t	turns;
	uint64_t	moved;	/* when it did last */
	uint64_t	well;	/* when it last had, or waited */
};

struct sentinel {
	struct control		*control;
	struct umcg_task	*tasks;
	struct umcg_task	*self;
	struct seen		seen[MAX_SERVERS];
	struct backlog		backlog;
	uint64_t		lateness;	/* of its naps, in nanoseconds */
	pthread_t		thread;
	int			started;	/* futex: 0, 1, or -errno */
};

/* CLOCK_MONOTONIC, in nanoseconds */
uint64_t now(void);

static inline uint32_t state_of(struct umcg_task *task)
{
	return __atomic_load_n(&task->state, __ATOMIC_SEQ_CST) &
	       UMCG_TASK_STATE_MASK;
}

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

/* Since it was last looked at? */
bool has_moved(struct sentinel *s, uint32_t server);

/* stand_in.c: is there a worker that waits to be run? Takes none. */
bool has_work(struct sentinel *s);

/* Run workers in a server's place until it moves or there is nothing left to run. */
void stand_in(struct sentinel *s, uint32_t server, uint64_t *reason);

/* Tell of the workers of a waiting server that sleep without the kernel saying so. */
void reveal(struct sentinel *s, uint32_t server);

/* Preempt them; @anyway: in critical sections, too, from now on. */
void preempt(struct sentinel *s, uint32_t server, bool anyway);

/* Hand what waits in the Java run queue to a server as if it had just become runnable. */
void requeue(struct sentinel *s, uint32_t server);

#endif /* UMCG_SENTINEL_H */
