// SPDX-License-Identifier: GPL-2.0
/* The critical word: hidden blocks that somebody asks about. */
#include "umcg_delay.h"

#define HIDE_ALL	0xffff

FIXTURE(reveal)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct actor other;
	struct worker a;
	bool stop;
};

FIXTURE_SETUP(reveal)
{
	self->ut = new_tasks();
	self->server = self->ut;
	self->stop = false;
	memset(&self->a, 0, sizeof(self->a));
	self->a.arg = &self->stop;
	ASSERT_EQ(0, register_server(self->server));
	ASSERT_TRUE(start_actor(&self->other, self->ut + 16));
}

FIXTURE_TEARDOWN(reveal)
{
}

static void hide_all(struct umcg_task *ut, __u32 *word)
{
	__atomic_store_n(&ut->critical_mask, HIDE_ALL, __ATOMIC_SEQ_CST);
	__atomic_store_n(&ut->critical_ptr, (uintptr_t)word, __ATOMIC_SEQ_CST);
}

/* The other server runs @w, which sleeps in its first read, and hides that. */
static bool other_runs_hidden(struct actor *other, struct worker *w,
			      struct umcg_task *ut,
			      void (*body)(struct worker *))
{
	if (!start_and_await(w, ut, other->ut, body))
		return false;
	hide_all(ut, (__u32 *)(ut + 20));
	other->next = w->tid;
	order(other, act_serve);
	return await_count(w->tid, "hidden_blocks", 1) && await_sleep(w->tid);
}

TEST(the_feature_is_offered)
{
	EXPECT_TRUE(umcg_query() & UMCG_FEATURE_KICK_BLOCKED);
}

/* I2, I4: from then on it is a block like any other; its server is back at once. */
TEST_F(reveal, a_hidden_block_becomes_one_that_is_told)
{
	struct umcg_task *ut = self->ut + 1;
	struct umcg_task *server = self->other.ut;

	ASSERT_TRUE(other_runs_hidden(&self->other, &self->a, ut,
				      read_then_step));
	EXPECT_EQ(1, proc_umcg("running"));
	EXPECT_EQ(0, umcg_kick(UMCG_KICK_BLOCKED, self->a.tid));
	EXPECT_EQ(0, await_order(&self->other));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(ut));
	EXPECT_LT(0, ut->blocked_ts);
	EXPECT_EQ(0, proc_umcg("running"));
	EXPECT_EQ(1, task_umcg(self->a.tid, "blocks"));
	EXPECT_TRUE(take_blocked(server, ut));
	/* Told once. */
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_BLOCKED, self->a.tid));
	EXPECT_EQ(NULL, take(&server->blocked_workers_ptr));

	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_list(&server->runnable_workers_ptr));
	EXPECT_TRUE(take_runnable(server, ut));
	/* I1: held, in the kernel. */
	ASSERT_TRUE(await_sleep(self->a.tid));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

/* The server itself looks when its patience ends. */
TEST_F(reveal, a_server_that_has_timed_out_can_ask)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_then_step));
	hide_all(ut, (__u32 *)(self->ut + 20));
	EXPECT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 100));
	ASSERT_TRUE(await_sleep(self->a.tid));
	EXPECT_EQ(0, umcg_kick(UMCG_KICK_BLOCKED, self->a.tid));
	EXPECT_TRUE(take_blocked(self->server, ut));
	EXPECT_EQ(-EAGAIN, serve_for(self->server, self->a.tid,
				     UMCG_WAIT_JOIN, 100));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
}

/* A worker that executes, is held, or has told already is left alone. */
TEST_F(reveal, only_hidden_blocks_are_told)
{
	struct umcg_task *ut = self->ut + 1;
	struct worker b = { .arg = &self->stop };

	EXPECT_EQ(-EINVAL, umcg_kick(UMCG_KICK_BLOCKED, gettid()));
	EXPECT_EQ(-EINVAL, umcg_kick(UMCG_KICK_BLOCKED, self->other.tid));
	EXPECT_EQ(-EINVAL, umcg_kick(UMCG_KICK_BLOCKED | 1, gettid()));
	EXPECT_EQ(-ESRCH, umcg_kick(UMCG_KICK_BLOCKED, getppid()));

	ASSERT_TRUE(start_and_await(&b, ut, self->server, read_then_step));
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_BLOCKED, b.tid));
	EXPECT_EQ(0, run_worker(self->server, &b));
	EXPECT_TRUE(take_blocked(self->server, ut));
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_BLOCKED, b.tid));
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	ASSERT_EQ(0, unblock_read(&b));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, run_worker(self->server, &b));
	pthread_join(b.thread, NULL);

	ASSERT_TRUE(start_and_await(&self->a, ut + 1, self->other.ut, spin));
	hide_all(ut + 1, (__u32 *)(self->ut + 20));
	self->other.next = self->a.tid;
	order(&self->other, act_serve);
	ASSERT_TRUE(await_steps(&self->a, 1));
	EXPECT_EQ(-EAGAIN, umcg_kick(UMCG_KICK_BLOCKED, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(ut + 1));
	set_flag(&self->stop);
	EXPECT_EQ(0, await_order(&self->other));
	pthread_join(self->a.thread, NULL);
}

static void *reveal_later(void *arg)
{
	struct worker *w = arg;
	long ret;

	sleep_ms(WINDOW_MS / 6);
	set_delay("tell", gettid(), WINDOW_MS);
	ret = umcg_kick(UMCG_KICK_BLOCKED, w->tid);
	sleep_ms(WINDOW_MS / 6);
	set_flag(w->arg);
	return (void *)ret;
}

static void read_then_spin(struct worker *w)
{
	block_in_read(w);
	spin(w);
}

/*
 * R2, R13: it wakes while it is being made BLOCKED, and another server runs it before
 * whoever asked has got on: that one does not take it off its new server.
 */
TEST_F(reveal, a_worker_that_runs_again_keeps_its_new_server)
{
	struct umcg_task *ut = self->ut + 1;
	pthread_t thread;
	void *ret;

	ASSERT_EQ(0, clear_delays()) TH_LOG("needs CONFIG_UMCG_DEBUG");
	ASSERT_TRUE(other_runs_hidden(&self->other, &self->a, ut,
				      read_then_spin));
	ASSERT_EQ(0, pthread_create(&thread, NULL, reveal_later, &self->a));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_BLOCKED));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(0, await_order(&self->other));
	EXPECT_EQ(ut, take(&self->other.ut->runnable_workers_ptr));
	/* It spins here until the one who asked has come back. */
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_TRUE(flag_is_set(&self->stop));
	pthread_join(self->a.thread, NULL);
	pthread_join(thread, &ret);
	EXPECT_EQ(0, (long)ret);
	EXPECT_TRUE(take_blocked(self->other.ut, ut));
	EXPECT_EQ(0, clear_delays());
	EXPECT_EQ(1, proc_umcg("max_running"));
}

/* R13: a server that joins it while it is being made BLOCKED does not sleep for it. */
TEST_F(reveal, a_server_that_joins_it_meanwhile_is_not_left_behind)
{
	struct umcg_task *ut = self->ut + 1;
	pthread_t thread;
	int joined;
	void *ret;

	ASSERT_EQ(0, clear_delays()) TH_LOG("needs CONFIG_UMCG_DEBUG");
	ASSERT_TRUE(other_runs_hidden(&self->other, &self->a, ut,
				      read_then_step));
	ASSERT_EQ(0, umcg_kick(0, self->other.tid));
	ASSERT_EQ(0, await_order(&self->other));
	ASSERT_EQ(0, set_delay("attach", gettid(), WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, reveal_later, &self->a));
	joined = serve_for(self->server, self->a.tid, UMCG_WAIT_JOIN,
			   PATIENCE_MS);
	/* 0: the window was over before the other thread came, as with one CPU. */
	EXPECT_TRUE(!joined || joined == -EAGAIN) TH_LOG("joined: %d", joined);
	pthread_join(thread, &ret);
	EXPECT_EQ(0, (long)ret);
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(ut));
	EXPECT_EQ(0, clear_delays());
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->other.ut));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
}

TEST_HARNESS_MAIN
