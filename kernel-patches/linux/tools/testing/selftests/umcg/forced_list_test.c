// SPDX-License-Identifier: GPL-2.0
/* A worker that is being listed: who meets it then, and what if that fails. */
#include "umcg_delay.h"
#include "umcg_limit.h"
#include "umcg_pair.h"

/* When the wait of worker a ends, and when worker b switches to it. */
static __u64 deadline, switch_at;
static int waited_ret, named_ret;

static void wait_until_deadline(struct worker *w)
{
	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	waited_ret = umcg_wait(0, deadline);
	step(w);
}

static void switch_in_time(struct worker *w)
{
	struct worker *other = w->arg;

	while (now_ns() < switch_at)
		;
	w->ut->next_tid = other->tid;
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	named_ret = umcg_wait(0, 0);
	step(w);
}

/* Both belong to the other server; worker a waits. */
static bool start_meeting(struct _test_data_forced *self, int after_deadline_ms)
{
	deadline = in_ms(2000);
	switch_at = deadline + after_deadline_ms * (__s64)NSEC_PER_MSEC;
	named_ret = 1;
	if (!start_and_await(&self->a, self->ut + 1, self->server,
			     wait_until_deadline) ||
	    run_worker(self->server, &self->a) ||
	    !start_and_await(&self->b, self->ut + 2, self->server,
			     switch_in_time))
		return false;
	self->b.arg = &self->a;
	self->a.ut->server_tid = self->other.tid;
	self->b.ut->server_tid = self->other.tid;
	self->other.next = self->b.tid;
	return true;
}

/* The list of the other server has worker a, which is run to its end from there. */
static bool run_listed(struct _test_data_forced *self)
{
	if (!await_list(&self->other.ut->runnable_workers_ptr) ||
	    !take_runnable(self->other.ut, self->a.ut))
		return false;
	self->other.next = self->a.tid;
	return !order_and_await(&self->other, act_serve) &&
	       !pthread_join(self->a.thread, NULL);
}

/* The switch came first: worker a was run, and b waits. Returns as one_of_two(). */
static const char *end_switched(struct _test_data_forced *self)
{
	if (pthread_join(self->a.thread, NULL) || waited_ret)
		return "it was switched to, and has timed out";
	if (take(&self->other.ut->runnable_workers_ptr))
		return "it was switched to, and listed";
	if (umcg_kick(UMCG_KICK_WAKE, self->b.tid) ||
	    !take_runnable(self->other.ut, self->b.ut))
		return "the one that switched does not wait";
	self->other.next = self->b.tid;
	if (order_and_await(&self->other, act_serve) ||
	    pthread_join(self->b.thread, NULL) || named_ret)
		return "the one that switched does not come back";
	return "";
}

/* Worker b switches, or finds a listed. Returns what is wrong, or "". */
static const char *one_of_two(struct _test_data_forced *self)
{
	if (order_and_await(&self->other, act_serve))
		return "the server is not told";
	if (named_ret != -EAGAIN)
		return end_switched(self);
	if (pthread_join(self->b.thread, NULL) || !run_listed(self))
		return "it was not switched to, and is not on its list";
	return waited_ret == -ETIMEDOUT ? "" : "it is listed, but not timed out";
}

/* R60, I3: it is RUNNABLE, and will be on the list in a moment. */
TEST_F(forced, a_worker_that_is_being_listed_is_not_switched_to)
{
	ASSERT_TRUE(start_meeting(self, WINDOW_MS / 2));
	ASSERT_EQ(0, set_delay("enqueue", self->a.tid, WINDOW_MS));
	EXPECT_STREQ("", one_of_two(self));
}

/* R60, I3: the timeout comes when the switch has reserved the worker. */
TEST_F(forced, a_switch_that_meets_the_timeout_is_one_of_the_two)
{
	ASSERT_TRUE(start_meeting(self, -WINDOW_MS / 2));
	ASSERT_EQ(0, set_delay("attach", self->b.tid, WINDOW_MS));
	EXPECT_STREQ("", one_of_two(self));
}

/* R61: the timeout has found that nobody has woken the worker, and somebody does. */
TEST_F(forced, a_timeout_that_meets_a_wake_up_is_one_of_the_two)
{
	int ret;

	deadline = in_ms(1000);
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    wait_until_deadline));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, set_delay("hold", self->a.tid, WINDOW_MS));
	while (now_ns() < deadline + WINDOW_MS / 2 * NSEC_PER_MSEC)
		sleep_ms(1);
	ret = umcg_kick(UMCG_KICK_WAKE, self->a.tid);
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	sleep_ms(WINDOW_MS);
	ASSERT_TRUE(take_runnable(self->server, self->a.ut));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(ret ? -ETIMEDOUT : 0, waited_ret);
}

/*
 * Changes the head of a list all the time, until it is told, or finds somebody there.
 * Nothing that it writes is an address of user space.
 */
#define NO_ADDRESS	0x4000000000000000ULL
/* How long the kernel dwells on each of its tries: the machine may be busy. */
#define TRY_MS		50

struct scribbler {
	pthread_t thread;
	__u64 *head;
	int cpu;
	bool stop;
	bool pushed;
};

static void *scribble(void *arg)
{
	struct scribbler *s = arg;
	__u64 next = NO_ADDRESS, last = 0;

	pin(0, s->cpu);
	do {
		s->pushed = __atomic_exchange_n(s->head, next,
						__ATOMIC_SEQ_CST) != last;
		last = next;
		next += 64;
	} while (!s->pushed && !flag_is_set(&s->stop));
	if (__atomic_exchange_n(s->head, 0, __ATOMIC_SEQ_CST) != last)
		s->pushed = true;
	return NULL;
}

/* On a CPU of its own, if there are two. */
static bool start_scribbling(struct scribbler *s, struct worker *w)
{
	s->cpu = last_cpu();
	return !pin(0, first_cpu()) && !pin(w->tid, first_cpu()) &&
	       !pthread_create(&s->thread, NULL, scribble, s) &&
	       await_list(s->head);
}

static bool stop_scribbling(struct scribbler *s)
{
	set_flag(&s->stop);
	return !pthread_join(s->thread, NULL);
}

static void yield_once(struct worker *w)
{
	w->ret = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	named_ret = w->ret;
	step(w);
}

/* I4: nobody would find it, so it is not held. */
TEST_F(forced, a_worker_that_cannot_be_listed_as_it_yields_goes_on)
{
	struct scribbler s = { .head = &self->server->runnable_workers_ptr };

	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    yield_once));
	ASSERT_EQ(0, set_delay("push", self->a.tid, TRY_MS));
	ASSERT_TRUE(start_scribbling(&s, &self->a));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_TRUE(stop_scribbling(&s));
	/* On a slow machine the head may have stayed the same for long enough. */
	if (s.pushed)
		ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_TRUE(await_steps(&self->a, 1));
	EXPECT_EQ(s.pushed ? 0 : -ESRCH, named_ret);
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(0, self->a.ret);
}

/* R61: it waits as before, and can be woken. */
TEST_F(forced, a_waiter_that_cannot_be_listed_waits_on)
{
	struct scribbler s = { .head = &self->server->runnable_workers_ptr };
	struct wish wish = { 0 };
	int ret;

	self->a.arg = &wish;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    wait_as_told));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, set_delay("push", gettid(), TRY_MS));
	ASSERT_TRUE(start_scribbling(&s, &self->a));
	ret = umcg_kick(UMCG_KICK_WAKE, self->a.tid);
	ASSERT_TRUE(stop_scribbling(&s));
	ASSERT_EQ(0, clear_delays());
	EXPECT_EQ(s.pushed ? 0 : -EAGAIN, ret);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	if (!s.pushed) {
		EXPECT_EQ(0, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
		EXPECT_TRUE(take_runnable(self->server, self->a.ut));
	}
	EXPECT_EQ(0, steps(&self->a));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(0, wish.ret);
}

TEST_HARNESS_MAIN
