/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_BACKLOG_H
#define UMCG_BACKLOG_H

/*
 * Workers that the sentinel has taken and is to run, each at most once. They run in
 * rounds: nobody has a second turn before all have had their first. Within a round
 * the JVM's needs decide, see jvm_thread_state.h, then who came first.
 *
 * Used by the sentinel alone, whose rules these functions keep.
 */
#include <sys/types.h>
#include <sys/uio.h>

#include "binding/jvm_thread_state.h"
#include "sentinel/servers.h"

/* How many states are read with one system call. */
#define STATES_AT_ONCE	64

struct backlog {
	struct servers	*servers;
	pid_t		pid;
	uint32_t	count, size;
	uint32_t	known;		/* the first so many have their urgency */
	uint32_t	round;
	uint32_t	*worker;	/* in order of arrival */
	uint32_t	*urgency;	/* in the same order: as it was stopped */
	uint32_t	*ran;		/* by worker: the round of its last turn */
	/* For one system call. */
	uint32_t	state[STATES_AT_ONCE];
	struct iovec	remote[STATES_AT_ONCE];
};

/* The memory that a backlog needs beside its struct, in bytes. */
size_t backlog_size(uint32_t workers);

/* @memory: of that size, zeroed */
void backlog_init(struct backlog *b, struct servers *servers, void *memory);

/* False if it is full, which it cannot be unless a list is broken. */
bool backlog_add(struct backlog *b, uint32_t worker);

/* Make those that were added from @first on, newest first, oldest first. */
void backlog_reverse(struct backlog *b, uint32_t first);

/* Put the one that has waited longest last, where backlog_pop() finds it first. */
void backlog_sort(struct backlog *b);

/* Does it hold one that is more urgent than that, see jvm_thread_state.h? */
bool backlog_has(struct backlog *b, enum urgency below);

/* Is one of these workers, STATES_AT_ONCE at most, which need not be in it? */
bool backlog_any_unsafe(struct backlog *b, const uint32_t *workers, uint32_t n);

/* Take out the one whose turn it is, among those; there must be one. */
uint32_t backlog_pick(struct backlog *b, enum urgency below);

/* Take out the last one; there must be one. */
uint32_t backlog_pop(struct backlog *b);

#endif /* UMCG_BACKLOG_H */
