// SPDX-License-Identifier: GPL-2.0
/* How a worker of the stress test stops by its own wish. */
#include "stress.h"

#include <sched.h>

struct wish {
	__u32 flags;
	int next;
	__u64 timeout;
	bool condition;
};

/* Nobody's server: see that some server looks after the worker again. */
void adopt_self(struct rng *r, int slot)
{
	pid_t tid = some_server(r);

	if (tid)
		worker_task(slot)->server_tid = tid;
	add(&run->unmanaged, 1);
}

/*
 * I1: who executes user code is RUNNING; or unmanaged, and its state says so. I3: and
 * who is RUNNING waits nowhere to be run.
 */
void check_running(struct rng *r, int slot)
{
	__u32 state = load(&worker_task(slot)->state) & ~UMCG_TASK_USER_MASK;

	if (state == UMCG_TASK_NONE)
		adopt_self(r, slot);
	else if ((state & UMCG_TASK_STATE_MASK) != UMCG_TASK_RUNNING)
		broken("worker %d executes in state %#x", slot, state);
	else if (load(&run->worker[slot].queued))
		broken("worker %d is RUNNING, and queued", slot);
}

/*
 * After a jump out of a handler: the worker may be held, or about to be, or in
 * between its wish to wait and the call. A yield settles each of these.
 */
void recover(struct rng *r, int slot)
{
	while (get_state(worker_task(slot)) == UMCG_TASK_RUNNABLE) {
		worker_task(slot)->next_tid = 0;
		umcg_wait(UMCG_WAIT_YIELD, 0);
		nap(r, 100);
	}
}

/* Queue the worker, if any, that let this one run in its place. */
void hand_back(int slot)
{
	int who = swap(&run->worker[slot].gives_back, NOBODY);

	if (who != NOBODY)
		enqueue(who);
}

/* Only a worker that may execute may stop: others decide about it otherwise. */
static bool publish(struct umcg_task *ut, __u32 to)
{
	__u32 state = load(&ut->state);

	while ((state & UMCG_TASK_STATE_MASK) == UMCG_TASK_RUNNING) {
		if (__atomic_compare_exchange_n(&ut->state, &state, to, false,
						__ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return true;
	}
	return false;
}

static void return_next(int slot, struct wish *wish)
{
	if (wish->next == NOBODY)
		return;
	swap_if(&run->worker[wish->next].gives_back, slot, NOBODY);
	enqueue(wish->next);
	wish->next = NOBODY;
}

static void choose_next(int slot, struct wish *wish)
{
	struct stress_worker *w = run->worker;

	wish->next = pick();
	if (wish->next == NOBODY)
		return;
	worker_task(wish->next)->server_tid = worker_task(slot)->server_tid;
	store(&w[wish->next].owner, load(&w[slot].owner));
}

/* Returns: what umcg_wait() does, or 1 if there was no wait. */
static int stop_for(struct rng *r, int slot, struct wish *wish)
{
	struct umcg_task *ut = worker_task(slot);
	bool switches = wish->next != NOBODY;
	__u32 to = UMCG_TASK_RUNNABLE;
	int ret;

	if (wish->condition)
		to |= UMCG_TF_COND_WAIT;
	if (!publish(ut, to)) {
		return_next(slot, wish);
		return 1;
	}
	ut->next_tid = switches ? run->worker[wish->next].tid : 0;
	if (!wish->flags && !wish->timeout && !switches)
		store(&run->worker[slot].parked, 1);
	if (wish->condition && one_in(r, 2))
		nap(r, 200);
	ret = umcg_wait(wish->flags, wish->timeout);
	if (!(ut->next_tid & UMCG_NEXT_TID_CONSUMED))
		return_next(slot, wish);
	else if (!switches || ret == -EAGAIN || ret == -ESRCH)
		broken("worker %d: %d, next_tid %#x", slot, ret, ut->next_tid);
	ut->next_tid = 0;
	return ret;
}

/* Whether umcg_wait() may tell that it did not wait. */
static bool may_fail(struct wish *wish, bool switches, int ret)
{
	if (ret == -EAGAIN)
		return wish->condition || switches || has(WITH_WAKE);
	/* Woken in time. */
	if (!ret)
		return has(WITH_WAKE);
	/* It blocked on its way, and found no server after that. */
	if (ret == -EINVAL)
		return wish->condition && has(WITH_SERVER);
	/* Its server has gone; a jump out of a handler was not noticed. */
	return (ret == -ESRCH && has(WITH_SERVER)) ||
	       (ret == -EBUSY && has(WITH_JUMP));
}

static void expect_wait(struct rng *r, int slot, struct wish *wish)
{
	bool switches = wish->next != NOBODY;
	int want = wish->timeout ? -ETIMEDOUT : 0;
	int ret = stop_for(r, slot, wish);

	if (ret == 1)
		return;
	if (ret == -EBUSY && has(WITH_JUMP))
		recover(r, slot);
	if (ret != want && !may_fail(wish, switches, ret))
		broken("worker %d: wait(%u) with%s next, %s: %d", slot,
		       wish->flags, switches ? "" : "out",
		       wish->timeout ? "timed" : "untimed", ret);
	if (ret == -ETIMEDOUT && now_ns() < wish->timeout)
		broken("worker %d: %llu ns too early", slot,
		       wish->timeout - now_ns());
}

void do_yield(struct rng *r, int slot)
{
	struct wish wish = { .flags = UMCG_WAIT_YIELD, .next = NOBODY };

	wish.condition = has(WITH_CONDITION) && one_in(r, 2);
	expect_wait(r, slot, &wish);
}

/* The caller stays runnable: it is listed. */
void do_switch(struct rng *r, int slot)
{
	struct wish wish = { .flags = UMCG_WAIT_YIELD };

	choose_next(slot, &wish);
	wish.condition = has(WITH_CONDITION) && one_in(r, 2);
	expect_wait(r, slot, &wish);
}

/* The caller is on no list: the other one queues it again. */
void do_hand_over(struct rng *r, int slot)
{
	struct wish wish = { 0 };

	/* Nobody else may end this wait. */
	if (has(WITH_WAKE))
		return;
	choose_next(slot, &wish);
	if (wish.next == NOBODY)
		return;
	/* It may not have come to queue the one that did so before. */
	if (swap_if(&run->worker[wish.next].gives_back, NOBODY, slot))
		expect_wait(r, slot, &wish);
	else
		enqueue(wish.next);
}

/* The caller is on no list: any thread may queue it. */
void do_park(struct rng *r, int slot)
{
	struct wish wish = { .next = NOBODY };
	int ret;

	/* Nobody else may end this wait. */
	if (has(WITH_WAKE))
		return;
	ret = stop_for(r, slot, &wish);
	while (ret == -EBUSY && has(WITH_JUMP)) {
		nap(r, 100);
		ret = umcg_wait(0, 0);
	}
	if (ret == 1)
		return;
	/* EAGAIN: it was run before it got to the call. */
	if (ret && ret != -EAGAIN)
		broken("worker %d: its wait ended with %d", slot, ret);
	if (load(&run->worker[slot].parked))
		broken("worker %d runs, and nobody queued it: %d", slot, ret);
}

void do_timed_wait(struct rng *r, int slot)
{
	struct wish wish = { .next = NOBODY };

	wish.timeout = now_ns() + rng_below(r, 3000) * 1000ULL;
	if (has(WITH_SWITCH) && one_in(r, 2))
		choose_next(slot, &wish);
	wish.condition = has(WITH_CONDITION) && one_in(r, 2);
	expect_wait(r, slot, &wish);
}

/* R61: end somebody's wait, if it is one. */
void do_wake(struct rng *r, int slot)
{
	int who = some_worker(r), ret;

	if (who == NOBODY)
		return;
	ret = umcg_kick(UMCG_KICK_WAKE, run->worker[who].tid);
	if (ret && ret != -EAGAIN && ret != -ESRCH)
		broken("worker %d: it woke worker %d: %d", slot, who, ret);
}
