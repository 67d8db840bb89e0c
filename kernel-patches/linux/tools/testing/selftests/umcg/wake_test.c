// SPDX-License-Identifier: GPL-2.0
/* A worker that waits by its own wish: how its wait ends, and that it ends once. */
#include "umcg_wish.h"

TEST_F(forced, a_wake_up_lists_a_waiter_once)
{
	struct wish wish = { 0 };

	ASSERT_TRUE(start_waiting(&self->a, self->ut + 1, self->server, &wish));
	EXPECT_EQ(0, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	EXPECT_LT(0, self->a.ut->runnable_ts);
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	ASSERT_TRUE(take_runnable(self->server, self->a.ut));
	/* Taken, but not run yet: it does not wait any more. */
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(0, wish.ret);
	EXPECT_EQ(0, (long)take(&self->server->runnable_workers_ptr));
}

/* R1: the wake-up comes between the wish to wait and the call. */
TEST_F(forced, a_wake_up_of_a_worker_on_its_way_ends_its_wait)
{
	struct wish wish = {
		.state = UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
		.spins_first = true,
	};

	self->a.arg = &wish;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    wait_as_wished));
	self->other.next = self->a.tid;
	self->a.ut->server_tid = self->other.tid;
	order(&self->other, act_serve);
	ASSERT_TRUE(await_steps(&self->a, 1));
	EXPECT_EQ(0, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->a.ut));
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	set_flag(&wish.go);
	ASSERT_EQ(0, await_order(&self->other));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(-EAGAIN, wish.ret);
	EXPECT_EQ(0, (long)take(&self->other.ut->runnable_workers_ptr));
}

TEST_F(forced, a_wake_up_of_what_does_not_wait_changes_nothing)
{
	ASSERT_TRUE(start_and_block(&self->a, self->ut + 1, self->server,
				    read_then_step));
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->a.ut));
	EXPECT_EQ(-EINVAL, umcg_kick(UMCG_KICK_WAKE, self->server->server_tid));
	EXPECT_EQ(-EINVAL, umcg_kick(UMCG_KICK_WAKE | UMCG_KICK_BLOCKED,
				     self->a.tid));
	EXPECT_EQ(-ESRCH, umcg_kick(UMCG_KICK_WAKE, getppid()));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
}

static void *wake_later(void *arg)
{
	struct worker *w = arg;

	sleep_ms(50);
	return (void *)(long)umcg_kick(UMCG_KICK_WAKE, w->tid);
}

/* R24: nobody but the kernel tells it. */
TEST_F(forced, a_wake_up_wakes_the_idle_server)
{
	struct wish wish = { 0 };
	pthread_t waker;
	void *ret;

	ASSERT_TRUE(start_waiting(&self->a, self->ut + 1, self->server, &wish));
	ASSERT_EQ(0, pthread_create(&waker, NULL, wake_later, &self->a));
	ASSERT_EQ(2, idle_until_listed(self->server));
	ASSERT_EQ(0, pthread_join(waker, &ret));
	EXPECT_EQ(NULL, ret);
	ASSERT_TRUE(run_to_its_end(self->server, &self->a));
	EXPECT_EQ(0, wish.ret);
}

/* R61: the timeout comes while the wake-up is under way. */
TEST_F(forced, a_wake_up_that_meets_the_timeout_is_one_of_the_two)
{
	struct wish wish = { .timeout_ms = WINDOW_MS / 2 };

	ASSERT_TRUE(start_waiting(&self->a, self->ut + 1, self->server, &wish));
	ASSERT_EQ(0, set_delay("wake", gettid(), WINDOW_MS));
	/* On a slow machine the timeout may have come first. */
	if (!umcg_kick(UMCG_KICK_WAKE, self->a.tid)) {
		sleep_ms(WINDOW_MS);
		ASSERT_TRUE(take_runnable(self->server, self->a.ut));
		ASSERT_TRUE(run_to_its_end(self->server, &self->a));
		EXPECT_EQ(0, wish.ret);
	} else {
		ASSERT_TRUE(run_to_its_end(self->server, &self->a));
		EXPECT_EQ(-ETIMEDOUT, wish.ret);
	}
}

/* R61: again and again, without a delay. */
TEST_F(forced, wake_ups_and_timeouts_list_a_waiter_once_each)
{
	struct wish wish = { .timeout_ms = 2 };
	int i, woken, ret;

	for (i = 0; i < 200; i++) {
		memset(&self->a, 0, sizeof(self->a));
		ASSERT_TRUE(start_waiting(&self->a, self->ut + 1, self->server,
					  &wish));
		for (ret = -EAGAIN, woken = 0; woken < i; woken++)
			ret = umcg_kick(UMCG_KICK_WAKE, self->a.tid) ? ret : 0;
		ASSERT_EQ(self->a.ut, await_runnable(self->server));
		ASSERT_EQ(0, self->a.ut->runnable_workers_ptr);
		ASSERT_TRUE(run_to_its_end(self->server, &self->a));
		ASSERT_EQ(ret ? -ETIMEDOUT : 0, wish.ret);
	}
}

/* The name of who is switched to, and the wake-up, want the same worker. */
static int act_run_b(struct actor *self)
{
	return serve_for(self->ut, self->next, 0, PATIENCE_MS);
}

static int act_run_b_later(struct actor *self)
{
	sleep_ms(WINDOW_MS / 3);
	return act_run_b(self);
}

static bool start_switch(struct _test_data_forced *self, struct wish *wish)
{
	if (!start_two(self, wish))
		return false;
	self->b.arg = &self->a;
	self->b.ut->server_tid = self->other.tid;
	self->a.ut->server_tid = self->other.tid;
	self->other.next = self->b.tid;
	return true;
}

static void wish_and_read(struct worker *w)
{
	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
	step(w);
	block_in_read(w);
	step(w);
}

/* R61, I4: it blocks on its way to its wait; its server is told all the same. */
TEST_F(forced, a_wake_up_that_meets_a_block_hides_nothing)
{
	struct umcg_task *ut = self->ut + 1;
	int ret;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, wish_and_read));
	ut->server_tid = self->other.tid;
	ASSERT_EQ(0, set_delay("block", self->a.tid, WINDOW_MS));
	self->other.next = self->a.tid;
	order(&self->other, act_serve);
	ASSERT_TRUE(await_steps(&self->a, 1));
	sleep_ms(WINDOW_MS / 6);
	ret = umcg_kick(UMCG_KICK_WAKE, self->a.tid);
	/* On a slow machine it was BLOCKED by then. */
	EXPECT_TRUE(ret == 0 || ret == -EAGAIN);
	EXPECT_EQ(0, await_order(&self->other));
	EXPECT_TRUE(take_blocked(self->other.ut, ut));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(ut));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_list(&self->other.ut->runnable_workers_ptr));
	EXPECT_TRUE(take_runnable(self->other.ut, ut));
	EXPECT_EQ(0, order_and_await(&self->other, act_serve));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

/* R13, R61: the switch has reserved the worker. */
TEST_F(forced, a_wake_up_that_meets_a_switch_lists_nobody)
{
	struct wish wish = { 0 };

	ASSERT_TRUE(start_switch(self, &wish));
	ASSERT_EQ(0, set_delay("attach", self->b.tid, WINDOW_MS));
	order(&self->other, act_run_b);
	sleep_ms(WINDOW_MS / 3);
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	ASSERT_EQ(0, await_order(&self->other));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(0, wish.ret);
	EXPECT_EQ(0, (long)take(&self->other.ut->runnable_workers_ptr));
	/* b waits, and nobody names it. */
	EXPECT_EQ(0, umcg_kick(UMCG_KICK_WAKE, self->b.tid));
	ASSERT_TRUE(take_runnable(self->other.ut, self->b.ut));
	self->other.next = self->b.tid;
	ASSERT_EQ(0, order_and_await(&self->other, act_run_b));
	ASSERT_EQ(0, pthread_join(self->b.thread, NULL));
	EXPECT_EQ(0, named_ret);
}

/* R60, R61: the wake-up has begun. */
TEST_F(forced, a_switch_that_meets_a_wake_up_is_refused)
{
	struct wish wish = { 0 };

	ASSERT_TRUE(start_switch(self, &wish));
	ASSERT_EQ(0, set_delay("wake", gettid(), WINDOW_MS));
	order(&self->other, act_run_b_later);
	EXPECT_EQ(0, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	ASSERT_EQ(0, await_order(&self->other));
	ASSERT_EQ(0, pthread_join(self->b.thread, NULL));
	EXPECT_EQ(-EAGAIN, named_ret);
	ASSERT_TRUE(take_runnable(self->other.ut, self->a.ut));
	self->other.next = self->a.tid;
	ASSERT_EQ(0, order_and_await(&self->other, act_run_b));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(0, wish.ret);
}

static bool handled;

static void note(int sig)
{
	set_flag(&handled);
}

static void *signal_later(void *arg)
{
	struct worker *w = arg;

	sleep_ms(WINDOW_MS / 3);
	pthread_kill(w->thread, SIGUSR1);
	return NULL;
}

/* R38: the worker wakes up while somebody else lists it. */
TEST_F(forced, a_signal_that_meets_a_wake_up_leaves_the_worker_held)
{
	struct sigaction sa = { .sa_handler = note };
	struct wish wish = { 0 };
	pthread_t thread;

	ASSERT_EQ(0, sigaction(SIGUSR1, &sa, NULL));
	ASSERT_TRUE(start_waiting(&self->a, self->ut + 1, self->server, &wish));
	ASSERT_EQ(0, set_delay("wake", gettid(), WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, signal_later, &self->a));
	EXPECT_EQ(0, umcg_kick(UMCG_KICK_WAKE, self->a.tid));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	while (!flag_is_set(&handled))
		sleep_ms(1);
	sleep_ms(20);
	EXPECT_EQ(1, steps(&self->a));
	ASSERT_TRUE(take_runnable(self->server, self->a.ut));
	ASSERT_TRUE(run_to_its_end(self->server, &self->a));
	EXPECT_EQ(0, wish.ret);
}

static bool is_on_its_way(void *arg)
{
	struct worker *w = arg;

	return steps(w) == 1 && get_state(w->ut) == UMCG_TASK_RUNNABLE;
}

static void *go_later(void *arg)
{
	struct wish *wish = arg;

	sleep_ms(100);
	set_flag(&wish->go);
	return NULL;
}

/* R67, R25: the server's time is over while the worker is on its way to yield. */
TEST_F(forced, a_worker_on_its_way_to_yield_is_waited_for)
{
	struct wish wish = {
		.state = UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
		.flags = UMCG_WAIT_YIELD,
		.spins_first = true,
	};
	pthread_t thread;

	self->a.arg = &wish;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    wait_as_wished));
	do {
		ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid,
						steps(&self->a) ?
						UMCG_WAIT_JOIN : 0, 20));
	} while (!is_on_its_way(&self->a));
	EXPECT_EQ(1, proc_umcg("running"));
	ASSERT_EQ(0, pthread_create(&thread, NULL, go_later, &wish));
	EXPECT_EQ(0, join_worker(self->server, self->a.tid));
	EXPECT_TRUE(flag_is_set(&wish.go));
	EXPECT_EQ(0, proc_umcg("running"));
	ASSERT_TRUE(take_runnable(self->server, self->a.ut));
	/* It has stopped, and is to be run: that is no joining. */
	EXPECT_EQ(-EAGAIN, join_worker(self->server, self->a.tid));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	ASSERT_TRUE(run_to_its_end(self->server, &self->a));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

/* R67, R25: a worker that stops while nobody waits for it counts as running no more. */
TEST_F(forced, a_worker_that_stops_unserved_is_not_running)
{
	struct wish wish = {
		.state = UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
		.flags = UMCG_WAIT_YIELD,
		.spins_first = true,
	};

	self->a.arg = &wish;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    wait_as_wished));
	do {
		ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid,
						steps(&self->a) ?
						UMCG_WAIT_JOIN : 0, 20));
	} while (!is_on_its_way(&self->a));
	set_flag(&wish.go);
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, proc_umcg("running"));
	ASSERT_TRUE(run_to_its_end(self->server, &self->a));
	EXPECT_EQ(0, proc_umcg("running"));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

TEST_HARNESS_MAIN
