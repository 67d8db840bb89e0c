// SPDX-License-Identifier: GPL-2.0
/* sched_yield() of a worker; and what /proc tells of one that sleeps. */
#include "umcg_watch.h"
#include "umcg_harness.h"

FIXTURE(yield)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
	bool go;
};

FIXTURE_SETUP(yield)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	self->go = false;
	self->a.arg = &self->go;
	self->b.arg = &self->go;
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(yield)
{
}

static void yield_once(struct worker *w)
{
	step(w);
	sched_yield();
	step(w);
}

static void yield_until_told(struct worker *w)
{
	while (!flag_is_set(w->arg)) {
		step(w);
		sched_yield();
	}
}

static void tell(struct worker *w)
{
	set_flag(w->arg);
}

/* Another worker could run: the server decides which. */
TEST_F(yield, a_worker_that_yields_is_listed_behind_others)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    yield_once));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server, step));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	EXPECT_LT(0, self->a.ut->runnable_ts);
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(1, task_umcg(self->a.tid, "yields"));
	EXPECT_EQ(0, task_umcg(self->a.tid, "preempts"));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	ASSERT_EQ(0, pthread_join(self->b.thread, NULL));
	EXPECT_EQ(2, steps(&self->a));
}

/* What it waits for is done by a worker that only the server knows of. */
TEST_F(yield, a_worker_that_polls_lets_others_run)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    yield_until_told));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server, tell));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	ASSERT_EQ(0, pthread_join(self->b.thread, NULL));
	EXPECT_EQ(1, steps(&self->a));
}

TEST_F(yield, a_worker_that_yields_to_nobody_goes_on)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    yield_once));
	/* Blocked ones cannot run. */
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    read_then_step));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	EXPECT_EQ(2, steps(&self->a));
	EXPECT_EQ(0, proc_umcg("yields"));
	ASSERT_EQ(0, unblock_read(&self->b));
	ASSERT_EQ(self->b.ut, await_runnable(self->server));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_EQ(0, pthread_join(self->b.thread, NULL));
}

/* A critical section defers what others wish, not what the worker does. */
TEST_F(yield, a_critical_worker_yields_at_once)
{
	static __u32 word = 3;

	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    yield_once));
	self->a.ut->critical_ptr = (__u64)(uintptr_t)&word;
	self->a.ut->critical_mask = 1U << (16 + 3);
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server, step));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, task_umcg(self->a.tid, "deferred_preempts"));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	take(&self->server->runnable_workers_ptr);
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
	ASSERT_EQ(0, pthread_join(self->b.thread, NULL));
}

static const char *wchan_of(pid_t tid)
{
	static char name[64];
	char path[64];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/wchan", tid);
	fd = open(path, O_RDONLY);
	if (fd >= 0) {
		n = read(fd, name, sizeof(name) - 1);
		close(fd);
	}
	name[n < 0 ? 0 : n] = 0;
	return name;
}

static void read_often(struct worker *w)
{
	while (!flag_is_set(w->arg))
		block_in_read(w);
}

/* Not what all workers have in common: that they hand over to their server. */
TEST_F(yield, a_blocked_worker_shows_what_it_waits_for)
{
	__u64 deadline = in_ms(PATIENCE_MS);
	long handed_over = 0;

	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_often));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	/* Its last sleep is to be one that it went to by a hand-over. */
	while (task_umcg(self->a.tid, "handed_over") == handed_over) {
		ASSERT_GT(deadline, now_ns());
		ASSERT_EQ(0, unblock_read(&self->a));
		ASSERT_EQ(self->a.ut, await_runnable(self->server));
		handed_over = task_umcg(self->a.tid, "handed_over");
		ASSERT_EQ(0, run_worker(self->server, &self->a));
	}
	EXPECT_NE(NULL, strstr(wchan_of(self->a.tid), "pipe_read"))
		TH_LOG("%s", wchan_of(self->a.tid));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_STREQ("umcg_hold", wchan_of(self->a.tid));
	set_flag(&self->go);
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
}

TEST_HARNESS_MAIN
