// SPDX-License-Identifier: GPL-2.0
/* A worker that was released, and is on its list still, stops by its own wish. */
#include "umcg_limit.h"
#include "umcg_harness.h"

#define SHORT_MS	100

FIXTURE(relist)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
	bool go;
};

static int yield_ret;

FIXTURE_SETUP(relist)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	self->go = false;
	self->a.arg = &self->go;
	ASSERT_EQ(0, register_limited_server(self->server, SHORT_MS));
}

FIXTURE_TEARDOWN(relist)
{
}

static void spin_then_yield(struct worker *w)
{
	step(w);
	while (!flag_is_set(w->arg))
		;
	yield_ret = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	step(w);
}

/* I3 */
TEST_F(relist, a_released_worker_that_yields_is_listed_once)
{
	struct umcg_task *list;

	ASSERT_TRUE(list_worker(&self->a, self->ut + 1, self->server,
				spin_then_yield));
	ASSERT_TRUE(await_steps(&self->a, 1));
	ASSERT_TRUE(lift_limit(self->ut + UMCG_TASKS - 1));
	ASSERT_TRUE(list_worker(&self->b, self->ut + 2, self->server, do_step));
	set_flag(&self->go);
	ASSERT_TRUE(await_sleep(self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	list = take(&self->server->runnable_workers_ptr);
	EXPECT_EQ(1, times_listed(list, self->a.ut));
	EXPECT_EQ(1, times_listed(list, self->b.ut));
	EXPECT_EQ(1, steps(&self->a));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	ASSERT_EQ(0, pthread_join(self->b.thread, NULL));
	EXPECT_EQ(0, yield_ret);
}

TEST_HARNESS_MAIN
