// SPDX-License-Identifier: GPL-2.0
/* Races with servers and workers that leave, which delays inside the kernel force. */
#include "umcg_delay.h"
#include "umcg_limit.h"
#include "umcg_pair.h"

/* R57: its server goes while it is about to be listed there. */
TEST_F(forced, a_worker_that_pushes_on_a_dead_servers_list_is_found)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_block(&self->a, ut, self->server,
				    read_then_step));
	ut->server_tid = self->other.tid;
	ASSERT_EQ(0, set_delay("enqueue", self->a.tid, WINDOW_MS));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	order(&self->other, act_unregister);
	EXPECT_EQ(2, idle_until_listed(self->server));
	EXPECT_TRUE(take_runnable(self->server, ut));
	pthread_join(self->other.thread, NULL);
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

/* R57: marked dead, the server still has its list: nobody is added to it. */
TEST_F(forced, a_worker_that_wakes_as_its_server_goes_is_found)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_then_step));
	ut->server_tid = self->other.tid;
	self->other.next = self->a.tid;
	ASSERT_EQ(0, order_and_await(&self->other, act_serve));
	EXPECT_TRUE(take_blocked(self->other.ut, ut));
	ASSERT_EQ(0, set_delay("leave", self->other.tid, WINDOW_MS));
	order(&self->other, act_unregister);
	ASSERT_TRUE(await_state(self->other.ut, UMCG_TASK_NONE));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(2, idle_until_listed(self->server));
	EXPECT_TRUE(take_runnable(self->server, ut));
	pthread_join(self->other.thread, NULL);
	EXPECT_EQ(NULL, take(&self->other.ut->runnable_workers_ptr));
}

/* R22, R23: it is dead, but its server does not know yet: no one else waits for it. */
TEST_F(forced, a_worker_that_leaves_cannot_be_run_and_wakes_its_server)
{
	struct umcg_task *ut = self->ut + 1;
	int ret;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, do_step));
	ASSERT_EQ(0, set_delay("leave", self->a.tid, WINDOW_MS));
	self->other.next = self->a.tid;
	self->other.flags = UMCG_WAIT_JOIN;
	/* Its quantum is over before it is gone. */
	ret = serve_for(self->server, self->a.tid, 0, WINDOW_MS / 6);
	EXPECT_TRUE(ret == -ETIMEDOUT || ret == 0);
	ASSERT_TRUE(await_state(ut, UMCG_TASK_NONE));
	ret = order_and_await(&self->other, act_serve);
	EXPECT_TRUE(ret == -ESRCH || ret == -EAGAIN);
	ret = join_worker(self->server, self->a.tid);
	EXPECT_TRUE(ret == -ESRCH || ret == -EAGAIN);
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, proc_umcg("running"));
	EXPECT_EQ(0, proc_umcg("workers"));
}

static int act_limit(struct actor *self)
{
	return change_limit(self->ut, 100);
}

static int act_let_it_end(struct actor *self)
{
	sleep_ms(WINDOW_MS / 6);
	set_flag(self->arg);
	return 0;
}

/* The server is held up inside the kernel: the others need a CPU to themselves. */
static bool keep_apart(struct actor *other, struct worker *w)
{
	int first = first_cpu(), last = last_cpu();

	return !pin(gettid(), first) && !pin(other->tid, last) &&
	       !pin(w->tid, last);
}

/* R22, I4: it was released, so its state would allow it to be run; but then it ends. */
static const char *end_before_it_is_run(struct umcg_task *server,
					struct actor *other, struct worker *w,
					unsigned int leave_ms)
{
	bool go = false;
	int ret;

	w->arg = &go;
	if (order_and_await(other, act_limit) || change_limit(server, 100) ||
	    !start_and_await(w, w->ut, server, spin) || !await_steps(w, 1) ||
	    !lift_limit(other->ut + 1))
		return "it was not released";
	if (get_state(w->ut) != UMCG_TASK_NONE)
		return "it is not in state NONE";
	if (!keep_apart(other, w))
		return "it stays on any CPU";
	if (set_delay("found", gettid(), WINDOW_MS / 2) ||
	    set_delay("leave", w->tid, leave_ms))
		return "no delays";
	other->arg = &go;
	order(other, act_let_it_end);
	set_state(server, UMCG_TASK_RUNNABLE);
	server->next_tid = w->tid;
	/* On one CPU it may have been run before it could end. */
	ret = umcg_wait(0, in_ms(10 * WINDOW_MS));
	if (ret && ret != -EAGAIN)
		return strerrorname_np(-ret);
	await_order(other);
	pthread_join(w->thread, NULL);
	if (get_state(server) != UMCG_TASK_RUNNING || proc_umcg("running"))
		return "somebody still counts as running";
	return clear_delays() ? "no delays" : "";
}

TEST_F(forced, a_worker_that_has_ended_when_it_is_to_be_run_is_not_waited_for)
{
	self->a.ut = self->ut + 1;
	EXPECT_STREQ("", end_before_it_is_run(self->server, &self->other,
					      &self->a, 0));
}

TEST_F(forced, a_worker_that_is_ending_when_it_is_to_be_run_is_not_waited_for)
{
	self->a.ut = self->ut + 1;
	EXPECT_STREQ("", end_before_it_is_run(self->server, &self->other,
					      &self->a, WINDOW_MS));
}

TEST_HARNESS_MAIN
