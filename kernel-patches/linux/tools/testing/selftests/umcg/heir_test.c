// SPDX-License-Identifier: GPL-2.0
/* Workers whose mutex others wait for: which of them are held. */
#include "umcg_inherit.h"

static bool go;
static int wait_ret;
/* How the owner stops: it yields if that is less than 0, 0 is without a timeout. */
static int wait_ms = -1;

/* Owns the mutex from before it blocks until it is told. */
static void own_and_read(struct worker *w)
{
	pthread_mutex_lock(&mutex);
	block_in_read(w);
	step(w);
	while (!flag_is_set(&go))
		;
	pthread_mutex_unlock(&mutex);
}

/* Owns it while it waits, or yields if its arg is NULL. */
static void own_and_wait(struct worker *w)
{
	pthread_mutex_lock(&mutex);
	step(w);
	while (!flag_is_set(&go))
		;
	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	wait_ret = umcg_wait(wait_ms < 0 ? UMCG_WAIT_YIELD : 0,
			     wait_ms > 0 ? in_ms(wait_ms) : 0);
	pthread_mutex_unlock(&mutex);
}

static bool start_outsider(struct _test_data_inherit *self, int priority)
{
	if (pthread_create(&self->outsider, NULL, want_it,
			   (void *)(long)priority))
		return false;
	while (!flag_is_set(&wanted))
		sleep_ms(1);
	/* It sleeps in pthread_mutex_lock() by then. */
	sleep_ms(50);
	return !flag_is_set(&got);
}

/* It may be listed at any time, and is run once it has been taken. */
static bool run_to_its_end(struct _test_data_inherit *self)
{
	__u64 deadline = in_ms(PATIENCE_MS);

	while (pthread_tryjoin_np(self->a.thread, NULL)) {
		if (now_ns() > deadline)
			return false;
		set_state(self->server, UMCG_TASK_RUNNABLE);
		take(&self->server->blocked_workers_ptr);
		take(&self->server->runnable_workers_ptr);
		self->server->next_tid = self->a.tid;
		if (umcg_wait(0, in_ms(20)))
			sleep_ms(1);
	}
	set_state(self->server, UMCG_TASK_RUNNING);
	return true;
}

/* R62: as long as it has the priority it is no server's to run. */
TEST_F(inherit, an_owner_that_wakes_up_with_a_priority_is_not_listed)
{
	void *fault;

	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    own_and_read));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	take(&self->server->blocked_workers_ptr);
	ASSERT_TRUE(start_outsider(self, 10));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_steps(&self->a, 1));
	EXPECT_EQ(UMCG_TASK_NONE, get_state(self->a.ut));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	/* That was when it registered. */
	EXPECT_EQ(1, task_umcg(self->a.tid, "unblocks"));
	set_flag(&go);
	ASSERT_TRUE(eventually(is_got, NULL));
	ASSERT_EQ(0, pthread_join(self->outsider, &fault));
	EXPECT_EQ(NULL, fault);
	ASSERT_TRUE(run_to_its_end(self));
}

/*
 * The owner executes when it inherits a priority, and then stops by its own wish. No
 * server runs it. Returns what is wrong, or "".
 */
static const char *stop_with_priority(struct _test_data_inherit *self)
{
	void *fault;

	if (!start_and_await(&self->a, self->ut + 1, self->server, own_and_wait))
		return "it does not start";
	while (!steps(&self->a))
		serve_for(self->server, self->a.tid, 0, 20);
	if (!start_outsider(self, 10))
		return "the outsider has the mutex";
	set_flag(&go);
	/* On no list, it is nobody's to release before it has been woken. */
	if (!wait_ms && (!await_sleep(self->a.tid) ||
			 umcg_kick(UMCG_KICK_WAKE, self->a.tid)))
		return "it does not wait";
	if (!eventually(is_got, NULL))
		return "the owner does not give the mutex back";
	if (pthread_join(self->outsider, &fault) || fault)
		return "the outsider has no priority";
	return run_to_its_end(self) ? "" : "it does not come to an end";
}

/* R62 */
TEST_F(inherit, an_owner_that_yields_with_a_priority_goes_on)
{
	ASSERT_STREQ("", stop_with_priority(self));
	EXPECT_EQ(-ESRCH, wait_ret);
	EXPECT_EQ(1, proc_umcg("inherits"));
}

/* R62: on no list it is nobody's to run; when its time is over it is listed. */
TEST_F(inherit, an_owner_that_times_out_with_a_priority_goes_on)
{
	wait_ms = 100;
	ASSERT_STREQ("", stop_with_priority(self));
	EXPECT_EQ(-ESRCH, wait_ret);
	EXPECT_EQ(1, proc_umcg("inherits"));
}

/* R62: the same when a wake-up lists it. */
TEST_F(inherit, an_owner_that_is_woken_with_a_priority_goes_on)
{
	wait_ms = 0;
	ASSERT_STREQ("", stop_with_priority(self));
	EXPECT_EQ(-ESRCH, wait_ret);
	EXPECT_EQ(1, proc_umcg("inherits"));
}

/* I1: who waits for it has no better claim than its other workers. */
TEST_F(inherit, an_owner_that_wakes_up_with_an_equal_waiter_is_held)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    own_and_read));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	take(&self->server->blocked_workers_ptr);
	ASSERT_TRUE(start_outsider(self, 0));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	sleep_ms(20);
	EXPECT_EQ(0, steps(&self->a));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	set_flag(&go);
	ASSERT_TRUE(run_to_its_end(self));
	ASSERT_EQ(0, pthread_join(self->outsider, NULL));
	EXPECT_EQ(0, proc_umcg("inherits"));
}

TEST_HARNESS_MAIN
