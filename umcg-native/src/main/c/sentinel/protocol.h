/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_PROTOCOL_H
#define UMCG_PROTOCOL_H

/*
 * What the servers, the sentinel and the Java scheduler share beside the tasks, and every
 * step that the sentinel takes with it. ServerProtocol.java has the servers' steps, and
 * SchedulerMemory.java the same layout; layout.c compares the two. The table of all steps
 * is in docs/35-protocol.md.
 *
 * The tasks lie in one array: those of the servers first, then the sentinel's, then those
 * of the workers, then for each server a bookmark, see work.c.
 *
 * field              writer              mode              pairs with
 * sleeping           sentinel, servers   seq_cst           its own re-check of all
 *                                                          servers before it sleeps
 * stop               the one that stops  seq_cst, + futex  sentinel's loop
 * tid, counters      sentinel            relaxed           readers of metrics
 * server.phase       the server          seq_cst           sentinel's lease
 * server.lease       sentinel; AWAITED:  seq_cst           server.phase: one of the
 *                    the server                            two sees the other
 * server.turns       the server          release           sentinel's look for progress
 * server.picked      the server;         seq_cst           worker.queue: said before the
 *                    sentinel: 0                           worker is claimed
 * server.intent      the taker of this   seq_cst, cmpxchg  the list's head: said before
 *                    server's list;                        the list is taken
 *                    sentinel: OVER
 * server.current     the same taker      seq_cst           server.intent: said before
 *                                                          that moves on
 * worker.queue       servers, sentinel   seq_cst, cmpxchg  each other: a new round owns
 *                                                          the worker
 * used               workers, before     seq_cst, only     sentinel's loops
 *                    they register       grows
 * worker.tid,        the worker, before  release           the owner of the worker
 *   state_address    it registers
 */

#include "sentinel/counters.h"

#include <linux/umcg.h>
#include <stdbool.h>
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

enum {
	LEASE_NONE	= 0,
	/* The sentinel runs workers in this server's place ... */
	LEASE_TAKEN	= 1,
	/* ... and the server is back, and to be kicked at the end. */
	LEASE_AWAITED	= 2,
};

/*
 * worker.queue. The round changes whenever a server or the sentinel makes a worker its
 * own, so a compare-and-set that somebody has prepared before fails from then on.
 */
/* On no list, and anybody's: to be claimed. */
#define QUEUED		(1ULL << 0)
/* The policy has an entry for it, possibly an outdated one. */
#define IN_POLICY	(1ULL << 1)
/* The server that has claimed it last, plus 1; 0: the sentinel has. */
#define CLAIMER_SHIFT	8
#define CLAIMER_MASK	(0xffULL << CLAIMER_SHIFT)
#define ROUND		(1ULL << 24)
#define ROUND_MASK	(~0ULL << 24)

/* server.picked and server.current: a round, and the number of a worker plus 1. */
#define NUMBER_MASK	0xfffffULL

/*
 * server.intent: the first worker of the chain that was, or is about to be, taken off
 * this server's list, plus 1; the server that takes it, plus 1; and a session, which is
 * odd as long as somebody takes the list.
 */
#define OVER		(1ULL << 20)	/* the sentinel has taken the chain over */
#define TAKER_SHIFT	24
#define TAKER_MASK	(0xffULL << TAKER_SHIFT)
#define SESSION		(1ULL << 32)
#define SESSION_MASK	(~0ULL << 32)

struct control_server {
	uint32_t	phase;
	uint32_t	lease;
	uint32_t	tid;
	uint32_t	reserved;
	uint64_t	turns;
	uint64_t	picked;
	uint64_t	intent;
	uint64_t	current;
} __attribute__((aligned(64)));

struct control_worker {
	uint64_t	queue;
	/* Of JavaThread::_thread_state, or 0. Mapped as long as the thread lives. */
	uint64_t	state_address;
	uint32_t	tid;
	uint32_t	reserved;
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
	uint64_t	counters[MAX_COUNTERS];
	/* control_server[servers], then control_worker[workers] */
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

static inline void take_lease(struct control_server *c)
{
	__atomic_store_n(&c->lease, LEASE_TAKEN, __ATOMIC_SEQ_CST);
}

/* Returns: true if the server waits for it, and is to be kicked. */
static inline bool return_lease(struct control_server *c)
{
	return __atomic_exchange_n(&c->lease, LEASE_NONE, __ATOMIC_SEQ_CST) ==
	       LEASE_AWAITED;
}

/* By the server, in native code, where no safepoint stops it before umcg_wait(). */
static inline void begin_wait(struct control_server *c)
{
	__atomic_store_n(&c->phase, PHASE_WAIT, __ATOMIC_SEQ_CST);
}

static inline bool is_leased(struct control_server *c)
{
	return __atomic_load_n(&c->lease, __ATOMIC_SEQ_CST) != LEASE_NONE;
}

/*
 * Make a worker the caller's, whatever server may be about to do with it, if its word is
 * @queue but for @entries, bits that others may change meanwhile. Clears QUEUED, and
 * @void_bits.
 */
static inline bool acquire_worker(struct control_worker *w, uint64_t queue,
				  uint64_t void_bits)
{
	uint64_t old = queue, mine;

	do {
		if ((old ^ queue) & ~IN_POLICY)
			return false;
		mine = (old & ~(QUEUED | CLAIMER_MASK | void_bits)) + ROUND;
	} while (!__atomic_compare_exchange_n(&w->queue, &old, mine, false,
					      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return true;
}

static inline uint64_t queue_of(struct control_worker *w)
{
	return __atomic_load_n(&w->queue, __ATOMIC_SEQ_CST);
}

/* A worker that waits to be claimed; with IN_POLICY in @void_bits its entry is void. */
static inline bool take_queued(struct control_worker *w, uint64_t void_bits)
{
	uint64_t queue = queue_of(w);

	return queue & QUEUED && acquire_worker(w, queue, void_bits);
}

/* The worker is the caller's, as it was on a list that the caller has taken. */
static inline void take_listed(struct control_worker *w)
{
	while (!acquire_worker(w, queue_of(w), 0))
		;
}

/*
 * The worker that a server has claimed and not run, or -1; with @word what is said of it.
 *
 *   sentinel                        the server
 *   picked                          next_tid = the worker's, without CONSUMED
 *   next_tid: CONSUMED?             picked = the worker
 *   picked as before?               claims the worker, umcg_wait()
 *   the word as the claim left it?  picked = 0
 */
static inline int64_t claimed_worker(struct control *c, struct umcg_task *task,
				     uint32_t server, uint64_t *word)
{
	uint64_t *said = &c->server[server].picked;
	uint64_t picked = __atomic_load_n(said, __ATOMIC_SEQ_CST);
	uint32_t tid = __atomic_load_n(&task->next_tid, __ATOMIC_SEQ_CST);
	uint64_t worker = (picked & NUMBER_MASK) - 1;

	if (!picked || worker >= c->workers || tid & UMCG_NEXT_TID_CONSUMED ||
	    __atomic_load_n(said, __ATOMIC_SEQ_CST) != picked)
		return -1;
	*word = queue_of(&control_workers(c)[worker]);
	if ((*word & ~IN_POLICY) != ((picked & ROUND_MASK) |
				     (uint64_t)(server + 1) << CLAIMER_SHIFT))
		return -1;
	return (int64_t)worker;
}

/* The same, and make it the caller's: the server will not run it. -1: there is none. */
static inline int64_t take_claimed(struct control *c, struct umcg_task *task,
				   uint32_t server)
{
	uint64_t *said = &c->server[server].picked;
	uint64_t picked = __atomic_load_n(said, __ATOMIC_SEQ_CST), word;
	int64_t worker = claimed_worker(c, task, server, &word);

	if (worker < 0 || !acquire_worker(&control_workers(c)[worker], word, 0))
		return -1;
	/* Unless it has picked another one by now. */
	__atomic_compare_exchange_n(said, &picked, 0, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return worker;
}

static inline uint64_t intent_of(struct control_server *c)
{
	return __atomic_load_n(&c->intent, __ATOMIC_SEQ_CST);
}

static inline uint64_t session_of(struct control_server *c)
{
	return intent_of(c) / SESSION;
}

/* Does somebody take the list, and has the sentinel not taken that over yet? */
static inline bool is_being_taken(uint64_t intent)
{
	return intent & SESSION && !(intent & OVER);
}

/* The first worker of the chain that is being taken, or -1. */
static inline int64_t head_of(uint64_t intent)
{
	return (int64_t)(intent & NUMBER_MASK) - 1;
}

/* The taker has no more to do with the chain. Returns: false if it has moved on. */
static inline bool take_chain_over(struct control_server *c, uint64_t intent)
{
	return __atomic_compare_exchange_n(&c->intent, &intent,
					   (intent & ~NUMBER_MASK) | OVER, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/*
 * The worker that the taker has passed, and has not queued yet; make it the caller's.
 * -1: there is none.
 *
 *   sentinel                        the taker
 *   intent                          current = the head and its round
 *   current: another one?           intent: the head -> the next one
 *   intent as before?               queue: QUEUED, if in that round
 *   the round as before, and
 *   not QUEUED? -> a new round
 */
static inline int64_t take_current(struct control *c, uint32_t owner, uint64_t intent)
{
	struct control_server *list = &c->server[owner];
	uint64_t current = __atomic_load_n(&list->current, __ATOMIC_SEQ_CST);
	int64_t worker = head_of(current);
	uint64_t queue;

	if (worker < 0 || worker >= c->workers || worker == head_of(intent) ||
	    intent_of(list) != intent)
		return -1;
	queue = queue_of(&control_workers(c)[worker]);
	if (queue & QUEUED || (queue ^ current) & ROUND_MASK)
		return -1;
	return acquire_worker(&control_workers(c)[worker], queue, 0) ? worker : -1;
}

/* A taker that has died will not end its session. */
static inline void end_take(struct control_server *c)
{
	uint64_t intent = intent_of(c);

	__atomic_store_n(&c->current, 0, __ATOMIC_SEQ_CST);
	__atomic_compare_exchange_n(&c->intent, &intent,
				    (intent & SESSION_MASK) + SESSION, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#endif /* UMCG_PROTOCOL_H */
