/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_BACKLOG_H
#define UMCG_BACKLOG_H

/*
 * Workers that the sentinel has taken and is to run, each at most once. They run in
 * rounds: nobody has a second turn before all have had their first. Within a round
 * the JVM's needs decide, see thread_state.h, then who came first.
 *
 * Used by the sentinel alone, whose rules these functions keep.
 */
#include "control.h"

#include <stdbool.h>
#include <sys/types.h>
#include <sys/uio.h>

/* How many states are read with one system call. */
#define STATES_AT_ONCE	64

struct backlog {
	const struct control_worker *workers;
	pid_t		pid;
	uint32_t	count, size;
	uint32_t	known;		/* the first so many have their urgency */
	uint32_t	round;
	uint32_t	*worker;	/* in order of arrival */
	uint32_t	*urgency;	/* in the same order: as it was stopped */
	uint32_t	*ran;		/* by worker: the round of its last turn */
	/* For backlog_pick(). */
	uint32_t	state[STATES_AT_ONCE];
	struct iovec	remote[STATES_AT_ONCE];
};

/* The memory that a backlog needs beside its struct, in bytes. */
size_t backlog_size(uint32_t workers);

/* @memory: of that size, zeroed */
void backlog_init(struct backlog *b, const struct control_worker *workers,
		  uint32_t count, void *memory);

/* False if it is full, which it cannot be unless a list is broken. */
bool backlog_add(struct backlog *b, uint32_t worker);

/* Make those that were added from @first on, newest first, oldest first. */
void backlog_reverse(struct backlog *b, uint32_t first);

/* Take out whose turn it is; there must be one. */
uint32_t backlog_pick(struct backlog *b);

/* Take out the one that came last; there must be one. */
uint32_t backlog_pop(struct backlog *b);

#endif /* UMCG_BACKLOG_H */
