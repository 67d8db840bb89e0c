// SPDX-License-Identifier: GPL-2.0
/* Races about who runs a worker, that delays inside the kernel force. */
#include "umcg_delay.h"

/* For a time that must lie inside a window, on a slow machine, too. */
#define LONG_WINDOW_MS	900

static int act_serve_once(struct actor *self)
{
	return serve(self->ut, self->next);
}

struct timed {
	__u64 deadline;
	int ret;
};

static void wait_timed(struct worker *w)
{
	struct timed *t = w->arg;

	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	t->ret = umcg_wait(0, t->deadline);
	step(w);
}

/* R40, R41: its time ends while a server has reserved it: run, or listed, not both. */
TEST_F(forced, a_timeout_that_meets_the_run_is_one_of_the_two)
{
	struct umcg_task *ut = self->ut + 1;
	struct timed t = { 0, 1 };
	int ret;

	self->a.arg = &t;
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, wait_timed));
	ASSERT_EQ(0, set_delay("attach", self->other.tid, LONG_WINDOW_MS));
	self->other.next = self->a.tid;
	t.deadline = in_ms(LONG_WINDOW_MS);
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	while (now_ns() + LONG_WINDOW_MS / 2 * NSEC_PER_MSEC < t.deadline)
		sleep_ms(1);
	/* In time, or it would be run from its list. */
	ret = order_and_await(&self->other, act_serve_once);
	if (ret) {
		EXPECT_EQ(-EAGAIN, ret);
		EXPECT_EQ((__u32)self->a.tid, self->other.ut->next_tid);
		EXPECT_EQ(ut, await_runnable(self->server));
		EXPECT_EQ(0, ut->runnable_workers_ptr);
		EXPECT_EQ(0, steps(&self->a));
		EXPECT_EQ(0, run_worker(self->server, &self->a));
	} else {
		EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED,
			  self->other.ut->next_tid);
	}
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, self->a.steps);
	EXPECT_EQ(ret ? -ETIMEDOUT : 0, t.ret);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
}

static void wait_for_good(struct worker *w)
{
	w->ret = worker_wait_for(w, 0, 0);
	step(w);
}

/* It runs until both servers have named it. */
static void wait_then_run_on(struct worker *w)
{
	__u64 end;

	wait_for_good(w);
	end = in_ms(LONG_WINDOW_MS);
	while (now_ns() < end)
		;
}

/* It was refused to a server: at once, or, on a slow machine, when it had gone. */
static bool is_refusal(int ret)
{
	return ret == -EAGAIN || ret == -ESRCH;
}

/* R13, I2: what one server has reserved no other one runs. */
TEST_F(forced, two_servers_that_name_one_worker_do_not_both_run_it)
{
	struct umcg_task *ut = self->ut + 1;
	int first, second;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    wait_then_run_on));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, set_delay("attach", self->other.tid, WINDOW_MS));
	self->other.next = self->a.tid;
	order(&self->other, act_serve_once);
	ASSERT_TRUE(await_state(self->other.ut, UMCG_TASK_RUNNABLE));
	sleep_ms(WINDOW_MS / 6);
	second = serve(self->server, self->a.tid);
	first = await_order(&self->other);
	/* Nobody waits for a worker of another server; which one has it may differ. */
	EXPECT_TRUE(first ? is_refusal(first) && !second : is_refusal(second))
		TH_LOG("first %d, second %d", first, second);
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, self->a.steps);
	EXPECT_EQ(1, proc_umcg("max_running"));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* The flags say when to wait, after the wish to, and when to end. */
static void wish_and_wait(struct worker *w)
{
	bool *flags = w->arg;

	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	step(w);
	while (!flag_is_set(&flags[0]))
		;
	w->ret = umcg_wait(0, 0);
	step(w);
	while (!flag_is_set(&flags[1]))
		;
}

/* R5: on its way into its wait it is run by another server: one server has it. */
TEST_F(forced, a_worker_on_its_way_to_wait_is_run_by_one_server)
{
	struct umcg_task *ut = self->ut + 1;
	bool flags[2] = { false, false };

	self->a.arg = flags;
	self->b.arg = &self->a;
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, wish_and_wait));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    switch_to_a));
	/* Its server's time is over. */
	ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0,
					WINDOW_MS / 3));
	ASSERT_TRUE(await_steps(&self->a, 1));
	ASSERT_EQ(0, set_delay("attach", self->b.tid, WINDOW_MS));
	self->other.next = self->b.tid;
	order(&self->other, act_serve);
	ASSERT_TRUE(await_steps(&self->b, 1));
	sleep_ms(WINDOW_MS / 6);
	set_flag(&flags[0]);
	ASSERT_TRUE(await_steps(&self->a, 2));
	sleep_ms(20);
	/* Its new server waits for it. */
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(ut));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->other.ut));
	EXPECT_EQ(1, proc_umcg("running"));
	set_flag(&flags[1]);
	EXPECT_EQ(0, await_order(&self->other));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->b.ut->next_tid);
	/* The one that switched waits, and its server has nobody else. */
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->b.ut->state);
	EXPECT_EQ(1, steps(&self->b));
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(0, self->b.ret);
	EXPECT_EQ(0, proc_umcg("running"));
}

/* The three workers, and the two servers, of seed 003. */
static void a_yields_to_c(struct worker *w)
{
	struct worker *c = w->arg;

	step(w);
	w->ret = worker_wait_for(w, UMCG_WAIT_YIELD, c->tid);
	step(w);
}

struct thief {
	struct umcg_task *victim;	/* the server whose list it takes */
	struct worker *a;
	int ret;
};

static void b_steals_a(struct worker *w)
{
	struct thief *t = w->arg;
	__u64 deadline = in_ms(PATIENCE_MS);

	while (now_ns() < deadline &&
	       take(&t->victim->runnable_workers_ptr) != t->a->ut)
		;
	t->ret = worker_wait_for(w, 0, t->a->tid);
	step(w);
}

/*
 * R17: a is queued, and about to hand over to c. b takes a from that list, and
 * switches to it before a sleeps. a runs on, under b's server; c runs.
 */
TEST_F(forced, a_worker_that_is_stolen_as_it_hands_over_runs_once)
{
	struct umcg_task *ut = self->ut;
	struct thief t = { self->other.ut, &self->a, 1 };

	self->a.arg = &self->c;
	self->b.arg = &t;
	ASSERT_TRUE(start_and_await(&self->a, ut + 1, self->server,
				    a_yields_to_c));
	ASSERT_TRUE(start_and_await(&self->b, ut + 2, self->server,
				    b_steals_a));
	ASSERT_TRUE(start_and_await(&self->c, ut + 3, self->server,
				    read_then_step));
	ut[1].server_tid = self->other.tid;
	ut[3].server_tid = self->other.tid;
	ASSERT_EQ(0, set_delay("hand_over", self->a.tid, WINDOW_MS));
	self->other.next = self->a.tid;
	order(&self->other, act_serve);
	/* It ends when a has, as it is a that runs here then. */
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	EXPECT_EQ(0, await_order(&self->other));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(0, self->a.ret);
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, ut[2].next_tid);
	EXPECT_EQ(self->c.tid | UMCG_NEXT_TID_CONSUMED, ut[1].next_tid);
	EXPECT_EQ(1, steps(&self->c));
	EXPECT_TRUE(take_blocked(self->other.ut, ut + 3));
	EXPECT_EQ(NULL, take(&self->other.ut->runnable_workers_ptr));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut[2].state);
	EXPECT_GE(2, proc_umcg("max_running"));
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(0, t.ret);
}

/* R17, R19: the other way to fail: c cannot be run. a is on no list, and runs on. */
TEST_F(forced, a_worker_whose_switch_fails_was_never_listed)
{
	struct umcg_task *ut = self->ut;

	self->a.arg = &self->c;
	ASSERT_TRUE(start_and_await(&self->a, ut + 1, self->server,
				    a_yields_to_c));
	ASSERT_TRUE(start_and_await(&self->c, ut + 3, self->server,
				    read_then_step));
	ASSERT_EQ(0, run_worker(self->server, &self->c));
	EXPECT_TRUE(take_blocked(self->server, ut + 3));
	ASSERT_EQ(0, set_delay("attach", self->a.tid, WINDOW_MS));
	self->other.next = self->a.tid;
	order(&self->other, act_serve);
	ASSERT_TRUE(await_steps(&self->a, 1));
	/* Nobody finds it meanwhile, and naming it does not help. */
	EXPECT_NE(0, serve(self->server, self->a.tid));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, await_order(&self->other));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut[3].state);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

struct advertiser {
	__u32 *word;
	struct umcg_task *owner;	/* of the list */
	bool *stop;
	bool found;
};

/* Idles, in short waits, until its tid is taken; then there must be somebody. */
static int act_idle_advertised(struct actor *self)
{
	struct advertiser *ad = self->arg;
	__u64 deadline = in_ms(PATIENCE_MS);
	int ret = 0;

	__atomic_store_n(ad->word, gettid(), __ATOMIC_SEQ_CST);
	while (__atomic_load_n(ad->word, __ATOMIC_SEQ_CST) &&
	       now_ns() < deadline) {
		set_state(self->ut, UMCG_TASK_RUNNABLE);
		self->ut->next_tid = 0;
		ret = umcg_wait(0, in_ms(WINDOW_MS / 10));
	}
	ad->found = list_is_not_empty(&ad->owner->runnable_workers_ptr);
	set_flag(ad->stop);
	return ret;
}

static void *unblock_later(void *w)
{
	sleep_ms(WINDOW_MS / 6);
	return (void *)(long)unblock_read(w);
}

/* R11: whose tid is taken finds the worker, though nobody had to wake it. */
TEST_F(forced, an_idle_server_that_times_out_as_it_is_chosen_finds_the_worker)
{
	struct umcg_task *ut = self->ut;
	struct advertiser ad = {
		(__u32 *)(ut + 100), self->server, &self->go, false,
	};
	pthread_t thread;

	ut[1].idle_server_tid_ptr = (uintptr_t)ad.word;
	self->b.arg = &self->go;
	ASSERT_TRUE(start_and_await(&self->a, ut + 1, self->server,
				    read_then_step));
	ASSERT_TRUE(start_and_await(&self->b, ut + 2, self->server, spin));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_TRUE(take_blocked(self->server, ut + 1));
	ASSERT_EQ(0, set_delay("announce", self->a.tid, WINDOW_MS));
	self->other.arg = &ad;
	order(&self->other, act_idle_advertised);
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_later, &self->a));
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	await_order(&self->other);
	pthread_join(thread, NULL);
	EXPECT_TRUE(ad.found);
	EXPECT_EQ(0, *ad.word);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

static void *kick_now(void *tid)
{
	sleep_ms(WINDOW_MS / 4);
	return (void *)(long)umcg_kick(0, (pid_t)(long)tid);
}

/* R26: kicked as it is about to run a worker: that runs, and the wait is over. */
static const char *kick_at(const char *point, struct umcg_task *server,
			   struct worker *w)
{
	pthread_t thread;
	int ret;

	if (set_delay(point, server->server_tid, WINDOW_MS) ||
	    pthread_create(&thread, NULL, kick_now,
			   (void *)(long)server->server_tid))
		return "no delay, or no thread";
	ret = serve_for(server, w->tid, 0, 4 * WINDOW_MS);
	pthread_join(thread, NULL);
	if (set_delay(point, 0, 0))
		return "no delay";
	/* The time is over if the kick came before the wait, which then was repeated. */
	if (ret && ret != -ETIMEDOUT)
		return "the kick is lost";
	if (server->next_tid != (w->tid | UMCG_NEXT_TID_CONSUMED))
		return "the worker is not run";
	if (!await_steps(w, 1) || get_state(w->ut) != UMCG_TASK_RUNNING)
		return "the worker does not run";
	return "";
}

TEST_F(forced, a_kick_of_a_server_that_is_about_to_run_a_worker_is_seen)
{
	struct umcg_task *ut = self->ut;

	self->b.arg = &self->go;
	ASSERT_TRUE(start_and_await(&self->a, ut + 1, self->server, spin));
	ASSERT_TRUE(start_and_await(&self->b, ut + 2, self->server, spin));
	EXPECT_STREQ("", kick_at("attach", self->server, &self->a));
	set_flag(&self->go);
	join_worker(self->server, self->a.tid);
	pthread_join(self->a.thread, NULL);
	self->go = false;
	EXPECT_STREQ("", kick_at("hand_over", self->server, &self->b));
	set_flag(&self->go);
	join_worker(self->server, self->b.tid);
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(2, self->b.steps);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

static int handled;

static void on_signal(int sig)
{
	(void)sig;
	__atomic_add_fetch(&handled, 1, __ATOMIC_SEQ_CST);
}

static void *signal_now(void *arg)
{
	struct worker *w = arg;

	sleep_ms(WINDOW_MS / 4);
	return (void *)syscall(SYS_tgkill, getpid(), w->tid, SIGUSR1);
}

/* R38, R39, I4: a signal wakes the sleeper that the server is about to hand over to. */
TEST_F(forced, a_signal_for_the_next_one_at_the_hand_over_is_handled_once)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct umcg_task *ut = self->ut + 1;
	pthread_t thread;

	sigaction(SIGUSR1, &sa, NULL);
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_then_step));
	ASSERT_EQ(0, set_delay("hand_over", gettid(), WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, signal_now, &self->a));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(thread, NULL);
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_TRUE(take_blocked(self->server, ut));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(1, handled);
}

static void *change_policy(void *tid)
{
	struct sched_param param = { .sched_priority = 1 };

	sleep_ms(WINDOW_MS / 6);
	return (void *)(long)sched_setscheduler((pid_t)(long)tid, SCHED_FIFO,
						&param);
}

/* It was the next one's equal when it decided to hand over, and is not any more. */
TEST_F(forced, a_policy_that_changes_on_the_way_to_the_hand_over_is_seen)
{
	pthread_t thread;
	void *ret;

	self->b.arg = &self->a;
	self->a.arg = &self->go;
	self->go = true;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server, spin));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    switch_to_a));
	ASSERT_EQ(0, set_delay("hand_over", self->b.tid, WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, change_policy,
				    (void *)(long)self->b.tid));
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	pthread_join(thread, &ret);
	EXPECT_EQ(0, (long)ret);
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	ASSERT_EQ(0, set_delay("hand_over", 0, 0));
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(2, self->b.steps);
}

static void count_until_told(struct worker *w)
{
	while (!flag_is_set(w->arg))
		step(w);
}

/* R12, I1, I3: preempted when nobody waits for it, it is about to be held. */
TEST_F(forced, a_join_that_meets_the_hold_leaves_the_worker_held)
{
	struct umcg_task *ut = self->ut + 1;
	int ret, before;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    count_until_told));
	ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 50));
	ASSERT_EQ(0, set_delay("mark", self->a.tid, WINDOW_MS));
	ASSERT_EQ(0, set_delay("claimed", self->other.tid, 2 * WINDOW_MS));
	ASSERT_EQ(0, umcg_kick(0, self->a.tid));
	sleep_ms(WINDOW_MS / 6);
	self->other.next = self->a.tid;
	self->other.flags = UMCG_WAIT_JOIN;
	ret = order_and_await(&self->other, act_serve);
	/* On a slow machine it was held before it could be joined. */
	EXPECT_TRUE(ret == 0 || ret == -EAGAIN);
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	EXPECT_TRUE(take_runnable(self->server, ut));
	before = steps(&self->a);
	sleep_ms(50);
	EXPECT_EQ(before, steps(&self->a));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(ut));
	set_flag(&self->go);
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
}

TEST_HARNESS_MAIN
