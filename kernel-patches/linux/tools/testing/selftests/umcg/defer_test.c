// SPDX-License-Identifier: GPL-2.0
/* The critical word: preemptions that wait. */
#include "umcg_critical.h"

#define ENOUGH_LOOKS	15

/* Let it spin, kick it, and see the kick wait. */
static bool defer_a_kick(struct umcg_task *server, struct worker *w)
{
	long deferred = task_umcg(w->tid, "deferred_preempts");

	return serve_for(server, w->tid, 0, 20) == -ETIMEDOUT &&
	       !umcg_kick(0, w->tid) &&
	       await_count(w->tid, "deferred_preempts", deferred + 3);
}

/*
 * How often it is looked again, in the best one of some times 100 ms: a timer does, once
 * in a millisecond, nothing else does more than once or twice.
 */
static long most_looks(pid_t tid)
{
	long most = 0, before, looks;
	int i;

	for (i = 0; i < 10 && most < ENOUGH_LOOKS; i++) {
		before = task_umcg(tid, "deferred_preempts");
		sleep_ms(100);
		looks = task_umcg(tid, "deferred_preempts") - before;
		if (looks > most)
			most = looks;
	}
	return most;
}

/* Again and again it is looked whether the bit is clear, and nothing else. */
TEST_F(critical, a_kick_of_a_critical_worker_waits)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    spin_without_rseq));
	make_critical(ut, self->word, 4, DEFER(4));
	ASSERT_TRUE(defer_a_kick(self->server, &self->a));
	EXPECT_EQ(UMCG_TASK_RUNNING | UMCG_TF_PREEMPT, ut->state);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, task_umcg(self->a.tid, "preempts"));
	EXPECT_LE(ENOUGH_LOOKS, most_looks(self->a.tid));
	/* Kicked again, and waited for: the same. */
	EXPECT_EQ(0, umcg_kick(0, self->a.tid));
	EXPECT_EQ(UMCG_TASK_RUNNING | UMCG_TF_PREEMPT, ut->state);
	/* It ends before the bit is clear: nothing fires later. */
	set_flag(&self->stop);
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, proc_umcg("preempts"));
}

/*
 * The word changes without a system call, and soon the worker is listed. A loaded
 * machine may take its time, but hardly each of so many times.
 */
TEST_F(critical, a_deferred_preemption_comes_soon_after_the_bit_clears)
{
	struct umcg_task *ut = self->ut + 1;
	__u64 clear, took, best = UINT64_MAX;
	int i;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, spin));
	for (i = 0; i < 10; i++) {
		make_critical(ut, self->word, 4, DEFER(4));
		ASSERT_TRUE(defer_a_kick(self->server, &self->a));
		ASSERT_EQ(NULL, take(&self->server->runnable_workers_ptr));
		clear = now_ns();
		set_word(self->word, 8);
		ASSERT_EQ(ut, await_runnable(self->server));
		EXPECT_EQ(UMCG_TASK_RUNNABLE, ut->state);
		EXPECT_EQ(0, ut->runnable_workers_ptr);
		took = ut->runnable_ts - clear;
		if (took < best)
			best = took;
	}
	EXPECT_GT(50 * NSEC_PER_MSEC, best);
	EXPECT_EQ(10, task_umcg(self->a.tid, "preempts"));
	EXPECT_EQ(1, steps(&self->a));
	set_flag(&self->stop);
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(2, self->a.steps);
}

/* A bit that hides blocks defers no preemption, and the other way round. */
TEST_F(critical, the_two_halves_of_the_mask_are_apart)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    spin_then_read));
	make_critical(ut, self->word, 4, 0xffff);
	ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 20));
	ASSERT_EQ(0, umcg_kick(0, self->a.tid));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, task_umcg(self->a.tid, "deferred_preempts"));
	make_critical(ut, self->word, 4, 0xffff0000);
	set_flag(&self->stop);
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	EXPECT_EQ(ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, task_umcg(self->a.tid, "hidden_blocks"));
}

/* R44: it blocks, openly, while its preemption waits: one stop, not two. */
TEST_F(critical, a_block_overtakes_a_deferred_preemption)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    spin_then_read));
	make_critical(ut, self->word, 4, DEFER(4));
	ASSERT_TRUE(defer_a_kick(self->server, &self->a));
	set_flag(&self->stop);
	join_worker(self->server, self->a.tid);
	ASSERT_TRUE(await_state(ut, UMCG_TASK_BLOCKED));
	EXPECT_EQ(UMCG_TASK_BLOCKED, ut->state);
	set_word(self->word, 8);
	ASSERT_TRUE(await_list(&self->server->blocked_workers_ptr));
	EXPECT_EQ(ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, task_umcg(self->a.tid, "preempts"));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(3, self->a.steps);
}

/* It sleeps unseen while its preemption waits, and stops once it is back. */
TEST_F(critical, a_deferred_preemption_outlives_a_hidden_block)
{
	struct umcg_task *ut = self->ut + 1;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server,
				    spin_then_read));
	make_critical(ut, self->word, 4, DEFER(4) | HIDE(4));
	ASSERT_TRUE(defer_a_kick(self->server, &self->a));
	set_flag(&self->stop);
	ASSERT_TRUE(await_count(self->a.tid, "hidden_blocks", 1));
	EXPECT_EQ(UMCG_TASK_RUNNING | UMCG_TF_PREEMPT, ut->state);
	set_word(self->word, 8);
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(ut, await_runnable(self->server));
	EXPECT_EQ(1, task_umcg(self->a.tid, "preempts"));
	EXPECT_EQ(2, steps(&self->a));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(self->a.thread, NULL);
	EXPECT_EQ(3, self->a.steps);
}

/* R23: it dies with a look at the word due; nobody looks at what is freed. */
TEST_F(critical, a_worker_may_end_while_its_preemption_waits)
{
	int i;

	for (i = 0; i < 20; i++) {
		struct umcg_task *ut = self->ut + 1 + i;
		bool stop = false;
		struct worker w = { .arg = &stop, .leave_registered = i % 2 };

		ASSERT_TRUE(start_and_await(&w, ut, self->server, spin));
		make_critical(ut, self->word, 4, DEFER(4));
		ASSERT_TRUE(defer_a_kick(self->server, &w));
		set_flag(&stop);
		pthread_join(w.thread, NULL);
		EXPECT_EQ(UMCG_TASK_NONE, get_state(ut));
		take(&self->server->blocked_workers_ptr);
	}
	sleep_ms(20);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(0, proc_umcg("workers"));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* I6: the same for a preemption. */
TEST_F(critical, a_word_that_cannot_be_read_defers_nothing)
{
	__u64 bad[] = { 4, (uintptr_t)self->word + 2, 0xffff888000000000ULL };
	struct umcg_task *ut = self->ut + 1;
	unsigned int i;

	ASSERT_TRUE(start_and_await(&self->a, ut, self->server, spin));
	for (i = 0; i < 3; i++) {
		ut->critical_mask = ~0U;
		ut->critical_ptr = bad[i];
		ASSERT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0,
						10));
		ASSERT_EQ(0, umcg_kick(0, self->a.tid));
		EXPECT_EQ(ut, await_runnable(self->server));
	}
	EXPECT_EQ(0, task_umcg(self->a.tid, "deferred_preempts"));
}

TEST_HARNESS_MAIN
