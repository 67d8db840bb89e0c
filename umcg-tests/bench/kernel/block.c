// SPDX-License-Identifier: Apache-2.0
/* A pipe read that blocks: of a worker, whose server leaves turns to the kernel, and of a thread. */
#include "plain.h"
#include "server.h"

static void ping_as_worker(struct worker *self)
{
	ping(self->argument);
}

static void pong_as_worker(struct worker *self)
{
	pong(self->argument);
}

/* The peer is a plain thread, or a second worker of the same server. */
static void measure_worker(struct samples *samples, bool both)
{
	struct pingpong p = { 0 };
	long blocks = kernel_count("blocks");
	pthread_t peer = 0;
	struct server s;

	open_pipes(&p);
	start_workers(&s, both ? 2 : 1, ping_as_worker, &p);
	leave_turns(&s);
	if (both)
		s.workers[1].body = pong_as_worker;
	else
		peer = start_thread(pong, &p);
	register_workers(&s);
	join_workers(&s);
	if (!both)
		pthread_join(peer, NULL);
	expect_at_least("blocks", kernel_count("blocks") - blocks,
			MOSTLY(p.marks.operations[MARKS - 1] * (both ? 2 : 1)));
	free_server(&s);
	close_pipes(&p);
	add_samples(samples, &p.marks);
}

/*
 * A woken thread waits until the waker sleeps. Else it may run first, and answer before
 * the waker reads: then that read does not block, for either kind of thread.
 */
static void wake_without_preemption(void)
{
	struct sched_param param = { 0 };

	must(sched_setscheduler(0, SCHED_BATCH, &param) ? -errno : 0,
	     "sched_setscheduler(SCHED_BATCH)");
}

int main(void)
{
	static struct samples plain, worker, both;
	int i;

	wake_without_preemption();
	keep_kernel_counts();
	for (i = 0; i < ROUNDS; i++) {
		measure_pipe(&plain);
		measure_worker(&worker, false);
		measure_worker(&both, true);
	}
	print_median("block.plain", &plain);
	print_median("block.worker", &worker);
	print_median("block.both_workers", &both);
	return 0;
}
