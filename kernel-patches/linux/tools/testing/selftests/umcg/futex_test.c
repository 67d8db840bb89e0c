// SPDX-License-Identifier: GPL-2.0
/*
 * Workers that wait in a futex: the thread that wakes one of them lists it, and lets it
 * sleep on until a server runs it.
 */
#include "umcg_futex.h"
#include "umcg_limit.h"
#include "umcg_pair.h"
#include "umcg_harness.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv	449
#endif
/* As in linux/futex.h, from Linux 5.16 on. */
#define WAITV_SIZE_U32	0x02
#define WAITV_PRIVATE	128

struct waitv {
	__u64 val;
	__u64 uaddr;
	__u32 flags;
	__u32 reserved;
};

FIXTURE(futex)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
	struct mailbox box;
};

FIXTURE_SETUP(futex)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	memset(&self->box, 0, sizeof(self->box));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(futex)
{
}

static void wait_then_note_cpu(struct worker *w)
{
	unsigned int cpu;

	wait_in_futex(w);
	if (!knows_its_cpu(&cpu))
		w->ret = -EXDEV;
	w->leave_registered = true;
}

/* It sleeps on one CPU, and is run on another one; on one CPU both are the same. */
TEST_F(futex, a_woken_worker_knows_the_cpu_that_it_is_run_on)
{
	int first = first_cpu(), last = last_cpu();

	self->a.arg = &self->box;
	ASSERT_EQ(0, pin(gettid(), first));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    wait_then_note_cpu));
	EXPECT_EQ(0, serve_for(self->server, self->a.tid, 0, PATIENCE_MS));
	ASSERT_TRUE(await_sleep(self->a.tid));
	ASSERT_EQ(0, pin(gettid(), last));
	ASSERT_EQ(0, pin(self->a.tid, last));
	ASSERT_EQ(1, wake_futex(&self->box));
	EXPECT_TRUE(is_listed_alone(self->server, self->ut + 1));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, self->box.ret);
	EXPECT_EQ(0, self->a.ret);
}

/* I1, I3: it is listed before the call of the thread that wakes it returns. */
TEST_F(futex, a_woken_worker_is_listed_and_sleeps_on)
{
	struct umcg_task *ut = self->ut + 1;
	long sleeps;

	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, &self->box));
	sleeps = sleeps_of(self->a.tid);
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	ASSERT_EQ(1, wake_futex(&self->box));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	EXPECT_LE(ut->blocked_ts, ut->runnable_ts);
	EXPECT_LE(ut->runnable_ts, now_ns());
	sleep_ms(20);
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(sleeps, sleeps_of(self->a.tid));
	EXPECT_TRUE(sleeps_in_futex((void *)(long)self->a.tid));

	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, self->box.ret);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(1, proc_umcg("blocks"));
	EXPECT_EQ(2, proc_umcg("unblocks"));
	EXPECT_EQ(2, proc_umcg("runs"));
	EXPECT_EQ(1, proc_umcg("max_running"));
	EXPECT_EQ(0, proc_umcg("running"));
}

static void *wake_later(void *arg)
{
	sleep_ms(30);
	return wake_futex(arg) == 1 ? arg : NULL;
}

/* R1, R24: a server that idles hears of it. */
TEST_F(futex, the_wake_up_of_a_worker_wakes_an_idle_server)
{
	struct umcg_task *ut = self->ut + 1;
	pthread_t thread;
	void *woken;

	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, &self->box));
	ASSERT_EQ(0, pthread_create(&thread, NULL, wake_later, &self->box));
	EXPECT_EQ(ut, await_runnable(self->server));
	pthread_join(thread, &woken);
	EXPECT_NE(NULL, woken);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, self->box.ret);
}

/* Wakes the worker whose box it has, then has itself listed. */
static void wake_and_yield(struct worker *w)
{
	struct mailbox *box = w->arg;

	step(w);
	box->other_word = wake_futex(box);
	w->ret = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	step(w);
}

/* R20: the server of the worker that wakes another one is busy, and is not woken. */
TEST_F(futex, a_worker_wakes_a_worker_of_its_server)
{
	struct umcg_task *ut = self->ut + 1, *first;

	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, &self->box));
	self->b.arg = &self->box;
	ASSERT_TRUE(start_and_await(&self->b, ut + 1, self->server, wake_and_yield));
	EXPECT_EQ(0, serve(self->server, self->b.tid));
	EXPECT_EQ(1, self->box.other_word);
	EXPECT_EQ(1, steps(&self->b));
	/* The last one is first. */
	first = take(&self->server->runnable_workers_ptr);
	EXPECT_EQ(ut + 1, first);
	EXPECT_EQ((uintptr_t)ut, first->runnable_workers_ptr);
	EXPECT_EQ(0, ut->runnable_workers_ptr);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(0, serve(self->server, self->b.tid));
	pthread_join(self->a.thread, NULL);
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(0, self->b.ret);
	EXPECT_EQ(0, self->box.ret);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

static int signals;

static void count_signal(int sig)
{
	(void)sig;
	__atomic_add_fetch(&signals, 1, __ATOMIC_SEQ_CST);
}

static bool signal_has_come(void *arg)
{
	(void)arg;
	return __atomic_load_n(&signals, __ATOMIC_SEQ_CST);
}

/* R45: a handler runs at once, and the worker is held after it, listed once. */
TEST_F(futex, a_signal_runs_its_handler_in_a_worker_that_sleeps_on)
{
	struct sigaction sa = { .sa_handler = count_signal };
	struct umcg_task *ut = self->ut + 1;

	sigaction(SIGUSR1, &sa, NULL);
	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, &self->box));
	ASSERT_EQ(1, wake_futex(&self->box));
	ASSERT_EQ(0, syscall(SYS_tgkill, getpid(), self->a.tid, SIGUSR1));
	ASSERT_TRUE(eventually(signal_has_come, NULL));
	ASSERT_TRUE(await_sleep(self->a.tid));
	sleep_ms(20);
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	/* The wake-up came first. */
	EXPECT_EQ(0, self->box.ret);
	EXPECT_EQ(1, signals);
}

/* A timeout that comes after the wake-up changes nothing. */
TEST_F(futex, a_timeout_after_the_wake_up_is_none)
{
	struct umcg_task *ut = self->ut + 1;
	long sleeps;

	self->box.timeout_ms = 3000;
	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, &self->box));
	sleeps = sleeps_of(self->a.tid);
	ASSERT_EQ(1, wake_futex(&self->box));
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	sleep_ms(self->box.timeout_ms + 100);
	/* The timer has had it leave its call, and it is held. */
	EXPECT_LT(sleeps, sleeps_of(self->a.tid));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, self->box.ret);
}

/* Nobody wakes it: it lists itself. */
TEST_F(futex, a_worker_whose_wait_times_out_is_listed)
{
	struct umcg_task *ut = self->ut + 1;

	self->box.timeout_ms = 50;
	self->a.arg = &self->box;
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, wait_in_futex));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(-ETIMEDOUT, self->box.ret);
	EXPECT_EQ(2, proc_umcg("unblocks"));
}

/* Requeued without a wake-up, it stays BLOCKED; the second futex lists it. */
TEST_F(futex, a_requeued_worker_is_listed_when_it_is_woken)
{
	struct mailbox *box = &self->box;
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, box));
	/* Wakes none, moves one. */
	ASSERT_EQ(1, futex(&box->word, FUTEX_REQUEUE_PRIVATE, 0, (void *)1L,
			   &box->other_word, 0));
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	EXPECT_EQ(0, wake_futex(box));
	/* Wakes one, moves none. */
	ASSERT_EQ(1, futex(&box->other_word, FUTEX_CMP_REQUEUE_PRIVATE, 1, NULL,
			   &box->word, 0));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, box->ret);
}

/* FUTEX_WAKE_OP: one of the first word, and, as that was 0, one of the second. */
TEST_F(futex, one_call_lists_workers_of_two_futexes)
{
	struct mailbox second = { };
	struct umcg_task *ut = self->ut + 1, *first;
	int op = FUTEX_OP(FUTEX_OP_SET, 1, FUTEX_OP_CMP_EQ, 0);

	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, &self->box));
	ASSERT_TRUE(start_in_futex(&self->b, ut + 1, self->server, &second));
	ASSERT_EQ(2, futex(&self->box.word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1L,
			   &second.word, op));
	first = take(&self->server->runnable_workers_ptr);
	EXPECT_EQ(ut + 1, first);
	EXPECT_EQ((uintptr_t)ut, first->runnable_workers_ptr);
	EXPECT_EQ(0, serve(self->server, self->b.tid));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(0, self->box.ret);
	EXPECT_EQ(0, second.ret);
}

static void wait_in_two_futexes(struct worker *w)
{
	struct mailbox *box = w->arg;
	struct waitv v[] = {
		{ 0, (uintptr_t)&box->word, WAITV_SIZE_U32 | WAITV_PRIVATE, 0 },
		{ 0, (uintptr_t)&box->other_word, WAITV_SIZE_U32 | WAITV_PRIVATE, 0 },
	};

	step(w);
	box->ret = syscall(SYS_futex_waitv, v, 2, 0, NULL, 0);
	step(w);
}

TEST_F(futex, a_worker_that_waits_for_several_futexes_is_listed_once)
{
	struct mailbox *box = &self->box;
	struct umcg_task *ut = self->ut + 1;

	self->a.arg = box;
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, wait_in_two_futexes));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(ut, take(&self->server->blocked_workers_ptr));
	ASSERT_TRUE(await_sleep(self->a.tid));
	ASSERT_EQ(1, futex(&box->other_word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
	/* Queued still on the first one, it is woken there as well. */
	EXPECT_EQ(1, wake_futex(box));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_LE(0, box->ret);
	EXPECT_GE(1, box->ret);
	EXPECT_EQ(2, proc_umcg("unblocks"));
}

/* Another process wakes it for good: it lists itself, as after any other block. */
TEST_F(futex, another_process_wakes_a_worker_and_its_server)
{
	struct umcg_task *ut = self->ut + 1;
	struct mailbox *box;
	int status;
	pid_t pid;

	box = mmap(NULL, sizeof(*box), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, box);
	box->is_shared = true;
	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, box));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(wake_futex(box) != 1);
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, box->ret);
}

/* I7: it is on its list when its process ends, and asleep. */
TEST_F(futex, a_process_ends_with_a_worker_that_sleeps_on)
{
	int status;
	pid_t pid;

	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (register_server(self->server) ||
		    !start_in_futex(&self->a, self->ut + 1, self->server, &self->box) ||
		    wake_futex(&self->box) != 1)
			_exit(1);
		_exit(self->ut[1].state == UMCG_TASK_RUNNABLE ? 0 : 2);
	}
	EXPECT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

/* No server is left that could run it: it is woken, and goes on unmanaged. */
TEST_F(futex, a_worker_without_a_server_is_woken)
{
	ASSERT_TRUE(start_in_futex(&self->a, self->ut + 1, self->server, &self->box));
	ASSERT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->server, 0));
	ASSERT_EQ(1, wake_futex(&self->box));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, self->box.ret);
	EXPECT_EQ(2, self->a.steps);
}

/* I4: it is on the list of a server that leaves, the last one: it is released. */
TEST_F(futex, a_worker_that_sleeps_on_is_released_with_the_last_server)
{
	ASSERT_TRUE(start_in_futex(&self->a, self->ut + 1, self->server, &self->box));
	ASSERT_EQ(1, wake_futex(&self->box));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->a.ut));
	ASSERT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->server, 0));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, self->box.ret);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(1, proc_umcg("releases"));
}

static void wait_in_futex_then_read(struct worker *w)
{
	wait_in_futex(w);
	block_in_read(w);
	step(w);
}

/* I4: servers are stuck: it is released where it sleeps, and held again after a block. */
TEST_F(futex, a_worker_that_sleeps_on_is_released_by_the_limit)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(lift_limit(self->ut + UMCG_TASKS - 1));
	ASSERT_EQ(0, change_limit(self->server, 100));
	self->a.arg = &self->box;
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    wait_in_futex_then_read));
	ASSERT_EQ(0, serve_for(self->server, self->a.tid, 0, PATIENCE_MS));
	ASSERT_TRUE(await_sleep(self->a.tid));
	ASSERT_EQ(1, wake_futex(&self->box));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(ut));
	ASSERT_TRUE(impose_limit());
	/* The server, our thread, does not wait: it is stuck. */
	ASSERT_TRUE(await_count(self->a.tid, "releases", 1));
	ASSERT_TRUE(await_steps(&self->a, 2));
	EXPECT_EQ(1, task_umcg(self->a.tid, "releases"));
	EXPECT_EQ(UMCG_TASK_NONE, get_state(ut));
	EXPECT_EQ(0, self->box.ret);
	ASSERT_TRUE(lift_limit(self->ut + UMCG_TASKS - 1));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	EXPECT_EQ(2, steps(&self->a));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(3, self->a.steps);
}

TEST_HARNESS_MAIN
