/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_SERVERS_H
#define UMCG_SERVERS_H

/* What the sentinel knows of the servers, and of the time. Used by the sentinel alone. */
#include "sentinel/protocol.h"
#include "sentinel/task_state.h"

#define USEC		1000ULL
#define MSEC		1000000ULL

#define MAX_SERVERS	64

/* How long the sentinel sleeps when it will act soon, in nanoseconds */
#define SHORT_NAP	(50 * USEC)

/* What is known of a server. */
struct seen {
	uint32_t	phase;
	uint64_t	turns;
	uint32_t	kernel_turns;	/* that the kernel still had to take */
	uint64_t	moved;	/* when it did last */
	uint64_t	well;	/* when it last had, or waited */
	bool		is_stuck;
	uint64_t	stuck_from, stuck_until;	/* when it was, last */
	int		file;	/* see is_asleep(); 0: not opened yet */
};

struct servers {
	struct control		*control;
	struct umcg_task	*tasks;		/* theirs, then the sentinel's, ... */
	struct seen		seen[MAX_SERVERS];
	uint64_t		lateness;	/* of naps, in nanoseconds */
};

/* CLOCK_MONOTONIC, in nanoseconds */
uint64_t now(void);

/* Sleep for @ns, and learn how late that ends, as a moving average. */
void nap(struct servers *s, uint64_t ns);

static inline struct umcg_task *worker_tasks(struct servers *s)
{
	return &s->tasks[s->control->servers + 1];
}

static inline bool stopping(struct servers *s)
{
	return __atomic_load_n(&s->control->stop, __ATOMIC_SEQ_CST);
}

static inline void count(struct servers *s, enum counter counter)
{
	__atomic_add_fetch(&s->control->counters[counter], 1, __ATOMIC_RELAXED);
}

static inline uint32_t server_tid(struct servers *s, uint32_t server)
{
	return __atomic_load_n(&s->control->server[server].tid, __ATOMIC_SEQ_CST);
}

/* Asleep in umcg_wait(), or certain to look again before it sleeps. */
bool is_waiting(struct servers *s, uint32_t server);

/* It waits, and for nobody: only a return from the kernel can change that. */
bool is_idle(struct servers *s, uint32_t server);

/* The kernel has let it go, though it has not said that it ends. */
bool is_dead(struct servers *s, uint32_t server);

/* Is that so of each server? */
bool all_servers(struct servers *s, bool (*are)(struct servers *s, uint32_t server));

/* Look whether a server has moved. */
void observe(struct servers *s, uint32_t server, uint64_t time);

/* Has it moved since it was last observed? */
bool has_moved(struct servers *s, uint32_t server);

/* When did any server last move? */
uint64_t last_move(struct servers *s);

/* Changes whenever one of them returns to Java, or the kernel takes its turn. */
uint64_t all_turns(struct servers *s);

/* They have all waited until a moment ago. */
void all_are_well(struct servers *s);

/*
 * Does that server sleep? Else it runs, or is kept waiting by others who do, and
 * nobody else has to run for it to go on.
 */
bool is_asleep(struct servers *s, uint32_t server);

/* Did that worker block while a server was stuck, at the last safepoint say? */
bool may_leave_barrier(struct servers *s, uint32_t worker);

/* For so long that now all may be run, not only those for whom a safepoint waits? */
bool is_stuck_long(struct servers *s, uint32_t server);

void close_files(struct servers *s);

#endif /* UMCG_SERVERS_H */
