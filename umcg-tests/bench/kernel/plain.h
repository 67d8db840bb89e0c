/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAIN_H
#define PLAIN_H

/* What plain threads do, to compare with: the same on every kernel. */

#include "bench.h"

/* One getppid is one operation. Also what a worker runs. */
static inline void repeat_getppid(struct marks *marks)
{
	long done = 0;
	int i;

	while (mark(marks, done)) {
		for (i = 0; i < OPERATIONS; i++)
			call2(SYS_getppid, 0, 0);
		done += OPERATIONS;
	}
}

static inline void measure_getppid(struct samples *samples)
{
	struct marks marks = { 0 };

	repeat_getppid(&marks);
	add_samples(samples, &marks);
}

/*
 * Two threads, and one word for each: one if it is its turn. A hand-off sets the
 * other's word and wakes it, then waits for one's own.
 */
struct handoff {
	struct {
		uint32_t turn __attribute__((aligned(64)));
	} of[2];
	bool done;
	struct marks marks;
};

static inline void hand_off(struct handoff *h, int to)
{
	store(&h->of[to].turn, 1);
	futex_wake(&h->of[to].turn, 1);
	await(&h->of[!to].turn);
	store(&h->of[!to].turn, 0);
}

static inline void *handoff_peer(void *argument)
{
	struct handoff *h = argument;

	await(&h->of[1].turn);
	store(&h->of[1].turn, 0);
	while (!h->done)
		hand_off(h, 0);
	return NULL;
}

static inline void *handoff_first(void *argument)
{
	struct handoff *h = argument;
	long done = 0;
	int i;

	while (mark(&h->marks, done)) {
		for (i = 0; i < OPERATIONS; i += 2)
			hand_off(h, 1);
		done += OPERATIONS;
	}
	h->done = true;
	announce(&h->of[1].turn);
	return NULL;
}

static inline void measure_futex(struct samples *samples)
{
	struct handoff h = { 0 };
	long before = context_switches(RUSAGE_SELF);
	pthread_t peer = start_thread(handoff_peer, &h);
	pthread_t first = start_thread(handoff_first, &h);

	pthread_join(first, NULL);
	pthread_join(peer, NULL);
	if (is_single())
		expect_at_least("context switches of the futex hand-off",
				context_switches(RUSAGE_SELF) - before,
				h.marks.operations[MARKS - 1]);
	add_samples(samples, &h.marks);
}

/* A peer that preempts the writer answers before the read, which does not block. */
#define MOSTLY(count)	((count) * 95 / 100)

/* A byte to the peer and its answer, through two pipes, is one operation. */
struct pingpong {
	int to_peer[2];
	int to_first[2];
	struct marks marks;
};

static inline void open_pipes(struct pingpong *p)
{
	if (pipe(p->to_peer) || pipe(p->to_first))
		fail("pipe: %s", strerror(errno));
}

static inline void close_pipes(struct pingpong *p)
{
	close(p->to_peer[0]);
	close(p->to_first[0]);
	close(p->to_first[1]);
}

static inline void send_byte(int fd)
{
	char c = 'x';

	if (call4(SYS_write, fd, (long)&c, 1, 0) != 1)
		fail("a pipe cannot be written");
}

static inline long receive_byte(int fd)
{
	char c;

	return must(call4(SYS_read, fd, (long)&c, 1, 0), "read of a pipe");
}

static inline void *pong(void *argument)
{
	struct pingpong *p = argument;

	while (receive_byte(p->to_peer[0]) == 1)
		send_byte(p->to_first[1]);
	return NULL;
}

/* Also what a worker runs; the end of the pipe is the peer's end. */
static inline void ping(struct pingpong *p)
{
	long done = 0;
	int i;

	while (mark(&p->marks, done)) {
		for (i = 0; i < OPERATIONS; i++) {
			send_byte(p->to_peer[1]);
			receive_byte(p->to_first[0]);
		}
		done += OPERATIONS;
	}
	close(p->to_peer[1]);
}

static inline void *plain_ping(void *argument)
{
	struct pingpong *p = argument;
	long before = context_switches(RUSAGE_THREAD);

	ping(p);
	if (is_single())
		expect_at_least("reads that blocked",
				context_switches(RUSAGE_THREAD) - before,
				MOSTLY(p->marks.operations[MARKS - 1]));
	return NULL;
}

static inline void measure_pipe(struct samples *samples)
{
	struct pingpong p = { 0 };
	pthread_t peer, first;

	open_pipes(&p);
	peer = start_thread(pong, &p);
	first = start_thread(plain_ping, &p);
	pthread_join(first, NULL);
	pthread_join(peer, NULL);
	close_pipes(&p);
	add_samples(samples, &p.marks);
}

#endif /* PLAIN_H */
