/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_FUZZ_H
#define _UMCG_FUZZ_H

/* What the parent, the child and its threads share in the fuzz test. */

#include "long_run.h"

#define FUZZ_THREADS	12	/* at most; one more slot is the main thread's */
#define ARENA_PAGES	16
#define PAGE		4096UL
#define ARENA_TASKS	(ARENA_PAGES * PAGE / sizeof(struct umcg_task))
#define ERRNOS		134

enum call { CALL_CTL, CALL_WAIT, CALL_KICK, CALLS };

/* A thread's own counts: how often a call returned what. */
struct fuzz_counts {
	__u64 results[CALLS][ERRNOS];
};

/* Survives the children. */
struct fuzz_run {
	__u64 seed;
	int begun;	/* the child has all that it needs */
	struct fuzz_counts counts[FUZZ_THREADS + 1];
};

/* A child's own. */
struct fuzz_thread {
	int use;	/* 0: none, 1: alive */
	pid_t tid;
	pthread_t thread;
	struct rng rng;
	int slot;
	struct umcg_task *self;	/* what it registered, or tried to */
	bool worker;
	bool registered;	/* as far as it knows */
};

extern struct fuzz_run *fuzz;
extern struct fuzz_thread threads[FUZZ_THREADS + 1];
extern char *arena;

/* fuzz_calls.c */
void random_call(struct fuzz_thread *t);
void likely_call(struct fuzz_thread *t);
void scribble(struct rng *r);
void run_somebody(struct fuzz_thread *t);

/* fuzz_world.c */
void choose_world(struct rng *r);
void start_tracer(struct rng *r);
int hanging_file(void);
void watch_faults(struct rng *r);
void protect_page(struct rng *r, char *page);
void lock_something(struct rng *r);

#define FUZZ_GROUP	"/sys/fs/cgroup/umcg-fuzz"

/* fuzz_memory.c */
void map_arena(struct rng *r);
void change_memory(struct rng *r);

/* fuzz_child.c */
void fuzz_child(void);

#endif /* _UMCG_FUZZ_H */
