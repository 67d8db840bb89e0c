// SPDX-License-Identifier: GPL-2.0
/* The critical word: blocks that are hidden. */
#include "umcg_critical.h"

/* Lets a worker go on whenever it sleeps in its read, told of or not. */
struct unblocker {
	struct worker *w;
	long seen;
	bool stop;
	pthread_t thread;
};

static long sleeps(pid_t tid)
{
	return task_umcg(tid, "blocks") + task_umcg(tid, "hidden_blocks");
}

static void *unblock_always(void *arg)
{
	struct unblocker *u = arg;

	while (!flag_is_set(&u->stop)) {
		long now = sleeps(u->w->tid);

		if (now > u->seen && unblock_read(u->w))
			break;
		if (now > u->seen)
			u->seen = now;
		sleep_ms(1);
	}
	return NULL;
}

static int start_unblocker(struct unblocker *u, struct worker *w)
{
	u->w = w;
	u->seen = sleeps(w->tid);
	u->stop = false;
	return pthread_create(&u->thread, NULL, unblock_always, u);
}

static void stop_unblocker(struct unblocker *u)
{
	set_flag(&u->stop);
	pthread_join(u->thread, NULL);
}

/* Reads and yields by turns, until told to stop. */
static void read_and_yield(struct worker *w)
{
	while (!flag_is_set(w->arg)) {
		block_in_read(w);
		step(w);
		w->ret = worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	}
}

/* Run @w until it yields; was its read before that hidden? -1: neither, or both. */
static int read_is_hidden(struct umcg_task *server, struct worker *w)
{
	long hidden = task_umcg(w->tid, "hidden_blocks");
	int ret = run_worker(server, w), told = 0;

	while (!ret && take(&server->blocked_workers_ptr) == w->ut) {
		told = 1;
		if (await_runnable(server) != w->ut)
			return -1;
		ret = run_worker(server, w);
	}
	if (ret || take(&server->runnable_workers_ptr) != w->ut)
		return -1;
	hidden = task_umcg(w->tid, "hidden_blocks") - hidden;
	return told == !hidden ? !told : -1;
}

TEST(the_feature_is_offered)
{
	EXPECT_TRUE(umcg_query() & UMCG_FEATURE_CRITICAL);
}

/* I2: it stays RUNNING and counted, is on no list, and its server sleeps on. */
TEST_F(critical, a_hidden_block_is_told_to_nobody)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, read_then_step));
	make_critical(ut, self->word, 4, HIDE(4));
	EXPECT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 200));
	ASSERT_TRUE(await_count(self->a.tid, "hidden_blocks", 1));
	EXPECT_EQ(UMCG_TASK_RUNNING, ut->state);
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, task_umcg(self->a.tid, "blocks"));
	EXPECT_EQ(1, proc_umcg("running"));
	/* No server has to run it for it to go on. */
	ASSERT_EQ(0, unblock_read(&self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* The low four bits of the word choose the bit, and nothing else does. */
TEST_F(critical, each_value_selects_its_own_bit)
{
	struct umcg_task *ut = self->ut + 1;
	struct unblocker u;
	__u32 v;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_and_yield));
	ASSERT_EQ(0, start_unblocker(&u, &self->a));
	for (v = 0; v < 16; v++) {
		make_critical(ut, self->word, v, HIDE(v));
		EXPECT_EQ(1, read_is_hidden(self->server, &self->a))
			TH_LOG("value %u", v);
		make_critical(ut, self->word, v | ~0xfU, HIDE(v));
		EXPECT_EQ(1, read_is_hidden(self->server, &self->a))
			TH_LOG("value %u, high bits", v);
		make_critical(ut, self->word, v, ~HIDE(v));
		EXPECT_EQ(0, read_is_hidden(self->server, &self->a))
			TH_LOG("value %u, all others", v);
	}
	stop_unblocker(&u);
	set_flag(&self->stop);
	EXPECT_EQ(0, run_worker(self->server, &self->a));
}

static void cond_wait_after_read(struct worker *w)
{
	w->ut->next_tid = 0;
	set_state(w->ut, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
	block_in_read(w);
	w->steps = umcg_wait(0, 0) ? -1 : 1;
}

/* R27: hidden, a block in that window is none; the wait goes ahead. */
TEST_F(critical, a_hidden_block_in_the_window_leaves_the_wish_to_wait)
{
	struct umcg_task *ut = self->ut + 1;
	struct unblocker u;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    cond_wait_after_read));
	make_critical(ut, self->word, 3, HIDE(3));
	ASSERT_EQ(0, start_unblocker(&u, &self->a));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(1, task_umcg(self->a.tid, "hidden_blocks"));
	EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
	stop_unblocker(&u);
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(1, self->a.steps);
}

/* I6: words that are not there, in whatever way, make nothing critical. */
TEST_F(critical, a_word_that_cannot_be_read_hides_nothing)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, flags, -1, 0);
	char *gone = mmap(NULL, 4096, PROT_READ | PROT_WRITE, flags, -1, 0);
	char *none = mmap(NULL, 4096, PROT_NONE, flags, -1, 0);
	__u64 bad[] = {
		0, 4, 0xfff, (uintptr_t)self->word + 1,
		(uintptr_t)self->word + 2, (uintptr_t)page + 4094,
		(uintptr_t)gone, (uintptr_t)none, 0x7ffffffffffcULL,
		0x8000000000000ULL, 0xffff888000000000ULL, ~3ULL, ~0ULL,
	};
	struct umcg_task *ut = self->ut + 1;
	struct unblocker u;
	unsigned int i;

	munmap(gone, 4096);
	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_and_yield));
	ASSERT_EQ(0, start_unblocker(&u, &self->a));
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ut->critical_mask = ~0U;
		ut->critical_ptr = bad[i];
		EXPECT_EQ(0, read_is_hidden(self->server, &self->a))
			TH_LOG("word at %#llx", (unsigned long long)bad[i]);
	}
	/* A page that has never been touched is not there; touched, it is. */
	ut->critical_ptr = (uintptr_t)page;
	EXPECT_EQ(0, read_is_hidden(self->server, &self->a));
	page[4] = 1;
	EXPECT_EQ(1, read_is_hidden(self->server, &self->a));
	madvise(page, 4096, MADV_DONTNEED);
	EXPECT_EQ(0, read_is_hidden(self->server, &self->a));
	stop_unblocker(&u);
	set_flag(&self->stop);
	EXPECT_EQ(0, run_worker(self->server, &self->a));
}

/* R29 */
TEST_F(critical, a_misaligned_word_is_refused_at_registration)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_EQ(0, umcg_ctl(UMCG_CTL_UNREGISTER, self->server, 0));
	init_server(ut);
	ut->critical_ptr = (uintptr_t)self->word + 2;
	EXPECT_EQ(-EINVAL, umcg_ctl(UMCG_CTL_REGISTER, ut, CLOCK_MONOTONIC));
	ut->critical_ptr = (uintptr_t)self->word;
	EXPECT_EQ(0, umcg_ctl(UMCG_CTL_REGISTER, ut, CLOCK_MONOTONIC));
}

struct scribbler {
	struct umcg_task *ut;
	__u32 *word;
	bool stop;
};

static void *scribble(void *arg)
{
	struct scribbler *s = arg;
	unsigned int seed = 1;

	while (!flag_is_set(&s->stop)) {
		set_word(s->word, rand_r(&seed));
		__atomic_store_n(&s->ut->critical_mask, rand_r(&seed),
				 __ATOMIC_SEQ_CST);
		__atomic_store_n(&s->ut->critical_ptr, rand_r(&seed) % 4 ?
				 (uintptr_t)s->word : rand_r(&seed),
				 __ATOMIC_SEQ_CST);
		/* On one CPU the others have to run too. */
		sched_yield();
	}
	return NULL;
}

/* I3, I6: each block is either hidden or told of, whatever the words do. */
TEST_F(critical, words_that_change_all_the_time_lose_no_block)
{
	struct umcg_task *ut = self->ut + 1;
	struct scribbler s = { .ut = ut, .word = self->word };
	pthread_t thread;
	struct unblocker u;
	int i, hidden = 0, told = 0;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    read_and_yield));
	ASSERT_EQ(0, start_unblocker(&u, &self->a));
	ASSERT_EQ(0, pthread_create(&thread, NULL, scribble, &s));
	for (i = 0; i < 100; i++) {
		int ret = read_is_hidden(self->server, &self->a);

		ASSERT_LE(0, ret);
		hidden += ret;
		told += !ret;
	}
	set_flag(&s.stop);
	pthread_join(thread, NULL);
	stop_unblocker(&u);
	EXPECT_EQ(100, steps(&self->a));
	EXPECT_LE(hidden, task_umcg(self->a.tid, "hidden_blocks"));
	EXPECT_LE(told, task_umcg(self->a.tid, "blocks"));
	EXPECT_EQ(1, proc_umcg("max_running"));
}

TEST_HARNESS_MAIN
