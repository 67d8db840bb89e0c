// SPDX-License-Identifier: GPL-2.0
/* Races that delays inside the kernel force. */
#include "umcg_delay.h"

static void yield_once(struct worker *w)
{
	step(w);
	w->ret = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	step(w);
}

static void spin_then_read(struct worker *w)
{
	step(w);
	while (!flag_is_set(w->arg))
		;
	block_in_read(w);
	step(w);
}

static void *kick_now(void *tid)
{
	sleep_ms(WINDOW_MS / 4);
	return (void *)(long)umcg_kick(0, (pid_t)(long)tid);
}

/* R1, R26, R51: kicked after it looked, before it sleeps: it does not sleep. */
TEST_F(forced, a_kick_on_a_servers_way_to_sleep_is_seen)
{
	pthread_t thread;
	__u64 start;
	void *kick;
	int ret;

	ASSERT_EQ(0, set_delay("sleep", gettid(), WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, kick_now,
				    (void *)(long)gettid()));
	start = now_ns();
	ret = serve(self->server, 0);
	/* EAGAIN: on a slow machine the kick came first. */
	EXPECT_TRUE(ret == 0 || ret == -EAGAIN);
	EXPECT_GT(start + PATIENCE_MS / 2 * NSEC_PER_MSEC, now_ns());
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
	pthread_join(thread, &kick);
	EXPECT_EQ(0, (long)kick);
}

static void *unblock_now(void *w)
{
	sleep_ms(WINDOW_MS / 4);
	return (void *)(long)unblock_read(w);
}

/* R1, R24, R51: the same with a worker that becomes runnable just then. */
TEST_F(forced, a_worker_wakes_a_server_on_its_way_to_sleep)
{
	struct umcg_task *ut = self->ut + 1;
	pthread_t thread;
	__u64 start;

	ASSERT_TRUE(start_and_block(&self->a, ut, self->server,
				    read_then_step));
	ASSERT_EQ(0, set_delay("sleep", gettid(), WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_now, &self->a));
	start = now_ns();
	EXPECT_EQ(2, idle_until_listed(self->server));
	EXPECT_GT(start + PATIENCE_MS / 2 * NSEC_PER_MSEC, now_ns());
	EXPECT_TRUE(take_runnable(self->server, ut));
	pthread_join(thread, NULL);
}

/* R1: run after it looked, before it sleeps: it runs, and nobody had to wake it. */
TEST_F(forced, a_worker_that_is_run_on_its_way_into_the_hold_runs)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, yield_once));
	ASSERT_EQ(0, set_delay("hold", self->a.tid, WINDOW_MS));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	/* Its server went on as soon as it was listed. */
	EXPECT_TRUE(take_runnable(self->server, ut));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(0, self->a.ret);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
}

/* R16, R24: RUNNABLE, but on no list yet, when the server looks: it is told later. */
TEST_F(forced, a_server_that_looks_before_the_push_is_woken)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_block(&self->a, ut, self->server,
				    read_then_step));
	ASSERT_EQ(0, set_delay("enqueue", self->a.tid, WINDOW_MS));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	EXPECT_EQ(2, idle_until_listed(self->server));
	EXPECT_TRUE(take_runnable(self->server, ut));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
}

/* I3, R14, R16: who finds it on the list may run it. */
TEST_F(forced, a_worker_is_runnable_before_it_is_listed)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_block(&self->a, ut, self->server,
				    read_then_step));
	ASSERT_EQ(0, set_delay("enqueue", self->a.tid, WINDOW_MS));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(ut));
}

/* I3, R10: the list changes under the hands of the one, who is listed all the same. */
TEST_F(forced, workers_that_are_listed_at_the_same_time_are_both_there)
{
	struct umcg_task *ut = self->ut + 1;
	struct worker *w[2] = { &self->a, &self->b };
	struct umcg_task *list;
	int i, first;

	for (i = 0; i < 2; i++)
		ASSERT_TRUE(start_and_block(w[i], ut + i, self->server,
					    read_then_step));
	ASSERT_EQ(0, set_delay("push", self->a.tid, WINDOW_MS));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	sleep_ms(WINDOW_MS / 10);
	ASSERT_EQ(0, unblock_read(&self->b));
	/* Each was listed when it was new, too. */
	for (i = 0; i < 2; i++)
		ASSERT_TRUE(await_count(w[i]->tid, "unblocks", 2));
	list = take(&self->server->runnable_workers_ptr);
	first = list == ut ? 0 : 1;
	EXPECT_EQ(ut + first, list);
	EXPECT_EQ((uintptr_t)(ut + !first), ut[first].runnable_workers_ptr);
	EXPECT_EQ(0, ut[!first].runnable_workers_ptr);
}

/*
 * R6, R12: the server's time is over while its worker, BLOCKED, is on no list, or is,
 * but has told nobody.
 */
static const char *time_out_at(const char *point, struct umcg_task *server,
			       struct worker *w)
{
	int ret;

	if (set_delay(point, w->tid, WINDOW_MS))
		return "no delays";
	ret = serve_for(server, w->tid, 0, WINDOW_MS / 6);
	if (ret && ret != -ETIMEDOUT)
		return "the wait failed";
	if (get_state(server) != UMCG_TASK_RUNNING)
		return "the server is not RUNNING";
	if (idle_until_listed(server) != 1)
		return "the server has not heard of the block";
	if (!take_blocked(server, w->ut))
		return "another one is on the list";
	if (!await_sleep(w->tid) || get_state(w->ut) != UMCG_TASK_BLOCKED)
		return "the worker is not blocked";
	if (set_delay(point, 0, 0) || unblock_read(w) ||
	    await_runnable(server) != w->ut)
		return "it is not listed once it is runnable";
	return "";
}

static void read_thrice(struct worker *w)
{
	block_in_read(w);
	block_in_read(w);
	block_in_read(w);
	step(w);
}

TEST_F(forced, a_block_that_meets_the_servers_timeout_is_seen)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_thrice));
	EXPECT_STREQ("", time_out_at("block", self->server, &self->a));
	EXPECT_STREQ("", time_out_at("blocked", self->server, &self->a));
	EXPECT_STREQ("", time_out_at("tell", self->server, &self->a));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, self->a.steps);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

/*
 * R6: its server has moved on to another worker when it blocks. The notice is there,
 * and neither wakes the server beside that worker, nor stops that one.
 */
TEST_F(forced, a_block_behind_the_back_of_its_server_is_only_listed)
{
	struct umcg_task *ut = self->ut + 1, *ut2 = self->ut + 2;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_then_step));
	ASSERT_TRUE(start_and_await(&self->b, ut2, self->server, spin));
	ut->server_tid = self->other.tid;
	ASSERT_EQ(0, set_delay("block", self->a.tid, WINDOW_MS));
	self->other.next = self->a.tid;
	self->other.timeout_ms = WINDOW_MS / 6;
	order_and_await(&self->other, act_serve);
	self->other.next = self->b.tid;
	self->other.timeout_ms = 0;
	order(&self->other, act_serve);
	ASSERT_TRUE(await_list(&self->other.ut->blocked_workers_ptr));
	ASSERT_TRUE(await_steps(&self->b, 1));
	ASSERT_TRUE(await_sleep(self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNING, ut2->state);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->other.ut));
	EXPECT_TRUE(take_blocked(self->other.ut, ut));
	set_flag(&self->go);
	EXPECT_EQ(0, await_order(&self->other));
	pthread_join(self->b.thread, NULL);
}

struct kicker {
	pid_t tid;
	int ret;
	pthread_t thread;
};

static void *kick_main(void *arg)
{
	struct kicker *k = arg;

	set_delay("kick", gettid(), WINDOW_MS);
	k->ret = umcg_kick(0, k->tid);
	return NULL;
}

/* R44, R45: kicked when it has decided to block: BLOCKED, told of once, no trace. */
TEST_F(forced, a_kick_of_a_worker_that_is_about_to_block_is_one_stop)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    spin_then_read));
	ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 20));
	ASSERT_EQ(0, set_delay("block", self->a.tid, WINDOW_MS));
	set_flag(&self->go);
	sleep_ms(WINDOW_MS / 6);
	umcg_kick(0, self->a.tid);
	/* On a slow machine the kick came first, and it is listed now. */
	if (idle_until_listed(self->server) == 2) {
		EXPECT_TRUE(take_runnable(self->server, ut));
		EXPECT_EQ(0, run_worker(self->server, &self->a));
	}
	EXPECT_TRUE(take_blocked(self->server, ut));
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	ASSERT_TRUE(await_sleep(self->a.tid));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, ut->runnable_workers_ptr);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
}

/* R13, I2: joined when it counts as RUNNING no more, and is about to block. */
TEST_F(forced, a_join_of_a_worker_that_is_about_to_block_leaves_no_count)
{
	struct umcg_task *ut = self->ut + 1;
	int ret;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    spin_then_read));
	ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 20));
	EXPECT_EQ(1, proc_umcg("running"));
	ASSERT_EQ(0, set_delay("block", self->a.tid, WINDOW_MS));
	set_flag(&self->go);
	sleep_ms(WINDOW_MS / 6);
	ret = join_worker(self->server, self->a.tid);
	EXPECT_TRUE(!ret || ret == -EAGAIN) TH_LOG("joined: %d", ret);
	ASSERT_TRUE(await_sleep(self->a.tid));
	EXPECT_TRUE(take_blocked(self->server, ut));
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	EXPECT_EQ(0, proc_umcg("running"));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, proc_umcg("running"));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

/* R13, R44: it blocks while the kick is on its way: the kick has no effect. */
TEST_F(forced, a_kick_that_comes_too_late_leaves_no_trace)
{
	struct umcg_task *ut = self->ut + 1;
	struct kicker k;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    spin_then_read));
	ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 20));
	k.tid = self->a.tid;
	ASSERT_EQ(0, pthread_create(&k.thread, NULL, kick_main, &k));
	sleep_ms(WINDOW_MS / 6);
	set_flag(&self->go);
	if (idle_until_listed(self->server) == 2) {
		EXPECT_TRUE(take_runnable(self->server, ut));
		EXPECT_EQ(0, run_worker(self->server, &self->a));
	}
	EXPECT_TRUE(take_blocked(self->server, ut));
	pthread_join(k.thread, NULL);
	EXPECT_TRUE(k.ret == 0 || k.ret == -EAGAIN);
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
}

static void yield_then_spin(struct worker *w)
{
	step(w);
	w->ret = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	spin(w);
}

/* R13: RUNNING, RUNNABLE, RUNNING meanwhile: the kick stops the new run, once. */
TEST_F(forced, a_kick_that_meets_the_next_run_stops_that_one)
{
	struct umcg_task *ut = self->ut + 1;
	struct kicker k;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    yield_then_spin));
	k.tid = self->a.tid;
	ASSERT_EQ(0, pthread_create(&k.thread, NULL, kick_main, &k));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_TRUE(take_runnable(self->server, ut));
	/* Ended by that kick, or by its time if that came too early or too late. */
	serve_for(self->server, self->a.tid, 0, 4 * WINDOW_MS);
	pthread_join(k.thread, NULL);
	if (k.ret == 0) {
		EXPECT_EQ(2, idle_until_listed(self->server));
		EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
		EXPECT_TRUE(take_runnable(self->server, ut));
		EXPECT_EQ(1, proc_umcg("preempts"));
	} else {
		EXPECT_EQ(-EAGAIN, k.ret);
		EXPECT_EQ(UMCG_TASK_RUNNING, ut->state);
	}
}

/* It advertises itself, and idles until somebody wakes it. */
static int act_idle_advertised(struct actor *self)
{
	__atomic_store_n((__u32 *)self->arg, gettid(), __ATOMIC_SEQ_CST);
	return serve(self->ut, 0);
}

/* R11, R24, I4: its tid is taken, but by then the worker has been run: it is woken. */
TEST_F(forced, an_idle_server_that_is_not_needed_any_more_is_woken_all_the_same)
{
	struct umcg_task *ut = self->ut;
	__u32 *word = (__u32 *)(ut + 100);

	ut[1].idle_server_tid_ptr = (uintptr_t)word;
	ASSERT_TRUE(start_and_await(&self->a, ut + 1, self->server,
				    read_then_step));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_TRUE(take_blocked(self->server, ut + 1));
	self->other.arg = word;
	order(&self->other, act_idle_advertised);
	ASSERT_TRUE(await_state(self->other.ut, UMCG_TASK_RUNNABLE));
	ASSERT_TRUE(await_sleep(self->other.tid));
	ASSERT_EQ(0, set_delay("announce", self->a.tid, WINDOW_MS));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	EXPECT_TRUE(take_runnable(self->server, ut + 1));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(0, await_order(&self->other));
	EXPECT_EQ(0, *word);
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

/* R49: a second worker has news before the first one's have been told. */
TEST_F(forced, news_before_the_first_ones_are_told_lose_neither)
{
	struct umcg_task *ut = self->ut + 1, *ut2 = self->ut + 2;
	pthread_t thread;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_then_step));
	ASSERT_TRUE(start_and_await(&self->b, ut2, self->server,
				    read_then_step));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	EXPECT_TRUE(take_blocked(self->server, ut2));
	ASSERT_EQ(0, set_delay("tell", self->a.tid, WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_now, &self->b));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_TRUE(take_blocked(self->server, ut));
	/* The server goes to sleep again at once: news keep coming through. */
	EXPECT_EQ(2, idle_until_listed(self->server));
	EXPECT_TRUE(take_runnable(self->server, ut2));
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_TRUE(await_sleep(self->a.tid));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->server));
	pthread_join(thread, NULL);
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

TEST_HARNESS_MAIN
