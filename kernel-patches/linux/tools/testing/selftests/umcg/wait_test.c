// SPDX-License-Identifier: GPL-2.0
/* umcg_wait(): hand-over, errors, nothing lost between them. */
#include "umcg_watch.h"
#include "umcg_harness.h"

FIXTURE(wait)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
};

FIXTURE_SETUP(wait)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(wait)
{
}

TEST(calls_of_a_plain_thread_are_refused)
{
	EXPECT_EQ(-EINVAL, umcg_wait(0, 0));
	EXPECT_EQ(-ESRCH, umcg_kick(0, gettid()));
}

TEST_F(wait, bad_arguments_are_refused)
{
	set_state(self->server, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-EINVAL, umcg_wait(0x80000000, 0));
	EXPECT_EQ(-EINVAL, umcg_wait(UMCG_WAIT_YIELD, 0));
	EXPECT_EQ(-EINVAL, umcg_wait(0, UINT64_MAX));
	EXPECT_EQ(-EINVAL, umcg_kick(1, gettid()));
	set_state(self->server, UMCG_TASK_BLOCKED);
	EXPECT_EQ(-EINVAL, umcg_wait(0, in_ms(1)));
	set_state(self->server, UMCG_TASK_NONE);
	EXPECT_EQ(-EINVAL, umcg_wait(0, in_ms(1)));
	set_state(self->server, 0x77);
	EXPECT_EQ(-EINVAL, umcg_wait(0, in_ms(1)));
}

TEST_F(wait, an_idle_server_times_out_as_running)
{
	__u64 deadline = in_ms(20);

	set_state(self->server, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, deadline));
	EXPECT_LE(deadline, now_ns());
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
	/* A deadline in the past is one that has passed. */
	set_state(self->server, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, 1));
}

TEST_F(wait, a_running_server_does_not_wait)
{
	self->server->next_tid = 0;
	EXPECT_EQ(-EAGAIN, umcg_wait(0, 0));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
}

/* Bits 16-31 are the user's, whatever the kernel does to the rest. */
TEST_F(wait, user_bits_of_the_state_survive)
{
	set_state(self->server, UMCG_TASK_RUNNABLE | 0xabcd0000);
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, in_ms(1)));
	EXPECT_EQ(UMCG_TASK_RUNNING | 0xabcd0000, self->server->state);
}

/* I5: the caller is RUNNING, and next_tid is not consumed. */
TEST_F(wait, a_next_that_is_no_worker_is_refused)
{
	pid_t bad[] = { 0x7fffffff, 1, gettid(), getppid() };
	unsigned int i;

	for (i = 0; i < 4; i++) {
		EXPECT_EQ(-ESRCH, serve(self->server, bad[i]));
		EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
		EXPECT_EQ((__u32)bad[i], self->server->next_tid);
	}
}

/* R4, I8 */
TEST_F(wait, another_process_can_neither_kick_nor_run_ours)
{
	pid_t server = gettid(), child;
	int status;

	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    block_in_read));
	child = fork();
	if (!child) {
		struct umcg_task *ut = new_tasks();
		int bad = umcg_kick(0, server) != -ESRCH;

		bad |= umcg_kick(0, self->a.tid) != -ESRCH;
		bad |= register_server(ut) != 0;
		bad |= umcg_kick(0, server) != -ESRCH;
		bad |= serve(ut, self->a.tid) != -ESRCH;
		bad |= serve(ut, server) != -ESRCH;
		_exit(bad);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
}

/* R18, R21: the worker named has blocked meanwhile. */
TEST_F(wait, a_worker_that_blocks_cannot_be_run)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    block_in_read));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(-EAGAIN, serve(self->server, self->a.tid));
	EXPECT_EQ((__u32)self->a.tid, self->server->next_tid);
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
}

static void spin_until_told(struct worker *w)
{
	step(w);
	while (!__atomic_load_n((bool *)w->arg, __ATOMIC_SEQ_CST))
		;
	step(w);
}

/* R12, R21: after a timeout the worker runs on, and can be waited for again. */
TEST_F(wait, a_quantum_ends_and_the_worker_can_be_waited_for_again)
{
	bool stop = false;

	self->a.arg = &stop;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin_until_told));
	set_state(self->server, UMCG_TASK_RUNNABLE);
	self->server->next_tid = self->a.tid;
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, in_ms(50)));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->a.ut));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
	/* Still there, and its end wakes us. */
	set_state(self->server, UMCG_TASK_RUNNABLE);
	self->server->next_tid = self->a.tid;
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(UMCG_WAIT_JOIN, in_ms(20)));
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	__atomic_store_n(&stop, true, __ATOMIC_SEQ_CST);
	set_state(self->server, UMCG_TASK_RUNNABLE);
	self->server->next_tid = self->a.tid;
	umcg_wait(UMCG_WAIT_JOIN, in_ms(PATIENCE_MS));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(1, proc_umcg("runs"));
}

/* I3: it stopped and is on the list again: joining must not run it from there. */
TEST_F(wait, a_join_never_runs_a_worker_anew)
{
	bool stop = false;

	self->a.arg = &stop;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin_until_told));
	set_state(self->server, UMCG_TASK_RUNNABLE);
	self->server->next_tid = self->a.tid;
	ASSERT_EQ(-ETIMEDOUT, umcg_wait(0, in_ms(20)));
	ASSERT_EQ(0, umcg_kick(0, self->a.tid));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	set_state(self->server, UMCG_TASK_RUNNABLE);
	self->server->next_tid = self->a.tid;
	EXPECT_EQ(-EAGAIN, umcg_wait(UMCG_WAIT_JOIN, in_ms(PATIENCE_MS)));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	EXPECT_EQ((__u32)self->a.tid, self->server->next_tid);
}

static void worker_wait(struct worker *w)
{
	step(w);
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	w->ut->next_tid = 0;
	w->ret = umcg_wait(0, 0);
	step(w);
}

TEST_F(wait, a_waiting_worker_is_on_no_list_and_wakes_its_server)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    worker_wait));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(0, self->a.ret);
}

static void worker_wait_timed(struct worker *w)
{
	int *ret = w->arg;

	set_state(w->ut, UMCG_TASK_RUNNABLE);
	w->ut->next_tid = 0;
	*ret = umcg_wait(0, in_ms(20));
}

/* R40, R41: listed once, run once, and it says ETIMEDOUT. */
TEST_F(wait, a_waiting_worker_times_out_into_the_runnable_list)
{
	int ret = 0;

	self->a.arg = &ret;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    worker_wait_timed));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_EQ(0, self->a.ut->runnable_workers_ptr);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	sleep_ms(40);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(-ETIMEDOUT, ret);
}

static void worker_yield(struct worker *w)
{
	step(w);
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	w->ut->next_tid = 0;
	w->ret = umcg_wait(UMCG_WAIT_YIELD, 0);
	step(w);
}

TEST_F(wait, a_yielding_worker_is_listed_once)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    worker_yield));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, self->a.ut->runnable_workers_ptr);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

static void switch_to_other(struct worker *w)
{
	struct worker *other = w->arg;

	step(w);
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	w->ut->next_tid = other->tid;
	w->ret = umcg_wait(0, 0);
	step(w);
}

TEST_F(wait, workers_switch_directly_under_one_server)
{
	self->a.arg = &self->b;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    switch_to_other));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    block_in_read));
	/* a hands over to b, and b's block is what wakes the server. */
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	EXPECT_EQ(UMCG_TASK_BLOCKED, self->b.ut->state);
	EXPECT_EQ(self->b.tid | UMCG_NEXT_TID_CONSUMED, self->a.ut->next_tid);
	EXPECT_EQ(self->b.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, self->b.ut->blocked_workers_ptr);
	EXPECT_EQ(1, proc_umcg("max_running"));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

struct failing_switch {
	pid_t tid;
	__u32 flags;
	int ret;
	__u32 state, next_tid;
};

static void switch_to_nobody(struct worker *w)
{
	struct failing_switch *s = w->arg;

	set_state(w->ut, UMCG_TASK_RUNNABLE);
	w->ut->next_tid = s->tid;
	s->ret = umcg_wait(s->flags, 0);
	s->state = w->ut->state;
	s->next_tid = w->ut->next_tid;
}

/* R17, R19, I5: the caller runs on, is on no list, and next is not consumed. */
TEST_F(wait, a_failed_switch_leaves_the_worker_running)
{
	struct failing_switch s[] = {
		{ .tid = 0x7fffffff }, { .tid = 0x7fffffff,
					 .flags = UMCG_WAIT_YIELD },
		{ .tid = gettid() }, { .flags = UMCG_WAIT_YIELD },
	};
	struct worker w[4] = { 0 };
	int want[] = { -ESRCH, -ESRCH, -ESRCH, -EAGAIN };
	unsigned int i;

	ASSERT_TRUE(start_and_await(&self->b, self->ut + 8, self->server,
				    block_in_read));
	ASSERT_EQ(0, serve(self->server, self->b.tid));
	take(&self->server->blocked_workers_ptr);
	s[3].tid = self->b.tid;
	for (i = 0; i < 4; i++) {
		w[i].arg = &s[i];
		ASSERT_TRUE(start_and_await(&w[i], self->ut + 1 + i,
					    self->server, switch_to_nobody));
		EXPECT_EQ(0, serve(self->server, w[i].tid));
		pthread_join(w[i].thread, NULL);
		EXPECT_EQ(want[i], s[i].ret);
		EXPECT_EQ(UMCG_TASK_RUNNING, s[i].state);
		EXPECT_EQ((__u32)s[i].tid, s[i].next_tid);
		EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	}
}

struct cond_wait {
	int ret;
	void (*in_between)(struct worker *w);
};

static void cond_wait_body(struct worker *w)
{
	struct cond_wait *c = w->arg;

	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
	block_in_read(w);
	c->ret = umcg_wait(0, 0);
	step(w);
}

/* R27: it blocks between its wish to wait and the system call. */
TEST_F(wait, a_block_before_the_wait_is_reported_and_ends_the_wait)
{
	struct cond_wait c = { 0 };

	self->a.arg = &c;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    cond_wait_body));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_BLOCKED, self->a.ut->state);
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(-EAGAIN, c.ret);
	EXPECT_EQ(1, self->a.steps);
}

static void nothing(int sig)
{
	(void)sig;
}

static void signal_before_wait(struct worker *w)
{
	int *ret = w->arg;

	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
	syscall(SYS_tgkill, getpid(), w->tid, SIGUSR1);
	*ret = umcg_wait(0, 0);
	step(w);
}

/* R28: a signal between the wish to wait and the call: it waits, and ends. */
TEST_F(wait, a_signal_before_the_wait_does_not_disturb_it)
{
	struct sigaction sa = { .sa_handler = nothing };
	int ret = -1;

	sigaction(SIGUSR1, &sa, NULL);
	self->a.arg = &ret;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    signal_before_wait));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	EXPECT_EQ(0, steps(&self->a));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, ret);
	EXPECT_EQ(1, self->a.steps);
}

TEST_HARNESS_MAIN
