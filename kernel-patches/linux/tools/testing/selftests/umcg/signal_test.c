// SPDX-License-Identifier: GPL-2.0
/* Signals: handlers of held workers run at once, and the hold goes on. */
#include "umcg_watch.h"
#include <setjmp.h>
#include "umcg_harness.h"

static struct {
	int runs;
	bool block;
	unsigned int block_ms;
	bool jump;
	sigjmp_buf env;
	int wait_ret;
	struct umcg_task *ut;
} handler;

static void on_signal(int sig)
{
	(void)sig;
	__atomic_add_fetch(&handler.runs, 1, __ATOMIC_SEQ_CST);
	if (handler.block)
		sleep_ms(handler.block_ms);
	if (handler.ut)
		handler.wait_ret = umcg_wait(UMCG_WAIT_YIELD, 0);
	if (handler.jump)
		siglongjmp(handler.env, 1);
}

static bool handler_ran(void *times)
{
	return __atomic_load_n(&handler.runs, __ATOMIC_SEQ_CST) ==
	       (int)(long)times;
}

FIXTURE(signal)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
};

FIXTURE_SETUP(signal)
{
	struct sigaction sa = { .sa_handler = on_signal };

	memset(&handler, 0, sizeof(handler));
	handler.block_ms = 10;
	sigaction(SIGUSR1, &sa, NULL);
	sa.sa_flags = SA_RESTART;
	sigaction(SIGUSR2, &sa, NULL);
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(signal)
{
}

static void two_steps(struct worker *w)
{
	step(w);
	block_in_read(w);
	step(w);
}

static int signal_worker(struct worker *w, int sig)
{
	return syscall(SYS_tgkill, getpid(), w->tid, sig);
}

/* R38, R39, I1 */
TEST_F(signal, a_handler_runs_at_once_on_a_held_worker)
{
	int i;

	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    two_steps));
	for (i = 1; i <= 50; i++) {
		/* Every other time it makes a system call that sleeps. */
		handler.block = i % 2;
		ASSERT_EQ(0, signal_worker(&self->a, i % 3 ? SIGUSR1 : SIGUSR2));
		ASSERT_TRUE(eventually(handler_ran, (void *)(long)i));
		ASSERT_EQ(0, steps(&self->a));
		ASSERT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	}
	sleep_ms(20);
	EXPECT_EQ(0, steps(&self->a));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, proc_umcg("blocks"));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(1, steps(&self->a));
}

/* R38: a signal for a blocked worker: handler now, listed once, held after. */
TEST_F(signal, a_handler_runs_at_once_on_a_blocked_worker)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    two_steps));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	take(&self->server->blocked_workers_ptr);
	handler.block = true;
	ASSERT_EQ(0, signal_worker(&self->a, SIGUSR2));
	/* No server has run it: the main thread waits in plain user mode. */
	ASSERT_TRUE(eventually(handler_ran, (void *)1L));
	EXPECT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_EQ(0, self->a.ut->runnable_workers_ptr);
	sleep_ms(30);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	/* It restarts its read, and blocks in it again. */
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_BLOCKED, self->a.ut->state);
	EXPECT_EQ(1, steps(&self->a));
}

/* A handler must not queue its held worker a second time. */
TEST_F(signal, a_handler_of_a_held_worker_cannot_wait)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    two_steps));
	handler.ut = self->a.ut;
	ASSERT_EQ(0, signal_worker(&self->a, SIGUSR1));
	ASSERT_TRUE(eventually(handler_ran, (void *)1L));
	sleep_ms(10);
	EXPECT_EQ(-EBUSY, handler.wait_ret);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
}

static void jump_target(struct worker *w)
{
	if (!sigsetjmp(handler.env, 1)) {
		block_in_read(w);
		return;
	}
	step(w);
	handler.jump = false;
	block_in_read(w);
	step(w);
}

static bool is_blocked(void *ut)
{
	return get_state(ut) == UMCG_TASK_BLOCKED;
}

/* R38: siglongjmp out of the handler of a held worker. */
TEST_F(signal, a_jump_out_of_a_handler_does_no_harm)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, jump_target));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	take(&self->server->blocked_workers_ptr);
	handler.jump = true;
	ASSERT_EQ(0, signal_worker(&self->a, SIGUSR1));
	ASSERT_EQ(ut, await_runnable(self->server));
	while (steps(&self->a) < 1)
		sleep_ms(1);
	sleep_ms(10);
	/* It sleeps in its second read, unmanaged so far. */
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	/* Run now, it is as if it blocked at once. */
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	EXPECT_EQ(ut, take(&self->server->blocked_workers_ptr));
	/* From now on all is as ever: listed, held, run. */
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_EQ(ut, await_runnable(self->server));
	sleep_ms(20);
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

/* Spins, for half a second at most, as long as its result register stays the same. */
static void jump_out_of_wait(struct worker *w)
{
	long value = 0x1234;
	__u64 end;

	if (!sigsetjmp(handler.env, 1)) {
		set_state(w->ut, UMCG_TASK_RUNNABLE);
		w->ut->next_tid = 0;
		umcg_wait(0, in_ms(200));
		return;
	}
	step(w);
	end = in_ms(500);
	while (value == 0x1234 && now_ns() < end) {
		long count = 100000;

		asm volatile("1: cmp $0x1234, %0\n"
			     "jne 2f\n"
			     "dec %1\n"
			     "jnz 1b\n"
			     "2:" : "+a"(value), "+c"(count) : : "cc");
	}
	w->arg = (void *)value;
}

/* R38: the deadline of a wait that was left by a jump touches nothing of what runs then. */
TEST_F(signal, a_deadline_finds_that_its_wait_was_left)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    jump_out_of_wait));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	handler.jump = true;
	ASSERT_EQ(0, signal_worker(&self->a, SIGUSR1));
	ASSERT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, self->a.steps);
	EXPECT_EQ((void *)0x1234, self->a.arg);
}

/* A server that runs a worker whose handler sleeps must not sleep behind it. */
TEST_F(signal, a_sleeping_handler_does_not_stall_the_server)
{
	struct umcg_task *ut = self->ut + 1;
	__u64 start;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, two_steps));
	handler.block = true;
	handler.block_ms = 500;
	start = now_ns();
	ASSERT_EQ(0, signal_worker(&self->a, SIGUSR1));
	ASSERT_TRUE(eventually(handler_ran, (void *)1L));
	sleep_ms(20);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_GT(start + 400 * NSEC_PER_MSEC, now_ns());
	EXPECT_TRUE(is_blocked(ut));
	EXPECT_EQ(ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, steps(&self->a));
	ASSERT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, ut->runnable_workers_ptr);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

struct server_signal {
	pid_t tid;
	int ret;
};

static void *signal_server(void *arg)
{
	struct server_signal *s = arg;

	sleep_ms(30);
	s->ret = syscall(SYS_tgkill, getpid(), s->tid, SIGUSR2);
	return NULL;
}

/* R2, R36: it can tell, it is RUNNING, and the deadline is its own to repeat. */
TEST_F(signal, a_signal_ends_a_servers_wait_with_eintr)
{
	struct server_signal s = { .tid = gettid() };
	__u64 deadline = in_ms(300);
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, signal_server, &s));
	set_state(self->server, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-EINTR, umcg_wait(0, deadline));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
	EXPECT_EQ(1, handler.runs);
	set_state(self->server, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(-ETIMEDOUT, umcg_wait(0, deadline));
	EXPECT_LE(deadline, now_ns());
	pthread_join(thread, NULL);
}

static void timed_wait(struct worker *w)
{
	__u64 *deadline = w->arg;

	set_state(w->ut, UMCG_TASK_RUNNABLE);
	w->ut->next_tid = 0;
	w->ret = umcg_wait(0, *deadline);
	*deadline = w->ret == -ETIMEDOUT ? 0 : 1;
}

/* R36, R37: handlers that sleep do not change the deadline of a worker's wait. */
TEST_F(signal, a_workers_deadline_survives_signals)
{
	__u64 deadline = in_ms(400), want = deadline;
	int i;

	self->a.arg = &deadline;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    timed_wait));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	handler.block = true;
	for (i = 1; i <= 5; i++) {
		ASSERT_EQ(0, signal_worker(&self->a, SIGUSR1));
		ASSERT_TRUE(eventually(handler_ran, (void *)(long)i));
	}
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_LE(want, now_ns());
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, deadline);
}

/* I1: SIGKILL ends held workers at once. */
TEST_F(signal, held_workers_do_not_delay_sigkill)
{
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child) {
		struct worker w[4] = { 0 };
		struct umcg_task *ut = new_tasks();
		int i;

		if (register_server(ut))
			_exit(1);
		for (i = 0; i < 4; i++)
			if (!start_and_await(&w[i], ut + 1 + i, ut, two_steps))
				_exit(2);
		kill(getpid(), SIGKILL);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(SIGKILL, WTERMSIG(status));
}

/* I1: SIGSTOP and SIGCONT reach held workers; nothing is lost by them. */
TEST_F(signal, a_stop_and_continue_leaves_all_as_it_was)
{
	pid_t child = fork();
	int status;

	ASSERT_LE(0, child);
	if (!child) {
		struct worker w = { 0 };
		struct umcg_task *ut = new_tasks();

		if (register_server(ut) ||
		    !start_and_await(&w, ut + 1, ut, two_steps))
			_exit(1);
		raise(SIGSTOP);
		if (get_state(w.ut) != UMCG_TASK_RUNNABLE || steps(&w))
			_exit(2);
		/* On its way out of the stop it is as if it blocked at once. */
		if (serve(ut, w.tid) ||
		    (!steps(&w) &&
		     (take(&ut->blocked_workers_ptr) != w.ut ||
		      await_runnable(ut) != w.ut || serve(ut, w.tid))))
			_exit(3);
		_exit(steps(&w) == 1 ? 0 : 4);
	}
	ASSERT_EQ(child, waitpid(child, &status, WUNTRACED));
	ASSERT_TRUE(WIFSTOPPED(status));
	kill(child, SIGCONT);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
