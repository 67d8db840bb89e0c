// SPDX-License-Identifier: GPL-2.0
/* Races about turns that the kernel takes, that delays inside the kernel force. */
#include "umcg_delay.h"

static bool go;

static void spin_then_read(struct worker *w)
{
	step(w);
	while (!flag_is_set(&go))
		;
	block_in_read(w);
}

/* While the kernel is about to take @only, alone on the list, in the turn of @busy's server. */
struct window {
	struct umcg_task *server;
	struct worker *busy;
	struct worker *only;
	struct worker *given;	/* user space puts that one there, and @only on top; or NULL */
	__u32 turns;		/* what it has found there */
	bool ok;
};

/* As the kernel pushes it. */
static void give(struct umcg_task *server, struct umcg_task *ut)
{
	__u64 *head = (__u64 *)&server->runnable_workers_ptr;

	__atomic_store_n(&ut->runnable_workers_ptr, __atomic_load_n(head, __ATOMIC_SEQ_CST),
			 __ATOMIC_SEQ_CST);
	__atomic_store_n(head, (uintptr_t)ut, __ATOMIC_SEQ_CST);
}

static void *act_in_window(void *arg)
{
	struct window *w = arg;

	w->ok = await_steps(w->busy, 1) && !unblock_read(w->only) &&
		await_state(w->only->ut, UMCG_TASK_RUNNABLE) && await_sleep(w->only->tid) &&
		!set_delay("take", w->busy->tid, WINDOW_MS);
	set_flag(&go);
	if (!w->ok || !await_state(w->busy->ut, UMCG_TASK_BLOCKED))
		return NULL;
	sleep_ms(WINDOW_MS / 3);
	w->turns = __atomic_load_n(&w->server->turns, __ATOMIC_SEQ_CST);
	if (w->given && take(&w->server->runnable_workers_ptr) == w->only->ut) {
		give(w->server, w->given->ut);
		give(w->server, w->only->ut);
	}
	return NULL;
}

static int run_in_window(struct window *w)
{
	pthread_t thread;
	int ret;

	if (pthread_create(&thread, NULL, act_in_window, w))
		return -ECHILD;
	ret = run_worker(w->server, w->busy);
	pthread_join(thread, NULL);
	return ret;
}

static bool start_readers(struct _test_data_forced *self)
{
	return start_and_await(&self->b, self->ut + 2, self->server, read_then_step) &&
	       !run_worker(self->server, &self->b) &&
	       take_blocked(self->server, self->b.ut) &&
	       start_and_await(&self->a, self->ut + 1, self->server, spin_then_read);
}

/*
 * I3: user space has taken the worker meanwhile, and given it back, on top of another one:
 * both stay there.
 */
TEST_F(forced, a_worker_that_user_space_gives_back_is_not_alone)
{
	struct worker c = { };
	struct window w = { self->server, &self->a, &self->b, &c, 0, false };

	ASSERT_TRUE(start_and_await(&c, self->ut + 3, self->server, read_then_step));
	ASSERT_TRUE(start_readers(self));
	self->server->turns = 5;
	EXPECT_EQ(0, run_in_window(&w));
	EXPECT_TRUE(w.ok);
	EXPECT_EQ(1, steps(&self->b));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->b.ut));
	EXPECT_EQ(self->b.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ((uintptr_t)c.ut, self->b.ut->runnable_workers_ptr);
	EXPECT_EQ(0, c.ut->runnable_workers_ptr);
	EXPECT_TRUE(take_blocked(self->server, self->a.ut));
	EXPECT_EQ(0, proc_umcg("turns"));
	/* Nobody is lost. */
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	EXPECT_EQ(0, run_worker(self->server, &c));
	EXPECT_EQ(2, self->b.steps);
	EXPECT_TRUE(take_blocked(self->server, c.ut));
}

/* The kernel says that it is about to take a worker, as long as others may take it, too. */
TEST_F(forced, a_server_with_others_sees_that_the_kernel_takes_a_worker)
{
	struct window w = { self->server, &self->a, &self->b, NULL, 0, false };

	ASSERT_TRUE(start_readers(self));
	self->server->turns = 5;
	EXPECT_EQ(0, run_in_window(&w));
	EXPECT_TRUE(w.ok);
	EXPECT_EQ(4 | UMCG_TURNS_TAKING, w.turns);
	EXPECT_EQ(4, self->server->turns);
	EXPECT_EQ(2, self->b.steps);
	EXPECT_EQ(1, proc_umcg("turns"));
}

TEST_F(forced, a_server_that_is_alone_need_not_be_told)
{
	struct window w = { self->server, &self->a, &self->b, NULL, 0, false };

	ASSERT_TRUE(start_readers(self));
	self->server->turns = 1 | UMCG_TURNS_IDLE;
	EXPECT_EQ(0, run_in_window(&w));
	EXPECT_TRUE(w.ok);
	EXPECT_EQ(UMCG_TURNS_IDLE, w.turns);
	EXPECT_EQ(UMCG_TURNS_IDLE, self->server->turns);
	EXPECT_EQ(2, self->b.steps);
}

TEST_HARNESS_MAIN
