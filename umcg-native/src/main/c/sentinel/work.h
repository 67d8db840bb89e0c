/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_WORK_H
#define UMCG_WORK_H

/*
 * Where the sentinel finds workers that wait to be run: on the servers' lists, QUEUED, or
 * in the hands of a server that the JVM has stopped there. Used by the sentinel alone.
 */
#include "sentinel/backlog.h"

struct work {
	struct servers	servers;
	struct backlog	backlog;
	/* Of each list: the session in which its bookmark was there, see work.c; or 0. */
	uint64_t	marked[MAX_SERVERS];
};

/* Is there one? Takes none. */
bool has_work(struct work *w);

/* Is there one that is unsafe, see jvm_thread_state.h? */
bool has_unsafe_work(struct work *w);

/*
 * Make all of them the sentinel's: they go into the backlog. Of what servers have claimed
 * only what @server has, whose lease the sentinel must have; it may be waiting.
 *
 * Returns: false if the backlog is empty.
 */
bool find_work(struct work *w, uint32_t server);

/* Take all that the policy has; its entries are void then. No server may be in it. */
void take_run_queue(struct work *w);

#endif /* UMCG_WORK_H */
