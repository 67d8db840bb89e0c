/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_WISH_H
#define _UMCG_WISH_H

/* Workers that wait by their own wish, or name one that does. */

#include "umcg_delay.h"

/* What a body that waits does, and what came of it. */
struct wish {
	__u32 state;		/* with what state it calls */
	__u32 flags;
	__u64 timeout_ms;
	bool blocks_first;	/* it reads before it calls */
	bool spins_first;	/* it spins until @go before it calls */
	bool go;
	int ret;
};

static inline void wait_as_wished(struct worker *w)
{
	struct wish *wish = w->arg;

	w->ut->next_tid = 0;
	set_state(w->ut, wish->state);
	step(w);
	if (wish->blocks_first)
		block_in_read(w);
	while (wish->spins_first && !flag_is_set(&wish->go))
		;
	wish->ret = umcg_wait(wish->flags,
			      wish->timeout_ms ? in_ms(wish->timeout_ms) : 0);
	step(w);
}

/* What came of the naming of another worker, which is the body's arg. */
static int named_ret;

static inline void name_other(struct worker *w)
{
	struct worker *other = w->arg;

	w->ut->next_tid = other->tid;
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	named_ret = umcg_wait(0, 0);
}

/* Registered, run and waiting: as wished. */
static inline bool start_waiting(struct worker *w, struct umcg_task *ut,
				 struct umcg_task *server, struct wish *wish)
{
	wish->state = wish->state ? wish->state : UMCG_TASK_RUNNABLE;
	w->arg = wish;
	return start_and_await(w, ut, server, wait_as_wished) &&
	       !run_worker(server, w);
}

/* The list holds @w, and after it @older, and nobody else. */
static inline bool list_is(struct umcg_task *server, struct worker *w,
			   struct worker *older)
{
	struct umcg_task *ut = take(&server->runnable_workers_ptr);
	__u64 next = older ? (__u64)(uintptr_t)older->ut : 0;

	return ut == w->ut && ut->runnable_workers_ptr == next &&
	       (!older || !older->ut->runnable_workers_ptr);
}

static inline bool run_to_its_end(struct umcg_task *server, struct worker *w)
{
	while (get_state(w->ut) != UMCG_TASK_NONE) {
		take(&server->blocked_workers_ptr);
		take(&server->runnable_workers_ptr);
		if (run_worker(server, w) == -ETIMEDOUT)
			return false;
	}
	return !pthread_join(w->thread, NULL);
}

static inline bool start_two(struct _test_data_forced *self, struct wish *wish)
{
	return start_waiting(&self->a, self->ut + 1, self->server, wish) &&
	       start_and_await(&self->b, self->ut + 2, self->server, name_other);
}

static inline bool is_newest_of(struct umcg_task *server, struct umcg_task *ut)
{
	return __atomic_load_n(&server->runnable_workers_ptr,
			       __ATOMIC_SEQ_CST) == (__u64)(uintptr_t)ut;
}

static inline bool c_is_newest(void *arg)
{
	struct _test_data_forced *self = arg;

	return is_newest_of(self->server, self->c.ut);
}

/* A new worker is listed, and stays so. */
static inline bool start_listed(struct _test_data_forced *self)
{
	return !start_worker(&self->c, self->ut + 3, self->server->server_tid,
			     step) &&
	       eventually(c_is_newest, self);
}

static inline bool is_newest(void *arg)
{
	struct _test_data_forced *self = arg;

	return is_newest_of(self->server, self->a.ut);
}

#endif /* _UMCG_WISH_H */
