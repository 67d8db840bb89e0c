/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_DELAY_H
#define _UMCG_DELAY_H

/*
 * For tests that hold threads up inside the kernel, where two of them can race: see
 * kernel/sched/umcg_debug.c. Needs CONFIG_UMCG_DEBUG and debugfs.
 *
 * The delays open a window wide; what happens in it must be right however much of it
 * is hit, so that a slow machine fails no test.
 */

#include "umcg_watch.h"
#include "umcg_harness.h"

#define DELAYS		"/sys/kernel/debug/umcg/delays"
#define WINDOW_MS	300

static inline int set_delay(const char *point, pid_t tid, unsigned int ms)
{
	return write_file(DELAYS, "%s %d %u", point, tid, ms * 1000);
}

/* Returns 0, or an error when the kernel has no delays. */
static inline int clear_delays(void)
{
	static const char * const points[] = {
		"block", "blocked", "tell", "enqueue", "announce", "hold",
		"push", "found", "attach", "refused", "claimed", "mark",
		"sleep", "hand_over", "kick", "wake", "defer",
		"listed", "take", "leave",
	};
	unsigned int i;
	int ret = 0;

	for (i = 0; i < sizeof(points) / sizeof(*points) && !ret; i++)
		ret = set_delay(points[i], 0, 0);
	return ret;
}

/* Is @ut the only one on that list? Takes it. */
static inline bool take_blocked(struct umcg_task *server, struct umcg_task *ut)
{
	return take(&server->blocked_workers_ptr) == ut &&
	       !ut->blocked_workers_ptr;
}

static inline bool take_runnable(struct umcg_task *server, struct umcg_task *ut)
{
	return take(&server->runnable_workers_ptr) == ut &&
	       !ut->runnable_workers_ptr;
}

/*
 * A server's loop, until one of its lists is not empty. Returns which:
 * 1 the blocked one, 2 the runnable one; or 0 after PATIENCE_MS.
 */
static inline int idle_until_listed(struct umcg_task *server)
{
	__u64 deadline = in_ms(PATIENCE_MS);
	int which = 0;

	while (!which && now_ns() < deadline) {
		set_state(server, UMCG_TASK_RUNNABLE);
		if (list_is_not_empty(&server->blocked_workers_ptr))
			which = 1;
		else if (list_is_not_empty(&server->runnable_workers_ptr))
			which = 2;
		if (which)
			break;
		server->next_tid = 0;
		/* A server that is not woken shows that by waiting for too long. */
		if (umcg_wait(0, deadline) == -ETIMEDOUT)
			break;
	}
	set_state(server, UMCG_TASK_RUNNING);
	return which;
}

/* Start a worker, run it, and see it block, so that it waits in its first read. */
static inline bool start_and_block(struct worker *w, struct umcg_task *ut,
				   struct umcg_task *server,
				   void (*body)(struct worker *))
{
	return start_and_await(w, ut, server, body) &&
	       !run_worker(server, w) && take_blocked(server, ut);
}

/* Waits by its own wish, and has the worker that is its argument run. */
static inline void switch_to_a(struct worker *w)
{
	struct worker *a = w->arg;

	step(w);
	w->ret = worker_wait_for(w, 0, a->tid);
	step(w);
}

FIXTURE(forced)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct actor other;
	struct worker a;
	struct worker b;
	struct worker c;
	bool go;
};

FIXTURE_SETUP(forced)
{
	ASSERT_EQ(0, clear_delays()) TH_LOG("needs CONFIG_UMCG_DEBUG");
	self->ut = new_tasks();
	self->server = self->ut;
	self->go = false;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	memset(&self->c, 0, sizeof(self->c));
	self->a.arg = &self->go;
	self->b.arg = &self->go;
	ASSERT_EQ(0, register_server(self->server));
	ASSERT_TRUE(start_actor(&self->other, self->ut + 16));
}

FIXTURE_TEARDOWN(forced)
{
	EXPECT_EQ(0, clear_delays());
}

#endif /* _UMCG_DELAY_H */
