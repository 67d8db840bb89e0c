// SPDX-License-Identifier: GPL-2.0
/* The bounded hold: listed workers of servers that are stuck are released. */
#include "umcg_limit.h"
#include <sys/ptrace.h>
#include "umcg_harness.h"

/* The limit, and a time in which it would have run out several times. */
#define SHORT_MS	100
#define LONG_MS		(6 * SHORT_MS)
#define WORKERS		4

FIXTURE(limit)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct actor other;
	struct worker w[WORKERS];
};

FIXTURE_SETUP(limit)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(self->w, 0, sizeof(self->w));
	ASSERT_EQ(0, register_limited_server(self->server, SHORT_MS));
	ASSERT_TRUE(lift_limit(self->ut + UMCG_TASKS - 1));
}

FIXTURE_TEARDOWN(limit)
{
}

/* The server, our caller, is busy with this and does not wait: it is stuck. */
static bool await_release(struct worker *w)
{
	return await_count(w->tid, "releases", 1);
}

/* I4: the server waits for a lock, say, that the worker has: the worker goes on. */
TEST_F(limit, a_listed_worker_is_released_when_no_server_moves)
{
	ASSERT_TRUE(impose_limit());
	ASSERT_TRUE(list_worker(&self->w[0], self->ut + 1, self->server,
				do_step));
	ASSERT_TRUE(await_steps(&self->w[0], 1));
	pthread_join(self->w[0].thread, NULL);
	/* It has unregistered in state NONE, and is still listed. */
	EXPECT_EQ(0, self->w[0].ret);
	EXPECT_EQ(UMCG_TASK_NONE, get_state(self->ut + 1));
	EXPECT_EQ(self->ut + 1, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(-ESRCH, serve_for(self->server, self->w[0].tid, 0, 1));
	EXPECT_EQ(1, proc_umcg("releases"));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* I1: not while one server has no limit, and not before the limit of each. */
TEST_F(limit, nobody_is_released_before_the_limit_of_each_server)
{
	ASSERT_TRUE(list_worker(&self->w[0], self->ut + 1, self->server,
				do_step));
	sleep_ms(LONG_MS);
	EXPECT_EQ(0, steps(&self->w[0]));
	ASSERT_TRUE(start_limited_actor(&self->other, self->ut + 16,
					1000 * PATIENCE_MS));
	ASSERT_TRUE(impose_limit());
	ASSERT_TRUE(list_worker(&self->w[1], self->ut + 2, self->server,
				do_step));
	sleep_ms(LONG_MS);
	EXPECT_EQ(0, steps(&self->w[0]));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->w[1].ut->state);
	EXPECT_EQ(0, proc_umcg("releases"));
	EXPECT_EQ(0, order_and_await(&self->other, act_unregister));
	EXPECT_TRUE(await_steps(&self->w[0], 1));
	EXPECT_TRUE(await_steps(&self->w[1], 1));
}

/* I3: released, it is where user space had it: named from there it is managed. */
TEST_F(limit, a_released_worker_can_be_run_from_its_list)
{
	ASSERT_TRUE(impose_limit());
	ASSERT_TRUE(list_worker(&self->w[0], self->ut + 1, self->server,
				read_twice));
	ASSERT_TRUE(await_release(&self->w[0]));
	ASSERT_TRUE(lift_limit(self->ut + UMCG_TASKS - 1));
	ASSERT_TRUE(await_read(self->w[0].tid));
	EXPECT_EQ(UMCG_TASK_NONE, get_state(self->ut + 1));
	/* It sleeps unseen; run, it is as if it blocked at once. */
	EXPECT_EQ(self->ut + 1, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, self->ut[1].runnable_workers_ptr);
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	EXPECT_EQ(self->w[0].tid | UMCG_NEXT_TID_CONSUMED,
		  self->server->next_tid);
	EXPECT_EQ(UMCG_TASK_BLOCKED, self->ut[1].state);
	EXPECT_EQ(self->ut + 1, take(&self->server->blocked_workers_ptr));
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	EXPECT_EQ(self->ut + 1, await_runnable(self->server));
	EXPECT_EQ(0, steps(&self->w[0]));
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	EXPECT_EQ(1, steps(&self->w[0]));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

/* The same for one that does not sleep: the server then waits for it. */
TEST_F(limit, a_released_worker_that_spins_is_managed_again)
{
	bool stop = false;

	self->w[0].arg = &stop;
	ASSERT_TRUE(impose_limit());
	ASSERT_TRUE(list_worker(&self->w[0], self->ut + 1, self->server, spin));
	ASSERT_TRUE(await_steps(&self->w[0], 1));
	ASSERT_TRUE(lift_limit(self->ut + UMCG_TASKS - 1));
	EXPECT_EQ(self->ut + 1, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(-ETIMEDOUT, serve_for(self->server, self->w[0].tid, 0, 20));
	EXPECT_EQ(UMCG_TASK_RUNNING, self->ut[1].state);
	EXPECT_EQ(1, proc_umcg("running"));
	EXPECT_EQ(0, umcg_kick(0, self->w[0].tid));
	EXPECT_EQ(self->ut + 1, await_runnable(self->server));
	set_flag(&stop);
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	pthread_join(self->w[0].thread, NULL);
	EXPECT_EQ(2, self->w[0].steps);
}

/* I3: still on the list when it has blocked again: held, but not listed twice. */
TEST_F(limit, a_released_worker_is_never_listed_twice)
{
	struct umcg_task *list;

	ASSERT_TRUE(impose_limit());
	ASSERT_TRUE(list_worker(&self->w[0], self->ut + 1, self->server,
				read_twice));
	ASSERT_TRUE(await_release(&self->w[0]));
	ASSERT_TRUE(await_read(self->w[0].tid));
	ASSERT_TRUE(lift_limit(self->ut + UMCG_TASKS - 1));
	ASSERT_TRUE(list_worker(&self->w[1], self->ut + 2, self->server,
				do_step));
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	ASSERT_TRUE(await_state(self->ut + 1, UMCG_TASK_RUNNABLE));
	EXPECT_EQ(0, steps(&self->w[0]));
	list = take(&self->server->runnable_workers_ptr);
	EXPECT_EQ(1, times_listed(list, self->ut + 1));
	EXPECT_EQ(1, times_listed(list, self->ut + 2));
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	EXPECT_EQ(1, steps(&self->w[0]));
	/* Now that it has been run, it is listed as ever. */
	take(&self->server->blocked_workers_ptr);
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	EXPECT_EQ(self->ut + 1, await_runnable(self->server));
	EXPECT_EQ(0, self->ut[1].runnable_workers_ptr);
}

/* I4: held once more, while no server has moved since, it is released once more. */
TEST_F(limit, a_released_worker_is_released_again)
{
	ASSERT_TRUE(impose_limit());
	ASSERT_TRUE(list_worker(&self->w[0], self->ut + 1, self->server,
				read_twice));
	ASSERT_TRUE(await_release(&self->w[0]));
	ASSERT_TRUE(await_read(self->w[0].tid));
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	ASSERT_TRUE(await_steps(&self->w[0], 1));
	EXPECT_EQ(2, proc_umcg("releases"));
	ASSERT_TRUE(await_read(self->w[0].tid));
	ASSERT_EQ(0, unblock_read(&self->w[0]));
	pthread_join(self->w[0].thread, NULL);
	EXPECT_EQ(2, self->w[0].steps);
	EXPECT_EQ(3, proc_umcg("releases"));
}

struct yields {
	int first, second;
};

static void yield_twice(struct worker *w)
{
	struct yields *y = w->arg;

	y->first = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	step(w);
	y->second = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	step(w);
}

/* I5: its umcg_wait() says ESRCH; it can wait again, and is on its list once. */
TEST_F(limit, the_wait_of_a_released_worker_fails)
{
	struct yields y = { 1, 1 };

	self->w[0].arg = &y;
	ASSERT_TRUE(start_and_await(&self->w[0], self->ut + 1, self->server,
				    yield_twice));
	ASSERT_TRUE(impose_limit());
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	ASSERT_TRUE(await_steps(&self->w[0], 1));
	EXPECT_EQ(-ESRCH, y.first);
	ASSERT_TRUE(lift_limit(self->ut + UMCG_TASKS - 1));
	EXPECT_EQ(1, times_listed(take(&self->server->runnable_workers_ptr),
				  self->ut + 1));
	/* It may have been released from its second one already. */
	serve_for(self->server, self->w[0].tid, 0, 1000);
	pthread_join(self->w[0].thread, NULL);
	EXPECT_EQ(2, self->w[0].steps);
	EXPECT_EQ(0, self->w[0].ret);
	EXPECT_EQ(0, proc_umcg("running"));
}

static void wait_for_good(struct worker *w)
{
	w->ret = worker_wait_for(w, 0, 0);
	step(w);
}

/* A worker that waits by its own wish is on no list: no server owes it anything. */
TEST_F(limit, a_worker_that_waits_by_its_own_wish_is_not_released)
{
	ASSERT_TRUE(start_and_await(&self->w[0], self->ut + 1, self->server,
				    wait_for_good));
	ASSERT_TRUE(start_and_await(&self->w[1], self->ut + 2, self->server,
				    read_twice));
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	EXPECT_EQ(0, run_worker(self->server, &self->w[1]));
	ASSERT_TRUE(impose_limit());
	/* This one shows that the limit has run out. */
	ASSERT_TRUE(list_worker(&self->w[2], self->ut + 3, self->server,
				do_step));
	ASSERT_TRUE(await_steps(&self->w[2], 1));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->ut[1].state);
	EXPECT_EQ(0, steps(&self->w[0]));
	EXPECT_EQ(UMCG_TASK_BLOCKED, self->ut[2].state);
	EXPECT_EQ(1, proc_umcg("releases"));
}

/* Lists a worker while the server runs another one, and looks at it later. */
struct observer {
	struct worker *running;
	struct worker *listed;
	struct umcg_task *server;
	bool was_listed;
	int steps;
	int kick;
};

static void *observe(void *arg)
{
	struct observer *o = arg;

	o->was_listed = await_steps(o->running, 1) &&
			impose_limit() &&
			list_worker(o->listed, o->server + 2, o->server, do_step);
	sleep_ms(LONG_MS);
	o->steps = steps(o->listed);
	o->kick = umcg_kick(0, o->server->server_tid);
	return NULL;
}

/* A server that runs a worker, however long, is not stuck. */
TEST_F(limit, a_spinning_worker_does_not_make_its_server_stuck)
{
	struct observer o = {
		&self->w[0], &self->w[1], self->server, false, -1, -1
	};
	pthread_t thread;
	bool stop = false;

	self->w[0].arg = &stop;
	ASSERT_TRUE(start_and_await(&self->w[0], self->ut + 1, self->server,
				    spin));
	ASSERT_EQ(0, pthread_create(&thread, NULL, observe, &o));
	EXPECT_EQ(0, run_worker(self->server, &self->w[0]));
	pthread_join(thread, NULL);
	EXPECT_TRUE(o.was_listed);
	EXPECT_EQ(0, o.steps);
	EXPECT_EQ(0, o.kick);
	/* It left its wait: from now on the time counts again. */
	ASSERT_TRUE(await_steps(&self->w[1], 1));
	set_flag(&stop);
	pthread_join(self->w[0].thread, NULL);
}

/* One server that moves, or waits, is enough: it can take other lists too. */
TEST_F(limit, one_waiting_server_keeps_the_workers_of_all_held)
{
	ASSERT_TRUE(start_limited_actor(&self->other, self->ut + 16, SHORT_MS));
	ASSERT_TRUE(impose_limit());
	self->other.timeout_ms = LONG_MS;
	order(&self->other, act_serve);
	ASSERT_TRUE(await_state(self->ut + 16, UMCG_TASK_RUNNABLE));
	ASSERT_TRUE(await_sleep(self->other.tid));
	ASSERT_EQ(0, start_worker(&self->w[0], self->ut + 1, gettid(), do_step));
	EXPECT_EQ(-ETIMEDOUT, await_order(&self->other));
	/* The limit begins where that wait has ended. */
	ASSERT_TRUE(await_steps(&self->w[0], 1));
	EXPECT_LE(self->ut[1].runnable_ts + SHORT_MS * NSEC_PER_MSEC, now_ns());
	EXPECT_EQ(1, proc_umcg("releases"));
}

/* Short waits are moves as well. */
TEST_F(limit, a_server_that_moves_now_and_then_is_not_stuck)
{
	int i;

	/* Far more than one turn takes, and less than all of them do. */
	ASSERT_TRUE(impose_limit());
	ASSERT_EQ(0, change_limit(self->server, 5000));
	ASSERT_TRUE(list_worker(&self->w[0], self->ut + 1, self->server,
				do_step));
	for (i = 0; i < 8; i++) {
		sleep_ms(1000);
		serve_for(self->server, 0, 0, 1);
		EXPECT_EQ(0, steps(&self->w[0]));
	}
}

/* A child with a worker that is listed, and a server that is stuck for good. */
static void be_stuck(int *ran)
{
	struct umcg_task *ut = new_tasks();
	struct worker w = { 0 };

	if (register_limited_server(ut, 4000) || !list_worker(&w, ut + 1, ut, do_step))
		_exit(1);
	__atomic_store_n(ran, 1, __ATOMIC_SEQ_CST);
	if (!await_steps(&w, 1))
		_exit(2);
	__atomic_store_n(ran, 2, __ATOMIC_SEQ_CST);
	_exit(7);
}

static bool value_is_one(void *ran)
{
	return __atomic_load_n((int *)ran, __ATOMIC_SEQ_CST) == 1;
}

static pid_t start_stuck(int *ran)
{
	pid_t child;

	*ran = 0;
	child = fork();
	if (!child)
		be_stuck(ran);
	return child > 0 && eventually(value_is_one, ran) ? child : -1;
}

static int *shared_int(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/*
 * A stopped server is not stuck: nothing is released, to run without it when all
 * continue. Continued, it is.
 */
TEST_F(limit, a_stop_is_no_reason_to_release_and_no_end_of_the_limit)
{
	int *ran = shared_int(), status;
	pid_t child;
	char path[64];

	child = start_stuck(ran);
	ASSERT_LT(0, child);
	ASSERT_EQ(0, kill(child, SIGSTOP));
	ASSERT_EQ(child, waitpid(child, &status, WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status));
	sleep_ms(6000);
	snprintf(path, sizeof(path), "/proc/%d/umcg", child);
	EXPECT_EQ(0, number_in(path, "releases"));
	ASSERT_EQ(0, kill(child, SIGCONT));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(7 << 8, status);
	EXPECT_EQ(2, *ran);
}

/* A debugger that looks at the server for long changes nothing either. */
TEST_F(limit, a_traced_server_is_not_stuck)
{
	int *ran = shared_int(), status;
	pid_t child;
	char path[64];

	child = start_stuck(ran);
	ASSERT_LT(0, child);
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, child, 0, 0));
	ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, child, 0, 0));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	ASSERT_TRUE(WIFSTOPPED(status));
	sleep_ms(6000);
	snprintf(path, sizeof(path), "/proc/%d/umcg", child);
	EXPECT_EQ(0, number_in(path, "releases"));
	ASSERT_EQ(0, ptrace(PTRACE_DETACH, child, 0, 0));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(7 << 8, status);
	EXPECT_EQ(2, *ran);
}

TEST_HARNESS_MAIN
