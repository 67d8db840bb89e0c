// SPDX-License-Identifier: GPL-2.0
/* Blocking and unblocking: notices, lists, the hold, idle servers. */
#include "umcg_watch.h"
#include <sys/uio.h>
#include "umcg_harness.h"

FIXTURE(block)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
};

FIXTURE_SETUP(block)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(block)
{
}

/* I1: registered, it does not run before a server says so. */
TEST_F(block, a_new_worker_is_held)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_then_step));
	sleep_ms(30);
	EXPECT_EQ(0, steps(&self->a));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, self->a.ut->state);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(1, steps(&self->a));
}

/* I1, I3: blocked list, server awake; then runnable list, held, run once. */
TEST_F(block, a_block_wakes_the_server_and_the_worker_is_held_after)
{
	struct umcg_task *ut = self->ut + 1;
	__u64 before = now_ns();

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_then_step));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	EXPECT_EQ(ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, ut->blocked_workers_ptr);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));

	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, ut->runnable_workers_ptr);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_LE(before, ut->blocked_ts);
	EXPECT_LE(ut->blocked_ts, ut->runnable_ts);
	EXPECT_LE(ut->runnable_ts, now_ns());

	sleep_ms(20);
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(1, proc_umcg("blocks"));
	EXPECT_EQ(2, proc_umcg("unblocks"));
	EXPECT_EQ(2, proc_umcg("runs"));
}

/* R16, R15: blocked and unblocked before the server looks: on both lists once. */
TEST_F(block, a_short_block_is_on_both_lists_once)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_then_step));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_state(ut, UMCG_TASK_RUNNABLE));
	sleep_ms(5);
	EXPECT_EQ(ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, ut->blocked_workers_ptr);
	EXPECT_EQ(ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, ut->runnable_workers_ptr);
}

static void wait_for_flag(struct worker *w)
{
	step(w);
	while (!__atomic_load_n((bool *)w->arg, __ATOMIC_SEQ_CST))
		;
	step(w);
}

struct unblock_later {
	struct worker *blocked;
	struct worker *busy;
	struct umcg_task *server;
	bool *stop;
	int bad;
};

static void *unblock_while_busy(void *arg)
{
	struct unblock_later *u = arg;
	__u64 deadline = in_ms(PATIENCE_MS);

	while (steps(u->busy) < 1 && now_ns() < deadline)
		sleep_ms(1);
	u->bad |= unblock_read(u->blocked) != 0;
	u->bad |= !await_state(u->blocked->ut, UMCG_TASK_RUNNABLE);
	sleep_ms(30);
	/* Neither the server nor the other worker runs beside the busy one. */
	u->bad |= get_state(u->server) != UMCG_TASK_RUNNABLE;
	u->bad |= get_state(u->busy->ut) != UMCG_TASK_RUNNING;
	u->bad |= steps(u->blocked) != 1;
	__atomic_store_n(u->stop, true, __ATOMIC_SEQ_CST);
	return NULL;
}

/* R20 */
TEST_F(block, a_busy_server_is_not_woken_beside_its_worker)
{
	bool stop = false;
	struct unblock_later u = {
		.blocked = &self->a, .busy = &self->b,
		.server = self->server, .stop = &stop,
	};
	pthread_t thread;

	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_then_step));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	self->b.arg = &stop;
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    wait_for_flag));
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_while_busy, &u));
	EXPECT_EQ(0, serve(self->server, self->b.tid));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, u.bad);
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

struct idle_server {
	struct umcg_task *ut;
	__u32 *idle_tid;
	pid_t tid;
	int ret;
	__u32 left_in_word;
};

static void *idle_server_main(void *arg)
{
	struct idle_server *s = arg;

	if (register_server(s->ut))
		return NULL;
	set_state(s->ut, UMCG_TASK_RUNNABLE);
	__atomic_store_n(s->idle_tid, gettid(), __ATOMIC_SEQ_CST);
	__atomic_store_n(&s->tid, gettid(), __ATOMIC_SEQ_CST);
	s->ret = umcg_wait(0, in_ms(PATIENCE_MS));
	s->left_in_word = __atomic_load_n(s->idle_tid, __ATOMIC_SEQ_CST);
	umcg_ctl(UMCG_CTL_UNREGISTER, s->ut, 0);
	return NULL;
}

static bool has_tid(void *arg)
{
	return __atomic_load_n(&((struct idle_server *)arg)->tid,
			       __ATOMIC_SEQ_CST);
}

/* R11, R24: its own server is busy, another one idles and says so. */
TEST_F(block, an_advertised_idle_server_is_woken_instead_of_a_busy_one)
{
	__u32 *idle_tid = (__u32 *)(self->ut + 100);
	struct idle_server s = { .ut = self->ut + 50, .idle_tid = idle_tid };
	bool stop = false;
	struct unblock_later u = {
		.blocked = &self->a, .busy = &self->b,
		.server = self->server, .stop = &stop,
	};
	pthread_t thread, server2;

	self->ut[1].idle_server_tid_ptr = (uintptr_t)idle_tid;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_then_step));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	self->b.arg = &stop;
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    wait_for_flag));
	ASSERT_EQ(0, pthread_create(&server2, NULL, idle_server_main, &s));
	ASSERT_TRUE(eventually(has_tid, &s));
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_while_busy, &u));
	EXPECT_EQ(0, serve(self->server, self->b.tid));
	pthread_join(thread, NULL);
	pthread_join(server2, NULL);
	EXPECT_EQ(0, u.bad);
	EXPECT_EQ(0, s.ret);
	EXPECT_EQ(0, s.left_in_word);
	/* The list is the busy server's all the same. */
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
}

/* I6: the advertised word is anything at all. */
TEST_F(block, a_bad_idle_server_word_harms_nobody)
{
	__u32 *word = (__u32 *)(self->ut + 100);
	__u64 bad[] = {
		(uintptr_t)word, 4, ~3ULL, (uintptr_t)word + 2, 0x8000000000000,
	};
	unsigned int i;

	*word = 0x7fffffff;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    block_in_read));
	self->b.server_tid = self->server->server_tid;
	for (i = 0; i < 5; i++) {
		struct worker w = { 0 };

		ASSERT_TRUE(start_and_await(&w, self->ut + 2 + i, self->server,
					    read_then_step));
		w.ut->idle_server_tid_ptr = bad[i];
		EXPECT_EQ(0, serve(self->server, w.tid));
		take(&self->server->blocked_workers_ptr);
		/* Busy, in the kernel's eyes, for as long as a runs. */
		ASSERT_EQ(0, unblock_read(&w));
		ASSERT_TRUE(await_state(w.ut, UMCG_TASK_RUNNABLE));
		EXPECT_EQ(w.ut, await_runnable(self->server));
		EXPECT_EQ(0, serve(self->server, w.tid));
		pthread_join(w.thread, NULL);
	}
}

static void touch_page(struct worker *w)
{
	char *page = w->arg;

	step(w);
	__atomic_store_n(page, 1, __ATOMIC_SEQ_CST);
	step(w);
}

/* R31, R32: a user page fault that takes its time is not a fault of ours. */
TEST_F(block, page_faults_of_a_worker_are_served)
{
	size_t size = 4 << 20;
	char *fresh = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct umcg_task *ut;

	self->a.arg = fresh;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    touch_page));
	while (serve(self->server, self->a.tid) == 0 && steps(&self->a) < 2) {
		take(&self->server->blocked_workers_ptr);
		ut = await_runnable(self->server);
		ASSERT_EQ(self->a.ut, ut);
	}
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, fresh[0]);
}

/* R33: fork makes the page copy-on-write; both sides keep the same memory. */
TEST_F(block, a_fork_does_not_separate_kernel_and_user)
{
	int status;
	pid_t child;

	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_then_step));
	child = fork();
	if (!child) {
		memset(self->ut, 0xff, 4096);
		_exit(0);
	}
	self->ut->critical_mask = 1;	/* a write after fork */
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(UMCG_TASK_BLOCKED, self->a.ut->state);
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	pthread_join(self->a.thread, NULL);
}

/* I6: links and heads are anything; the kernel stores them and looks no further. */
TEST_F(block, garbage_in_the_lists_is_never_followed)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_then_step));
	self->server->blocked_workers_ptr = 0xdeadbeefdeadbeef;
	self->server->runnable_workers_ptr = 0x1;
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ((uintptr_t)self->a.ut, self->server->blocked_workers_ptr);
	EXPECT_EQ(0xdeadbeefdeadbeef, self->a.ut->blocked_workers_ptr);
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_TRUE(await_state(self->a.ut, UMCG_TASK_RUNNABLE));
	sleep_ms(5);
	EXPECT_EQ((uintptr_t)self->a.ut, self->server->runnable_workers_ptr);
	EXPECT_EQ(0x1, self->a.ut->runnable_workers_ptr);
}

TEST_HARNESS_MAIN
