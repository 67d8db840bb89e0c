// SPDX-License-Identifier: GPL-2.0
/* Races about how many workers are RUNNING, that delays inside the kernel force. */
#include "umcg_delay.h"

/* Where a signal handler sleeps. */
static int gate[2];
static int entered;

static void wait_at_the_gate(int sig)
{
	char c;

	(void)sig;
	__atomic_add_fetch(&entered, 1, __ATOMIC_SEQ_CST);
	if (read(gate[0], &c, 1) != 1)
		_exit(1);
}

/* Is the worker in its handler, asleep? */
static bool sleeps_at_the_gate(void *w)
{
	return __atomic_load_n(&entered, __ATOMIC_SEQ_CST) == 1 &&
	       thread_letter(getpid(), ((struct worker *)w)->tid) == 'S';
}

static void *open_the_gate(void *b)
{
	if (!await_steps(b, 1))
		return NULL;
	sleep_ms(WINDOW_MS / 3);
	return write(gate[1], "x", 1) == 1 ? b : NULL;
}

/*
 * I2: a sleeps in a handler, and wakes up while b is told that a has blocked at once.
 * Both of them say that a is not RUNNING: it is counted off once.
 */
TEST_F(forced, a_worker_that_wakes_up_as_it_is_refused_is_uncounted_once)
{
	struct sigaction sa = { .sa_handler = wait_at_the_gate };
	struct umcg_task *ut = self->ut + 1;
	pthread_t thread;
	void *opened;

	ASSERT_EQ(0, pipe(gate));
	sigaction(SIGUSR1, &sa, NULL);
	self->b.arg = &self->a;
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, step));
	ASSERT_TRUE(start_and_await(&self->b, ut + 1, self->server, switch_to_a));
	ASSERT_EQ(0, syscall(SYS_tgkill, getpid(), self->a.tid, SIGUSR1));
	ASSERT_TRUE(eventually(sleeps_at_the_gate, &self->a));
	ASSERT_EQ(0, set_delay("refused", self->b.tid, WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, open_the_gate, &self->b));
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	pthread_join(thread, &opened);
	EXPECT_NE(NULL, opened);
	EXPECT_TRUE(take_blocked(self->server, ut));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, proc_umcg("running"));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(0, run_worker(self->server, &self->b));
	pthread_join(self->a.thread, NULL);
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(1, self->a.steps);
	EXPECT_EQ(2, self->b.steps);
	EXPECT_EQ(0, self->b.ret);
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->b.ut->next_tid);
	EXPECT_EQ(0, proc_umcg("running"));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

TEST_HARNESS_MAIN
