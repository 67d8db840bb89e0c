// SPDX-License-Identifier: GPL-2.0
/* umcg_kick(): servers wake, workers are preempted, and no kick is lost. */
#include "umcg_pair.h"
#include "umcg_harness.h"

FIXTURE(kick)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
};

FIXTURE_SETUP(kick)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(kick)
{
}

static void *kick_thread(void *tid)
{
	sleep_ms(30);
	return (void *)(long)umcg_kick(0, (pid_t)(long)tid);
}

TEST_F(kick, a_kick_wakes_an_idle_server)
{
	pthread_t thread;
	void *ret;

	ASSERT_EQ(0, pthread_create(&thread, NULL, kick_thread,
				    (void *)(long)gettid()));
	EXPECT_EQ(0, serve(self->server, 0));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
	pthread_join(thread, &ret);
	EXPECT_EQ(0, (long)ret);
}

/* R7, R26, R51: kicks of a server that is awake are kept, as one. */
TEST_F(kick, kicks_before_the_wait_are_one)
{
	EXPECT_EQ(0, umcg_kick(0, gettid()));
	EXPECT_EQ(0, umcg_kick(0, gettid()));
	EXPECT_EQ(-EAGAIN, serve(self->server, 0));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
	set_state(self->server, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, in_ms(10)));
}

/* R51: between publishing RUNNABLE and the system call. */
TEST_F(kick, a_kick_on_the_way_to_sleep_is_not_lost)
{
	set_state(self->server, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(0, umcg_kick(0, gettid()));
	EXPECT_EQ(-EAGAIN, umcg_wait(0, in_ms(PATIENCE_MS)));
}

/* R46 */
TEST_F(kick, a_kick_of_a_worker_that_is_not_running_has_no_effect)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    block_in_read));
	EXPECT_EQ(-EAGAIN, umcg_kick(0, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_BLOCKED, self->a.ut->state);
	EXPECT_EQ(-EAGAIN, umcg_kick(0, self->a.tid));
	EXPECT_EQ(UMCG_TASK_BLOCKED, self->a.ut->state);
}

/* R43, R47 */
TEST_F(kick, a_kick_preempts_a_spinning_worker)
{
	bool stop = false;
	int i;

	self->a.arg = &stop;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin));
	for (i = 0; i < 20; i++) {
		ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 5));
		ASSERT_EQ(0, umcg_kick(0, self->a.tid));
		ASSERT_EQ(self->a.ut, await_runnable(self->server));
		ASSERT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
		ASSERT_EQ(0, self->a.ut->runnable_workers_ptr);
	}
	EXPECT_EQ(20, proc_umcg("preempts"));
	set_flag(&stop);
	sleep_ms(20);
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

/*
 * R47: also one that makes no system calls, and has a CPU for itself. Something else
 * makes it look, sooner or later, so what counts is how many kicks were seen at once.
 */
TEST_F(kick, a_kick_preempts_a_worker_on_another_cpu_at_once)
{
	struct umcg_task *ut = self->ut + 16;
	struct actor other;
	bool stop = false;
	int i, seen = 0;
	__u64 start;

	self->a.arg = &stop;
	ASSERT_TRUE(start_actor(&other, ut));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, ut,
				    spin_without_rseq));
	ASSERT_EQ(0, pin(0, first_cpu()));
	ASSERT_EQ(0, pin(other.tid, first_cpu()));
	ASSERT_EQ(0, pin(self->a.tid, last_cpu()));
	other.next = self->a.tid;
	for (i = 0; i < 20; i++) {
		order(&other, act_serve);
		ASSERT_TRUE(await_state(self->a.ut, UMCG_TASK_RUNNING));
		/* On its way to user mode it would look anyway. */
		sleep_ms(5);
		start = now_ns();
		ASSERT_EQ(0, umcg_kick(0, self->a.tid));
		ASSERT_EQ(0, await_order(&other));
		if (now_ns() < start + 20 * NSEC_PER_MSEC)
			seen++;
		ASSERT_EQ(self->a.ut, take(&ut->runnable_workers_ptr));
	}
	EXPECT_LE(10, seen);
	set_flag(&stop);
	EXPECT_EQ(0, order_and_await(&other, act_serve));
	pthread_join(self->a.thread, NULL);
}

/*
 * R21, R26: a kick takes a server away from its worker at once, not when the server has
 * a CPU: another one can wait for the worker then. The kicked one gets no CPU before we
 * sleep.
 */
TEST_F(kick, a_kicked_servers_worker_can_be_joined_at_once)
{
	struct umcg_task *ut = self->ut + 16;
	struct sched_param none = { 0 };
	struct actor other;
	bool stop = false;

	self->a.arg = &stop;
	ASSERT_TRUE(start_actor(&other, ut));
	ASSERT_TRUE(start_and_await(&self->a, ut + 1, self->server, spin));
	other.next = self->a.tid;
	order(&other, act_serve);
	ASSERT_TRUE(await_steps(&self->a, 1));
	ASSERT_TRUE(await_sleep(other.tid));
	ASSERT_EQ(0, pin(0, first_cpu()));
	ASSERT_EQ(0, pin(other.tid, first_cpu()));
	ASSERT_EQ(0, sched_setscheduler(other.tid, SCHED_IDLE, &none));
	ASSERT_EQ(0, umcg_kick(0, other.tid));
	EXPECT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid,
					UMCG_WAIT_JOIN, 20));
	EXPECT_EQ(0, await_order(&other));
	set_flag(&stop);
	join_worker(self->server, self->a.tid);
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

static void own_lock(struct worker *w)
{
	bool *locked = w->arg;

	__atomic_store_n(locked, true, __ATOMIC_SEQ_CST);
	w->ret = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	__atomic_store_n(locked, false, __ATOMIC_SEQ_CST);
	step(w);
}

static void take_lock(struct worker *w)
{
	bool *locked = w->arg;

	while (__atomic_exchange_n(locked, true, __ATOMIC_SEQ_CST))
		;
	step(w);
}

/* R48: who owns the lock is held; who spins for it is preempted, and the owner runs. */
TEST_F(kick, the_owner_of_a_spin_lock_gets_to_run)
{
	bool locked = false;

	self->a.arg = &locked;
	self->b.arg = &locked;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    own_lock));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    take_lock));
	EXPECT_EQ(-ETIMEDOUT, serve_for(self->server, self->b.tid, 0, 20));
	EXPECT_EQ(0, umcg_kick(0, self->b.tid));
	ASSERT_EQ(self->b.ut, await_runnable(self->server));
	EXPECT_EQ(0, steps(&self->b));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, self->a.steps);
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(1, self->b.steps);
}

TEST_HARNESS_MAIN
