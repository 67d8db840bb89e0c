// SPDX-License-Identifier: Apache-2.0
/* Workers of one server that wake each other by futex, against threads that do. */
#include "plain.h"
#include "server.h"

#define FAN	8

static void first_as_worker(struct worker *self)
{
	handoff_first(self->argument);
}

static void peer_as_worker(struct worker *self)
{
	handoff_peer(self->argument);
}

static void measure_workers(struct samples *samples)
{
	struct handoff h = { 0 };
	long blocks = kernel_count("blocks");
	struct server s;

	start_workers(&s, 2, peer_as_worker, &h);
	s.workers[1].body = first_as_worker;
	leave_turns(&s);
	register_workers(&s);
	join_workers(&s);
	expect_at_least("blocks", kernel_count("blocks") - blocks,
			MOSTLY(h.marks.operations[MARKS - 1]));
	free_server(&s);
	add_samples(samples, &h.marks);
}

/* One wakes all others, and is woken by the last of them. */
struct fan {
	struct {
		uint32_t turn __attribute__((aligned(64)));
	} of[FAN + 1];
	bool done;
	struct marks marks;
};

static void pass_to(struct fan *f, int to)
{
	store(&f->of[to].turn, 1);
	futex_wake(&f->of[to].turn, 1);
}

static void await_turn(struct fan *f, int me)
{
	await(&f->of[me].turn);
	store(&f->of[me].turn, 0);
}

static void woken_in_fan(struct worker *self)
{
	struct fan *f = self->argument;
	int me = (int)(self - self->server->workers);

	for (;;) {
		await_turn(f, me);
		if (load(&f->done))
			return;
		if (me == FAN - 1)
			pass_to(f, FAN);
	}
}

static void wake_all(struct fan *f)
{
	int i;

	for (i = 0; i < FAN; i++)
		pass_to(f, i);
}

static void waker_of_fan(struct worker *self)
{
	struct fan *f = self->argument;
	long done = 0;
	int i;

	while (mark(&f->marks, done)) {
		for (i = 0; i < OPERATIONS; i += FAN) {
			wake_all(f);
			await_turn(f, FAN);
		}
		done += OPERATIONS;
	}
	store(&f->done, true);
	wake_all(f);
}

/* An operation is one of those who are woken, with its part of all the rest. */
static void measure_fan(struct samples *samples)
{
	struct fan f = { 0 };
	long blocks = kernel_count("blocks");
	struct server s;

	start_workers(&s, FAN + 1, woken_in_fan, &f);
	s.workers[FAN].body = waker_of_fan;
	leave_turns(&s);
	register_workers(&s);
	join_workers(&s);
	expect_at_least("blocks", kernel_count("blocks") - blocks,
			MOSTLY(f.marks.operations[MARKS - 1]));
	free_server(&s);
	add_samples(samples, &f.marks);
}

int main(void)
{
	static struct samples plain, workers, fan;
	int i;

	keep_kernel_counts();
	for (i = 0; i < ROUNDS; i++) {
		measure_futex(&plain);
		measure_workers(&workers);
		measure_fan(&fan);
	}
	print_median("handoff.futex_plain", &plain);
	print_median("handoff.futex_workers", &workers);
	print_median("handoff.fan_8", &fan);
	return 0;
}
