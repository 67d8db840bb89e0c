// SPDX-License-Identifier: GPL-2.0
/* Workers whose servers are gone: found by others, or released. */
#include "umcg_limit.h"
#include "umcg_harness.h"

#define CROWD	6

FIXTURE(leave)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct actor other;
	struct worker w[CROWD];
};

FIXTURE_SETUP(leave)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(self->w, 0, sizeof(self->w));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(leave)
{
}

/* R57, I3: all that were listed there are listed with a successor, each of them once. */
TEST_F(leave, the_list_of_a_dead_server_is_bequeathed)
{
	int (*ways[])(struct actor *) = { act_unregister, act_exit };
	struct umcg_task *list;
	int way, i;

	for (way = 0; way < 2; way++) {
		struct umcg_task *ut = self->ut + 16 + 16 * way;
		struct worker w[CROWD] = { 0 };

		ASSERT_TRUE(start_actor(&self->other, ut));
		/* The successor has a list of its own. */
		ASSERT_TRUE(list_worker(&w[0], ut + 1, self->server, do_step));
		for (i = 1; i < CROWD; i++)
			ASSERT_TRUE(list_worker(&w[i], ut + 1 + i, ut, do_step));
		order(&self->other, ways[way]);
		pthread_join(self->other.thread, NULL);
		EXPECT_EQ(NULL, take(&ut->runnable_workers_ptr));
		list = take(&self->server->runnable_workers_ptr);
		for (i = 0; i < CROWD; i++) {
			EXPECT_EQ(1, times_listed(list, ut + 1 + i));
			EXPECT_EQ(0, steps(&w[i]));
			EXPECT_EQ(UMCG_TASK_RUNNABLE, w[i].ut->state);
		}
		for (i = 0; i < CROWD; i++) {
			EXPECT_EQ(0, run_worker(self->server, &w[i]));
			pthread_join(w[i].thread, NULL);
			EXPECT_EQ(1, w[i].steps);
		}
	}
	EXPECT_EQ(0, proc_umcg("releases"));
}

/* R57, I7: a successor that idles is woken for what is bequeathed to it. */
TEST_F(leave, an_idle_successor_is_woken)
{
	struct umcg_task *ut = self->ut + 16;

	ASSERT_TRUE(start_actor(&self->other, ut));
	ASSERT_TRUE(list_worker(&self->w[0], ut + 1, self->server, do_step));
	order(&self->other, act_serve);
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	ASSERT_TRUE(await_sleep(self->other.tid));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->server, 0));
	EXPECT_EQ(0, await_order(&self->other));
	EXPECT_EQ(ut + 1, take(&ut->runnable_workers_ptr));
	self->other.next = self->w[0].tid;
	EXPECT_EQ(0, order_and_await(&self->other, act_serve));
	pthread_join(self->w[0].thread, NULL);
}

/* R20, R57: one that runs a worker is not woken beside it, and finds the list. */
TEST_F(leave, a_busy_successor_is_not_woken_beside_its_worker)
{
	struct umcg_task *ut = self->ut + 16;
	bool stop = false;

	self->w[0].arg = &stop;
	ASSERT_TRUE(start_actor(&self->other, ut));
	ASSERT_TRUE(list_worker(&self->w[0], ut + 1, ut, spin));
	take(&ut->runnable_workers_ptr);
	self->other.next = self->w[0].tid;
	order(&self->other, act_serve);
	ASSERT_TRUE(await_steps(&self->w[0], 1));
	ASSERT_TRUE(list_worker(&self->w[1], ut + 2, self->server, do_step));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->server, 0));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(ut));
	EXPECT_EQ((uintptr_t)(ut + 2), ut->runnable_workers_ptr);
	EXPECT_EQ(0, steps(&self->w[1]));
	set_flag(&stop);
	EXPECT_EQ(0, await_order(&self->other));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

/* R57: a worker that is blocked when its server dies is listed with another one. */
TEST_F(leave, a_blocked_worker_of_a_dead_server_is_listed_elsewhere)
{
	struct umcg_task *ut = self->ut + 16;

	ASSERT_TRUE(start_actor(&self->other, ut));
	ASSERT_TRUE(list_worker(&self->w[0], ut + 1, ut, read_twice));
	EXPECT_EQ(ut + 1, take(&ut->runnable_workers_ptr));
	self->other.next = self->w[0].tid;
	EXPECT_EQ(0, order_and_await(&self->other, act_serve));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(ut + 1));
	order(&self->other, act_unregister);
	pthread_join(self->other.thread, NULL);
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	EXPECT_EQ(ut + 1, await_runnable(self->server));
	EXPECT_EQ(0, steps(&self->w[0]));
	/* Its next block is told to the server that runs it, and so on. */
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	EXPECT_EQ(ut + 1, take(&self->server->blocked_workers_ptr));
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	EXPECT_EQ(ut + 1, await_runnable(self->server));
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	pthread_join(self->w[0].thread, NULL);
	EXPECT_EQ(2, self->w[0].steps);
	EXPECT_EQ(0, self->w[0].ret);
}

/* R57: the same when user space had moved it to that server after its registration. */
TEST_F(leave, a_moved_worker_of_a_dead_server_is_listed_elsewhere)
{
	struct umcg_task *ut = self->ut + 16;

	ASSERT_TRUE(start_actor(&self->other, ut));
	ASSERT_TRUE(start_and_await(&self->w[0], ut + 1, self->server,
				    read_twice));
	ut[1].server_tid = self->other.tid;
	self->other.next = self->w[0].tid;
	EXPECT_EQ(0, order_and_await(&self->other, act_serve));
	EXPECT_EQ(ut + 1, take(&ut->blocked_workers_ptr));
	order(&self->other, act_unregister);
	pthread_join(self->other.thread, NULL);
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	EXPECT_EQ(ut + 1, await_runnable(self->server));
	EXPECT_EQ(0, steps(&self->w[0]));
}

static void spin_and_read(struct worker *w)
{
	while (!flag_is_set(w->arg))
		;
	block_in_read(w);
	step(w);
}

/* R57: the same when it first blocks after its server has gone. */
TEST_F(leave, a_moved_worker_that_outlived_its_server_is_listed_elsewhere)
{
	struct umcg_task *ut = self->ut + 16;
	bool go = false;

	self->w[0].arg = &go;
	ASSERT_TRUE(start_actor(&self->other, ut));
	ASSERT_TRUE(start_and_await(&self->w[0], ut + 1, self->server,
				    spin_and_read));
	ut[1].server_tid = self->other.tid;
	self->other.next = self->w[0].tid;
	self->other.timeout_ms = 20;
	EXPECT_EQ(-ETIMEDOUT, order_and_await(&self->other, act_serve));
	order(&self->other, act_exit);
	pthread_join(self->other.thread, NULL);
	set_flag(&go);
	ASSERT_TRUE(await_state(ut + 1, UMCG_TASK_BLOCKED));
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	EXPECT_EQ(ut + 1, await_runnable(self->server));
	EXPECT_EQ(0, steps(&self->w[0]));
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	pthread_join(self->w[0].thread, NULL);
	EXPECT_EQ(1, self->w[0].steps);
}

/* R57: the worker that it ran runs on, and can be waited for by another one. */
TEST_F(leave, a_running_worker_outlives_its_server)
{
	struct umcg_task *ut = self->ut + 16;
	bool stop = false;

	self->w[0].arg = &stop;
	ASSERT_TRUE(start_actor(&self->other, ut));
	ASSERT_TRUE(list_worker(&self->w[0], ut + 1, ut, spin));
	take(&ut->runnable_workers_ptr);
	self->other.next = self->w[0].tid;
	self->other.timeout_ms = 20;
	EXPECT_EQ(-ETIMEDOUT, order_and_await(&self->other, act_serve));
	order(&self->other, act_exit);
	pthread_join(self->other.thread, NULL);
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(ut + 1));
	EXPECT_EQ(-ETIMEDOUT, serve_for(self->server, self->w[0].tid,
					UMCG_WAIT_JOIN, 20));
	set_flag(&stop);
	join_worker(self->server, self->w[0].tid);
	pthread_join(self->w[0].thread, NULL);
	EXPECT_EQ(2, self->w[0].steps);
}

/* R57, I3: servers that go at the same time lose nobody between them. */
TEST_F(leave, servers_that_die_together_lose_nobody)
{
	struct umcg_task *list;
	struct actor actors[3];
	int round, i;

	for (round = 0; round < 20; round++) {
		struct umcg_task *ut = self->ut + 16;
		struct worker w[CROWD] = { 0 };

		for (i = 0; i < 3; i++)
			ASSERT_TRUE(start_actor(&actors[i], ut + i));
		for (i = 0; i < CROWD; i++)
			ASSERT_TRUE(list_worker(&w[i], ut + 3 + i, ut + i % 3,
						do_step));
		for (i = 0; i < 3; i++)
			order(&actors[i], round % 2 ? act_unregister : act_exit);
		for (i = 0; i < 3; i++)
			pthread_join(actors[i].thread, NULL);
		list = take(&self->server->runnable_workers_ptr);
		for (i = 0; i < CROWD; i++)
			ASSERT_EQ(1, times_listed(list, ut + 3 + i));
		for (i = 0; i < CROWD; i++) {
			ASSERT_EQ(0, run_worker(self->server, &w[i]));
			pthread_join(w[i].thread, NULL);
		}
	}
}

/* R57, I7: no server is left: who is held goes on, unmanaged, and is told so. */
TEST_F(leave, the_last_server_releases_all_workers)
{
	struct wish wishes[] = {
		{ .flags = UMCG_WAIT_YIELD, .ret = 1 }, { .ret = 1 },
		{ .timeout_ms = 4 * PATIENCE_MS, .ret = 1 },
	};
	int i;

	for (i = 0; i < 3; i++) {
		self->w[i].arg = &wishes[i];
		ASSERT_TRUE(start_and_await(&self->w[i], self->ut + 1 + i,
					    self->server, wait_as_told));
		ASSERT_EQ(0, run_worker(self->server, &self->w[i]));
		take(&self->server->runnable_workers_ptr);
	}
	ASSERT_TRUE(start_and_await(&self->w[4], self->ut + 5, self->server,
				    read_twice));
	ASSERT_EQ(0, run_worker(self->server, &self->w[4]));
	ASSERT_TRUE(list_worker(&self->w[3], self->ut + 4, self->server,
				do_step));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->server, 0));
	for (i = 0; i < 4; i++) {
		pthread_join(self->w[i].thread, NULL);
		EXPECT_EQ(1, self->w[i].steps);
		/* It unregistered, in state NONE. */
		EXPECT_EQ(0, self->w[i].ret);
		if (i < 3)
			EXPECT_EQ(-ESRCH, wishes[i].ret);
	}
	EXPECT_EQ(4, proc_umcg("releases"));
	ASSERT_EQ(0, unblock_read(&self->w[4]));
	ASSERT_TRUE(await_steps(&self->w[4], 1));
	EXPECT_EQ(UMCG_TASK_NONE, get_state(self->w[4].ut));
	ASSERT_EQ(0, unblock_read(&self->w[4]));
	pthread_join(self->w[4].thread, NULL);
	EXPECT_EQ(0, self->w[4].ret);
	EXPECT_EQ(0, proc_umcg("running"));
}

/* Later a new server comes: who blocks then is its worker. */
TEST_F(leave, a_new_server_finds_released_workers)
{
	struct umcg_task *ut = self->ut + 16;

	ASSERT_TRUE(list_worker(&self->w[0], self->ut + 1, self->server,
				read_twice));
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->server, 0));
	ASSERT_TRUE(await_state(self->ut + 1, UMCG_TASK_NONE));
	ASSERT_TRUE(await_read(self->w[0].tid));
	ASSERT_EQ(0, register_server(ut));
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	ASSERT_TRUE(await_state(self->ut + 1, UMCG_TASK_RUNNABLE));
	sleep_ms(10);
	EXPECT_EQ(0, steps(&self->w[0]));
	EXPECT_EQ(self->ut + 1, take(&ut->runnable_workers_ptr));
	EXPECT_EQ(0, run_worker(ut, &self->w[0]));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->ut + 1));
	EXPECT_EQ(1, steps(&self->w[0]));
}

/*
 * Take the server's list until @n workers have been there. Returns how many of those
 * from @ut on have been there exactly once.
 */
static int listed_once(struct umcg_task *server, struct umcg_task *ut, int n)
{
	__u64 deadline = in_ms(PATIENCE_MS);
	int times[CROWD] = { 0 }, seen = 0, once = 0, here, i;
	struct umcg_task *list;

	while (seen < n && now_ns() < deadline) {
		list = take(&server->runnable_workers_ptr);
		for (i = 0; i < n; i++) {
			here = times_listed(list, ut + i);
			times[i] += here;
			seen += here;
		}
		if (seen < n)
			sleep_ms(1);
	}
	for (i = 0; i < n; i++)
		once += times[i] == 1;
	return once;
}

/*
 * R57, I3: several became runnable at once, so that their order on the list is known
 * to nobody but the list. A RUNNABLE worker may be on its way to a list still.
 */
TEST_F(leave, workers_listed_at_the_same_time_are_bequeathed)
{
	struct umcg_task *ut = self->ut + 16;
	int round, i;

	for (round = 0; round < 100; round++) {
		struct worker w[CROWD] = { 0 };

		ASSERT_TRUE(start_actor(&self->other, ut));
		ASSERT_TRUE(list_worker(&w[0], ut + 1, self->server, do_step));
		for (i = 1; i < CROWD; i++)
			ASSERT_EQ(0, start_worker(&w[i], ut + 1 + i,
						  self->other.tid, do_step));
		for (i = 1; i < CROWD; i++)
			ASSERT_TRUE(await_state(ut + 1 + i,
						UMCG_TASK_RUNNABLE));
		order(&self->other, act_unregister);
		pthread_join(self->other.thread, NULL);
		ASSERT_EQ(CROWD, listed_once(self->server, ut + 1, CROWD));
		for (i = 0; i < CROWD; i++) {
			ASSERT_EQ(0, run_worker(self->server, &w[i]));
			pthread_join(w[i].thread, NULL);
		}
		EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	}
}

/* R57: links that lead nowhere, or back: the list is lost, its workers are not. */
TEST_F(leave, workers_of_a_broken_list_are_released)
{
	struct umcg_task *ut = self->ut + 16;
	__u64 links[] = { (uintptr_t)(ut + 1), 8, ~0xfULL };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(links); i++) {
		struct worker w = { 0 };

		ASSERT_TRUE(start_actor(&self->other, ut));
		ASSERT_TRUE(list_worker(&w, ut + 1, ut, do_step));
		__atomic_store_n(&ut[1].runnable_workers_ptr, links[i],
				 __ATOMIC_RELEASE);
		order(&self->other, act_unregister);
		pthread_join(self->other.thread, NULL);
		pthread_join(w.thread, NULL);
		EXPECT_EQ(1, w.steps);
		EXPECT_EQ(0, w.ret);
		EXPECT_EQ(0, self->server->runnable_workers_ptr);
	}
	EXPECT_EQ(3, proc_umcg("releases"));
}

/* How a process with held workers ends; exits with 7 if it has a say in it. */
enum ending { EXIT_GROUP, EXEC, EXEC_IN_ACTOR, FATAL_SIGNAL, ENDINGS };

static int act_exec(struct actor *self)
{
	(void)self;
	execl("/bin/sh", "sh", "-c", "exit 7", NULL);
	return -errno;
}

static void shared_step(struct worker *w)
{
	__atomic_add_fetch((int *)w->arg, 1, __ATOMIC_SEQ_CST);
}

static void end_with_held_workers(enum ending ending, int *ran)
{
	struct umcg_task *ut = new_tasks();
	struct worker w[CROWD] = { 0 };
	struct actor other;
	int i;

	if (register_server(ut) || !start_actor(&other, ut + 1))
		_exit(1);
	for (i = 0; i < CROWD; i++) {
		w[i].arg = ran;
		if (!list_worker(&w[i], ut + 2 + i, ut + i % 2, shared_step))
			_exit(2);
	}
	if (ending == EXIT_GROUP)
		_exit(7);
	if (ending == EXEC)
		act_exec(NULL);
	if (ending == EXEC_IN_ACTOR)
		order_and_await(&other, act_exec);
	if (ending == FATAL_SIGNAL)
		kill(getpid(), SIGKILL);
	_exit(3);
}

/* I1, I7: when all go, no held worker comes to execute anything before. */
TEST_F(leave, the_end_of_a_process_releases_nobody)
{
	int *ran = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int i, status, want;
	pid_t child;

	for (i = 0; i < 5 * ENDINGS; i++) {
		child = fork();
		ASSERT_LE(0, child);
		if (!child)
			end_with_held_workers(i % ENDINGS, ran);
		ASSERT_EQ(child, waitpid(child, &status, 0));
		want = i % ENDINGS == FATAL_SIGNAL ? SIGKILL : 7 << 8;
		EXPECT_EQ(want, status) TH_LOG("ending %d", i);
	}
	EXPECT_EQ(0, *ran);
}

TEST_HARNESS_MAIN
