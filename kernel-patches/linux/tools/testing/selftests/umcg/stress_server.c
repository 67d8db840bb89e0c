// SPDX-License-Identifier: GPL-2.0
/* A server of the stress test. */
#include "stress.h"

#include <sched.h>

static __u64 soon(struct rng *r, unsigned int most_us)
{
	/* Now and then it has passed already. */
	return now_ns() + rng_below(r, most_us) * 1000ULL -
	       (one_in(r, 8) ? NSEC_PER_MSEC : 0);
}

/* Is it RUNNING, or on its way to umcg_wait()? */
static bool executes(int worker)
{
	__u32 state = load(&worker_task(worker)->state);

	return (state & UMCG_TASK_STATE_MASK) == UMCG_TASK_RUNNING ||
	       state & UMCG_TF_COND_WAIT;
}

/* Wait for a worker that still runs, so that few more run than there are servers. */
static void join_running(struct rng *r, int slot)
{
	unsigned int used = load(&run->worker_slots), i;
	struct umcg_task *ut = server_task(slot);
	struct stress_worker *w;
	int ret;

	for (i = 0; i < used; i++) {
		w = &run->worker[i];
		while (load(&w->owner) == slot && executes(i)) {
			set_state(ut, UMCG_TASK_RUNNABLE);
			ut->next_tid = w->tid;
			ret = umcg_wait(UMCG_WAIT_JOIN, has(WITH_QUANTUM) ?
					soon(r, 4000) : 0);
			if (ret == -EINVAL)
				broken("server %d cannot join worker %d", slot,
				       i);
			if (ret == -ETIMEDOUT && has(WITH_KICK))
				umcg_kick(0, w->tid);
		}
	}
}

/* It was released while it was queued, and has left. */
static bool may_be_gone(int worker)
{
	return worker != NOBODY && load(&run->worker[worker].left);
}

/* What umcg_wait() may tell, and how it leaves the server: I5. */
static void check_wait(int slot, int next, int ret, bool timed)
{
	struct umcg_task *ut = server_task(slot);
	bool consumed = ut->next_tid & UMCG_NEXT_TID_CONSUMED;
	bool fine = !ret || ret == -EINTR || ret == -EAGAIN ||
		    (ret == -ETIMEDOUT && timed) ||
		    (ret == -ESRCH && may_be_gone(next));

	if (next != NOBODY)
		fine = fine && consumed == (ret != -EAGAIN && ret != -ESRCH);
	else
		fine = fine && !consumed;
	if (!fine)
		broken("server %d: %d after worker %d, next_tid %#x, %s", slot,
		       ret, next, ut->next_tid, timed ? "timed" : "untimed");
	if (get_state(ut) != UMCG_TASK_RUNNING)
		broken("server %d is in state %#x after %d", slot, ut->state,
		       ret);
}

/* None is left without a worker: it would not find those that are queued meanwhile. */
static __u32 turns_for_kernel(struct rng *r)
{
	return has(WITH_TURNS) && one_in(r, 2) ? rng_below(r, 8) : 0;
}

static void serve_once(struct rng *r, int slot)
{
	struct umcg_task *ut = server_task(slot);
	__u32 me = ut->server_tid;
	__u64 timeout = 0;
	int next, ret;

	store(&run->idle_tid, me);
	set_state(ut, UMCG_TASK_RUNNABLE);
	take_lists(slot);
	next = pick();
	ut->next_tid = 0;
	if (next != NOBODY) {
		__atomic_compare_exchange_n(&run->idle_tid, &me, 0, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
		worker_task(next)->server_tid = ut->server_tid;
		store(&run->worker[next].owner, slot);
		ut->next_tid = run->worker[next].tid;
		if (has(WITH_QUANTUM) && one_in(r, 2))
			timeout = soon(r, 4000);
	} else if (has(WITH_IDLE)) {
		timeout = soon(r, 20000);
	}
	store(&ut->turns, turns_for_kernel(r));
	ret = umcg_wait(0, timeout);
	run->server[slot].waits++;
	check_wait(slot, next, ret, timeout);
	if (next == NOBODY || ret == -ESRCH)
		return;
	if (ret == -EAGAIN) {
		enqueue(next);
		sched_yield();
		return;
	}
	if (ret == -ETIMEDOUT && has(WITH_KICK))
		umcg_kick(0, run->worker[next].tid);
	/* R57: when it leaves now, its worker goes on without it. */
	if (!load(&run->server[slot].leaving))
		join_running(r, slot);
}

void *server_main(void *arg)
{
	int slot = (long)arg, ret;
	struct stress_server *s = &run->server[slot];
	struct umcg_task *ut = server_task(slot);
	struct rng r;

	rng_init(&r, run->seed, 1000 + slot);
	ret = register_server(ut);
	if (ret)
		broken("server %d cannot register: %d", slot, ret);
	s->tid = gettid();
	store(&s->use, SLOT_ALIVE);
	while (!load(&run->servers_may_end) && !load(&s->leaving)) {
		if (load(&run->end_now) && one_in(&r, 4))
			end_process(&r);
		serve_once(&r, slot);
	}
	if (one_in(&r, 2))
		return NULL;
	ret = umcg_ctl(UMCG_CTL_UNREGISTER, ut, 0);
	if (ret)
		broken("server %d cannot unregister: %d", slot, ret);
	return NULL;
}
