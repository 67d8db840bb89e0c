// SPDX-License-Identifier: GPL-2.0
/* Races about workers that are listed by others, that delays inside the kernel force. */
#include "umcg_delay.h"
#include "umcg_futex.h"
#include "umcg_pair.h"

static struct mailbox box;
static int signals;

static void count_signal(int sig)
{
	(void)sig;
	__atomic_add_fetch(&signals, 1, __ATOMIC_SEQ_CST);
}

struct waker {
	pthread_t thread;
	const char *point;	/* where it is delayed */
	pid_t kicked;		/* it wakes that worker by a kick, or one in a futex */
	bool is_there;
	bool is_done;
	int woken;
};

static void *wake_slowly(void *arg)
{
	struct waker *waker = arg;
	int ret;

	ret = set_delay(waker->point, gettid(), WINDOW_MS);
	set_flag(&waker->is_there);
	if (!ret)
		ret = waker->kicked ? !umcg_kick(UMCG_KICK_WAKE, waker->kicked) :
				      wake_futex(&box);
	waker->woken = ret;
	set_flag(&waker->is_done);
	return NULL;
}

/* It starts on that CPU, and stays there: while it is delayed nobody else can run there. */
static bool start_waker_on(int cpu, struct waker *waker, const char *point)
{
	pthread_attr_t attr;
	cpu_set_t set;
	int ret;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	waker->point = point;
	pthread_attr_init(&attr);
	ret = pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	if (!ret)
		ret = pthread_create(&waker->thread, &attr, wake_slowly, waker);
	pthread_attr_destroy(&attr);
	return !ret;
}

static bool start_waker(struct waker *waker, const char *point)
{
	return start_waker_on(first_cpu(), waker, point);
}

/*
 * I3: a signal has the worker leave its futex while another thread has made it RUNNABLE,
 * but has not put it on the list: it is listed once, and held.
 */
TEST_F(forced, a_signal_comes_while_a_worker_in_a_futex_is_being_listed)
{
	struct sigaction sa = { .sa_handler = count_signal };
	struct umcg_task *ut = self->ut + 1;
	struct waker waker = { };

	sigaction(SIGUSR1, &sa, NULL);
	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, &box));
	ASSERT_TRUE(start_waker(&waker, "defer"));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	ASSERT_EQ(0, syscall(SYS_tgkill, getpid(), self->a.tid, SIGUSR1));
	pthread_join(waker.thread, NULL);
	EXPECT_EQ(1, waker.woken);
	EXPECT_TRUE(await_sleep(self->a.tid));
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, signals);
	EXPECT_EQ(0, box.ret);
	EXPECT_EQ(2, proc_umcg("unblocks"));
}

/*
 * I3: named before it is on the list, the worker is not run, as the server that takes
 * the list is to run it.
 */
TEST_F(forced, a_worker_that_is_being_listed_by_another_thread_cannot_be_named)
{
	struct umcg_task *ut = self->ut + 1;
	struct waker waker = { };

	ASSERT_TRUE(start_in_futex(&self->a, ut, self->server, &box));
	ASSERT_TRUE(start_waker(&waker, "defer"));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	set_state(self->server, UMCG_TASK_RUNNABLE);
	self->server->next_tid = self->a.tid;
	EXPECT_EQ(-EAGAIN, umcg_wait(0, in_ms(PATIENCE_MS)));
	pthread_join(waker.thread, NULL);
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

static void wait_then_read(struct worker *w)
{
	w->ret = worker_wait_for(w, 0, 0);
	block_in_read(w);
	step(w);
}

/*
 * I3: the thread that has listed the worker is late, and comes to itself when the worker
 * has been run, in a turn of the kernel's, has blocked, and is on its way to a list again.
 * That one is no news of the former: named meanwhile, the worker is not run.
 */
TEST_F(forced, a_late_lister_says_nothing_of_the_next_list)
{
	int first = first_cpu(), last = last_cpu();
	struct umcg_task *ut = self->ut + 1;
	struct waker waker = { };
	int ret;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, wait_then_read));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_TRUE(await_sleep(self->a.tid));
	ASSERT_TRUE(start_and_await(&self->b, ut + 1, self->server, read_then_step));
	waker.kicked = self->a.tid;
	ASSERT_EQ(0, pin(self->a.tid, last));
	ASSERT_EQ(0, pin(self->b.tid, last));
	ASSERT_EQ(0, pin(gettid(), last));
	ASSERT_TRUE(start_waker_on(first, &waker, "listed"));
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	/* b blocks, a is alone on the list, and blocks: that is the server's turn. */
	self->server->turns = 1;
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_EQ(0, self->server->turns);
	ASSERT_TRUE(take_blocked(self->server, ut));
	ASSERT_EQ(0, set_delay("enqueue", self->a.tid, 2 * WINDOW_MS));
	ASSERT_EQ(0, unblock_read(&self->a));
	/* The worker has the last CPU to itself; this goes on once the first is free. */
	ASSERT_EQ(0, pin(gettid(), first));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	while (!flag_is_set(&waker.is_done))
		sleep_ms(1);
	ret = 0;
	if (!list_is_not_empty(&self->server->runnable_workers_ptr)) {
		set_state(self->server, UMCG_TASK_RUNNABLE);
		self->server->next_tid = self->a.tid;
		ret = umcg_wait(0, in_ms(PATIENCE_MS));
		EXPECT_EQ(0, self->server->next_tid & UMCG_NEXT_TID_CONSUMED);
	}
	EXPECT_TRUE(ret == 0 || ret == -EAGAIN);
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	EXPECT_TRUE(is_listed_alone(self->server, ut));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	pthread_join(waker.thread, NULL);
	EXPECT_EQ(1, waker.woken);
	EXPECT_EQ(1, self->a.steps);
	EXPECT_EQ(1, proc_umcg("max_running"));
}

struct early_waker {
	struct umcg_task *server;
	struct worker *a;
	bool is_told_in_order;
};

static void *wake_early(void *arg)
{
	struct early_waker *w = arg;

	if (!await_state(w->a->ut, UMCG_TASK_BLOCKED) || wake_futex(&box) != 1)
		return NULL;
	w->is_told_in_order =
		!list_is_not_empty(&w->server->runnable_workers_ptr) ||
		list_is_not_empty(&w->server->blocked_workers_ptr);
	return w;
}

/*
 * R15, R16: woken while it is BLOCKED, but on no list: it is on the blocked list before it
 * is on the runnable one.
 */
TEST_F(forced, a_worker_that_is_woken_before_its_block_is_told)
{
	struct early_waker waker = { self->server, &self->a, false };
	struct umcg_task *ut = self->ut + 1;
	pthread_t thread;
	void *woken;

	self->a.arg = &box;
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, wait_in_futex));
	ASSERT_EQ(0, set_delay("blocked", self->a.tid, WINDOW_MS));
	ASSERT_EQ(0, pthread_create(&thread, NULL, wake_early, &waker));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(thread, &woken);
	EXPECT_NE(NULL, woken);
	EXPECT_TRUE(waker.is_told_in_order);
	EXPECT_TRUE(take_blocked(self->server, ut));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(0, box.ret);
	EXPECT_EQ(2, self->a.steps);
}

TEST_HARNESS_MAIN
