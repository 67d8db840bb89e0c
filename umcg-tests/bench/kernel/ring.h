/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RING_H
#define RING_H

/*
 * The workers of one server in a ring: each one that runs passes control on, by
 * a direct switch to the next, or through the server by a yield.
 *
 * Switching, all but the last are parked at first: on no list, until they are
 * named. The last one starts the ring. At the end each one lists itself while it
 * passes control on for the last time, so that the server can let it go.
 */

#include <limits.h>

#include "server.h"

#define TRIES		1000

struct ring {
	struct server server;
	bool yields;
	uint32_t gate;		/* opens when all are registered */
	bool done;
	long passes;
	long next_mark;
	struct marks marks;	/* of the passes */
};

/* Stop, with the worker @to in one's place, if any. */
static inline void stop_worker(struct worker *self, struct worker *to, uint32_t flags)
{
	int tries;
	long ret;

	for (tries = 0; tries < TRIES; tries++) {
		store(&self->task->state, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
		self->task->next_tid = to ? (uint32_t)to->tid : 0;
		ret = umcg_wait(flags);
		if (ret != -EAGAIN || self->task->next_tid & UMCG_NEXT_TID_CONSUMED)
			break;
	}
	must(ret, "umcg_wait of a worker");
	if (to && !(self->task->next_tid & UMCG_NEXT_TID_CONSUMED))
		fail("a switch did not happen");
}

static inline void pass_on(struct ring *ring, struct worker *self)
{
	ring->passes++;
	if (ring->passes == ring->next_mark) {
		ring->done = !mark(&ring->marks, ring->passes);
		ring->next_mark += OPERATIONS;
	}
	if (ring->yields)
		stop_worker(self, NULL, UMCG_WAIT_YIELD);
	else
		stop_worker(self, self->to, 0);
}

static inline void ring_body(struct worker *self)
{
	struct ring *ring = self->argument;
	struct server *s = &ring->server;
	int index = (int)(self - s->workers);

	self->to = &s->workers[(index + 1) % s->count];
	if (ring->yields || index == s->count - 1)
		await(&ring->gate);
	else
		stop_worker(self, NULL, 0);

	while (!ring->done)
		pass_on(ring, self);

	self->leaving = true;
	if (!ring->yields && !self->to->leaving)
		stop_worker(self, self->to, UMCG_WAIT_YIELD);
}

/* All threads are there, none is registered. */
static inline void prepare_ring(struct ring *ring, int workers, bool yields)
{
	memset(ring, 0, sizeof(*ring));
	ring->yields = yields;
	ring->next_mark = OPERATIONS;
	start_workers(&ring->server, workers, ring_body, ring);
}

/* A direct switch leaves the server alone but at the start and the end. */
static inline void check_turns(const struct ring *ring, long turns)
{
	long most = 4L * ring->server.count + 100;

	if (ring->yields)
		expect_at_least("turns of the server", turns, ring->passes);
	else if (turns > most)
		fail("direct switches: the server took %ld turns, at most %ld expected", turns, most);
}

/* Run it to the end, and see that each pass was a switch of the right kind. */
static inline void run_ring(struct ring *ring, struct samples *samples)
{
	long runs = kernel_count("runs");
	long turns = load(&ring->server.turns);

	store(&ring->gate, 1);
	futex_wake(&ring->gate, INT_MAX);
	join_workers(&ring->server);
	check_turns(ring, ring->server.turns - turns);
	expect_at_least("runs", kernel_count("runs") - runs, ring->passes);
	add_samples(samples, &ring->marks);
	free_server(&ring->server);
}

#endif /* RING_H */
