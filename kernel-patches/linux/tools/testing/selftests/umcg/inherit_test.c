// SPDX-License-Identifier: GPL-2.0
/* Mutexes with priority inheritance: who waits for one, and who owns one. */
#include "umcg_inherit.h"

static bool owned;

/* Owns the mutex, executing, until somebody wants it. */
static void own_and_spin(struct worker *w)
{
	pthread_mutex_lock(&mutex);
	set_flag(&owned);
	step(w);
	while (!flag_is_set(&wanted))
		;
	pthread_mutex_unlock(&mutex);
	step(w);
	/* Long enough to be found held again before it has ended. */
	while (!flag_is_set(&got))
		;
	for (;;)
		if (flag_is_set(w->arg))
			return;
}

/* Owns it, asleep, until it is unblocked. */
static void own_and_read(struct worker *w)
{
	pthread_mutex_lock(&mutex);
	set_flag(&owned);
	block_in_read(w);
	pthread_mutex_unlock(&mutex);
	step(w);
	for (;;)
		if (flag_is_set(w->arg))
			return;
}

static void lock_it(struct worker *w)
{
	step(w);
	pthread_mutex_lock(&mutex);
	step(w);
	pthread_mutex_unlock(&mutex);
}

/* R62: the sleep in a PI futex is told like any other. */
TEST_F(inherit, a_worker_that_waits_for_the_mutex_is_blocked)
{
	bool go = true;

	self->a.arg = &go;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    own_and_read));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    lock_it));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	take(&self->server->blocked_workers_ptr);
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->b.ut));
	EXPECT_EQ(self->b.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(1, steps(&self->b));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(self->b.ut, await_runnable(self->server));
	EXPECT_EQ(1, steps(&self->b));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	ASSERT_EQ(0, pthread_join(self->b.thread, NULL));
	EXPECT_EQ(2, steps(&self->b));
	EXPECT_EQ(0, proc_umcg("inherits"));
}

/* Preempted while it owns the mutex, and held: nobody runs it. */
static bool hold_owner(struct _test_data_inherit *self, bool *go)
{
	self->a.arg = go;
	if (!start_and_await(&self->a, self->ut + 1, self->server, own_and_spin))
		return false;
	while (!flag_is_set(&owned))
		serve_for(self->server, self->a.tid,
			  steps(&self->a) ? UMCG_WAIT_JOIN : 0, 20);
	while (get_state(self->a.ut) != UMCG_TASK_RUNNABLE) {
		umcg_kick(0, self->a.tid);
		serve_for(self->server, self->a.tid, UMCG_WAIT_JOIN, 20);
	}
	return await_list(&self->server->runnable_workers_ptr);
}

static bool end_owner(struct _test_data_inherit *self, bool *go)
{
	set_flag(go);
	while (get_state(self->a.ut) != UMCG_TASK_NONE) {
		take(&self->server->runnable_workers_ptr);
		take(&self->server->blocked_workers_ptr);
		if (run_worker(self->server, &self->a) == -ETIMEDOUT)
			return false;
	}
	return !pthread_join(self->a.thread, NULL);
}

/* R62: no server runs the owner; it executes all the same, and then is held again. */
TEST_F(inherit, a_held_owner_that_inherits_a_priority_executes)
{
	bool go = false;
	void *fault;

	ASSERT_TRUE(hold_owner(self, &go));
	ASSERT_EQ(0, pthread_create(&self->outsider, NULL, want_it, (void *)10));
	ASSERT_TRUE(eventually(is_got, NULL));
	ASSERT_EQ(0, pthread_join(self->outsider, &fault));
	EXPECT_EQ(NULL, fault);
	EXPECT_EQ(1, proc_umcg("inherits"));
	EXPECT_EQ(0, proc_umcg("running"));
	ASSERT_TRUE(await_state(self->a.ut, UMCG_TASK_RUNNABLE));
	/* Still where it was put, and not a second time. */
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, self->a.ut->runnable_workers_ptr);
	ASSERT_TRUE(end_owner(self, &go));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

/* R62: it wakes up with the priority, and would be held. */
TEST_F(inherit, an_owner_that_wakes_up_with_a_priority_is_not_held)
{
	bool go = false;
	void *fault;

	self->a.arg = &go;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    own_and_read));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	take(&self->server->blocked_workers_ptr);
	ASSERT_EQ(0, pthread_create(&self->outsider, NULL, want_it, (void *)10));
	while (!flag_is_set(&wanted))
		sleep_ms(1);
	sleep_ms(50);
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(eventually(is_got, NULL));
	ASSERT_EQ(0, pthread_join(self->outsider, &fault));
	EXPECT_EQ(NULL, fault);
	EXPECT_EQ(1, proc_umcg("inherits"));
	ASSERT_TRUE(await_state(self->a.ut, UMCG_TASK_RUNNABLE));
	ASSERT_TRUE(end_owner(self, &go));
}

/* A waiter that is no better than the owner waits for it, as for its other workers. */
TEST_F(inherit, a_held_owner_that_inherits_nothing_stays_held)
{
	bool go = false;
	void *fault;

	ASSERT_TRUE(hold_owner(self, &go));
	ASSERT_EQ(0, pthread_create(&self->outsider, NULL, want_it, NULL));
	while (!flag_is_set(&wanted))
		sleep_ms(1);
	sleep_ms(100);
	EXPECT_FALSE(flag_is_set(&got));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	EXPECT_EQ(0, proc_umcg("inherits"));
	ASSERT_TRUE(end_owner(self, &go));
	ASSERT_EQ(0, pthread_join(self->outsider, &fault));
	EXPECT_TRUE(flag_is_set(&got));
}

TEST_HARNESS_MAIN
