// SPDX-License-Identifier: Apache-2.0
/* A system call that does not block, in a running worker and in a plain thread. */
#include "plain.h"
#include "server.h"

static void call_as_worker(struct worker *self)
{
	repeat_getppid(self->argument);
	if ((load(&self->task->state) & UMCG_TASK_STATE_MASK) != UMCG_TASK_RUNNING)
		fail("the worker is not RUNNING");
}

static void measure_worker(struct samples *samples)
{
	struct marks marks = { 0 };
	struct server s;

	start_workers(&s, 1, call_as_worker, &marks);
	register_workers(&s);
	join_workers(&s);
	free_server(&s);
	add_samples(samples, &marks);
}

int main(void)
{
	static struct samples plain, worker;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		measure_getppid(&plain);
		measure_worker(&worker);
	}
	print_median("syscall.plain", &plain);
	print_median("syscall.worker", &worker);
	return 0;
}
