// SPDX-License-Identifier: GPL-2.0
/* R60: a worker that is on a list is run by whoever takes the list, not by its name. */
#include "umcg_wish.h"

/*
 * Worker b names worker a, which is listed, behind c: that is refused, and the list
 * stays as it is. Returns what is wrong, or "".
 */
static const char *name_listed(struct _test_data_forced *self)
{
	self->b.arg = &self->a;
	if (run_worker(self->server, &self->b))
		return "the worker that names it was not run to its end";
	if (named_ret != -EAGAIN)
		return "the switch was not refused";
	if (self->b.ut->next_tid != (__u32)self->a.tid)
		return "next_tid is consumed";
	if (!list_is(self->server, &self->a, &self->c))
		return "the list is not what it was";
	if (!run_to_its_end(self->server, &self->a) ||
	    !run_to_its_end(self->server, &self->c))
		return "a listed worker was lost";
	return "";
}

/* R60, I3 */
TEST_F(forced, a_waiter_that_its_timeout_has_listed_is_not_switched_to)
{
	struct wish wish = { .timeout_ms = 1000 };

	ASSERT_TRUE(start_two(self, &wish));
	ASSERT_TRUE(start_listed(self));
	ASSERT_TRUE(eventually(is_newest, self));
	EXPECT_STREQ("", name_listed(self));
	EXPECT_EQ(-ETIMEDOUT, wish.ret);
}

/* R60, R27: it blocks between its wish to wait and the call. */
TEST_F(forced, a_waiter_that_a_block_has_listed_is_not_switched_to)
{
	struct wish wish = {
		.state = UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
		.blocks_first = true,
	};

	ASSERT_TRUE(start_two(self, &wish));
	ASSERT_TRUE(take_blocked(self->server, self->a.ut));
	ASSERT_TRUE(start_listed(self));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(eventually(is_newest, self));
	EXPECT_STREQ("", name_listed(self));
	EXPECT_EQ(-EAGAIN, wish.ret);
}

/* R60 */
TEST_F(forced, a_worker_that_yields_is_not_switched_to)
{
	struct wish wish = { .flags = UMCG_WAIT_YIELD };

	ASSERT_EQ(0, start_worker(&self->c, self->ut + 3,
				  self->server->server_tid, step));
	ASSERT_EQ(self->c.ut, await_runnable(self->server));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    name_other));
	ASSERT_TRUE(start_waiting(&self->a, self->ut + 1, self->server, &wish));
	/* Put back what was taken, as the oldest. */
	__atomic_store_n(&self->a.ut->runnable_workers_ptr,
			 (__u64)(uintptr_t)self->c.ut, __ATOMIC_SEQ_CST);
	EXPECT_STREQ("", name_listed(self));
	EXPECT_EQ(0, wish.ret);
}

/* R60: a server, too, has to take the list first. */
TEST_F(forced, a_waiter_that_is_on_a_list_is_not_run)
{
	struct wish wish = { .timeout_ms = 50 };

	ASSERT_TRUE(start_waiting(&self->a, self->ut + 1, self->server, &wish));
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	ASSERT_TRUE(start_listed(self));
	EXPECT_EQ(-EAGAIN, serve(self->server, self->a.tid));
	EXPECT_EQ((__u32)self->a.tid, self->server->next_tid);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	ASSERT_TRUE(list_is(self->server, &self->c, &self->a));
	ASSERT_TRUE(run_to_its_end(self->server, &self->a));
	EXPECT_EQ(-ETIMEDOUT, wish.ret);
	ASSERT_TRUE(run_to_its_end(self->server, &self->c));
}

/* It has been taken; others are on the list now, or again. */
TEST_F(forced, a_worker_that_has_been_taken_is_switched_to)
{
	struct wish wish = { .timeout_ms = 50 };

	ASSERT_TRUE(start_waiting(&self->a, self->ut + 1, self->server, &wish));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    name_other));
	ASSERT_TRUE(start_listed(self));
	self->b.arg = &self->a;
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(-ETIMEDOUT, wish.ret);
	ASSERT_EQ(0, umcg_kick(UMCG_KICK_WAKE, self->b.tid));
	ASSERT_TRUE(list_is(self->server, &self->b, &self->c));
	ASSERT_TRUE(run_to_its_end(self->server, &self->b));
	EXPECT_EQ(0, named_ret);
	ASSERT_TRUE(run_to_its_end(self->server, &self->c));
}

/* User space puts one of those that it has taken back: that one is on the list. */
TEST_F(forced, a_worker_that_was_not_put_back_is_run)
{
	ASSERT_EQ(0, start_worker(&self->a, self->ut + 1,
				  self->server->server_tid, step));
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	ASSERT_TRUE(start_listed(self));
	take(&self->server->runnable_workers_ptr);
	self->a.ut->runnable_workers_ptr = 0;
	__atomic_store_n(&self->server->runnable_workers_ptr,
			 (__u64)(uintptr_t)self->a.ut, __ATOMIC_SEQ_CST);
	EXPECT_EQ(-EAGAIN, serve(self->server, self->a.tid));
	ASSERT_EQ(0, run_worker(self->server, &self->c));
	ASSERT_EQ(0, pthread_join(self->c.thread, NULL));
	ASSERT_TRUE(take_runnable(self->server, self->a.ut));
	ASSERT_TRUE(run_to_its_end(self->server, &self->a));
}

TEST_HARNESS_MAIN
