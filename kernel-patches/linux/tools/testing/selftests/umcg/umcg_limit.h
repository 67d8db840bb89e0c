/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_LIMIT_H
#define _UMCG_LIMIT_H

/* For tests of umcg_task::hold_limit_ms, and of workers that are released. */

#include "umcg_watch.h"

/* A server without a limit: while there is one, no worker of the process is released. */
static struct actor limit_guard;

static inline bool lift_limit(struct umcg_task *ut)
{
	return start_actor(&limit_guard, ut);
}

static inline bool impose_limit(void)
{
	if (order_and_await(&limit_guard, act_unregister))
		return false;
	return !pthread_join(limit_guard.thread, NULL);
}

/* The calling server gets another limit. */
static inline int change_limit(struct umcg_task *ut, __u32 limit_ms)
{
	int ret = umcg_ctl(UMCG_CTL_UNREGISTER, ut, 0);

	return ret ? ret : register_limited_server(ut, limit_ms);
}

static inline void do_step(struct worker *w)
{
	step(w);
}

static inline void read_twice(struct worker *w)
{
	block_in_read(w);
	step(w);
	block_in_read(w);
	step(w);
}

/* Waits in the way that its arg says, and notes what that returned. */
struct wish {
	__u32 flags;
	__u64 timeout_ms;
	int ret;
};

static inline void wait_as_told(struct worker *w)
{
	struct wish *wish = w->arg;

	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	wish->ret = umcg_wait(wish->flags, wish->timeout_ms ?
			      in_ms(wish->timeout_ms) : 0);
	step(w);
}

/* Start a worker of @server; wait until it is on its list, first of all there. */
static inline bool list_worker(struct worker *w, struct umcg_task *ut,
			       struct umcg_task *server,
			       void (*body)(struct worker *))
{
	__u64 deadline = in_ms(PATIENCE_MS);

	if (start_worker(w, ut, server->server_tid, body))
		return false;
	while (__atomic_load_n(&server->runnable_workers_ptr,
			       __ATOMIC_SEQ_CST) != (uintptr_t)ut) {
		if (now_ns() > deadline)
			return false;
		sleep_ms(1);
	}
	return true;
}

/* How often a worker is on a list that has been taken; -1: the list is too long. */
static inline int times_listed(struct umcg_task *list, struct umcg_task *ut)
{
	int length = 0, times = 0;

	for (; list; list = (void *)(uintptr_t)list->runnable_workers_ptr) {
		times += list == ut;
		if (++length > UMCG_TASKS)
			return -1;
	}
	return times;
}

#endif /* _UMCG_LIMIT_H */
