/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_LONG_RUN_H
#define _UMCG_LONG_RUN_H

/*
 * What the long tests share: random numbers that a seed repeats, options, and
 * children that are watched, ended and, when something is wrong, described.
 */

#include "umcg_lib.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define load(p)		__atomic_load_n(p, __ATOMIC_SEQ_CST)
#define store(p, v)	__atomic_store_n(p, v, __ATOMIC_SEQ_CST)
#define swap(p, v)	__atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define add(p, v)	__atomic_add_fetch(p, v, __ATOMIC_SEQ_CST)

static inline bool swap_if(int *p, int from, int to)
{
	return __atomic_compare_exchange_n(p, &from, to, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

struct rng {
	__u64 x;
};

void rng_init(struct rng *r, __u64 seed, __u64 stream);
__u64 rng_next(struct rng *r);

/* 0 to @n - 1 */
static inline unsigned int rng_below(struct rng *r, unsigned int n)
{
	return rng_next(r) % n;
}

static inline bool one_in(struct rng *r, unsigned int n)
{
	return rng_below(r, n) == 0;
}

/* An option with a number: what --name N sets, between two limits. */
struct number_option {
	const char *name;
	__u64 *value;
	__u64 least, most;
};

/*
 * The start of main(): the options, a seed if @seed has none, and this process as the
 * one that inherits orphans. False, and it is said why, on a kernel without UMCG.
 */
bool begin_long_run(int argc, char **argv, const struct number_option *options,
		    const char *usage, __u64 *seed);

void *map_shared(size_t size);

/*
 * Of a child that leads a process group, and of all that it leaves: true once
 * they are gone, with the child's status; false if they are not in time.
 */
bool await_end(pid_t child, unsigned int ms, int *status);

/* SIGKILL for the group; false: somebody survives it. */
bool kill_group(pid_t child, int *status);

/* What each thread of @pid does, from /proc, on stdout. */
void dump_threads(pid_t pid);

/* The same of all that is left of the group. */
void dump_group(pid_t group);

/* How long to wait for what must happen, on this kernel. */
unsigned int patience_ms(void);

/* True every 15 s. */
bool progress_is_due(void);

#endif /* _UMCG_LONG_RUN_H */
