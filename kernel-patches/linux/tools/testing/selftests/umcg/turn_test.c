// SPDX-License-Identifier: GPL-2.0
/* Turns that the kernel takes in a server's place: umcg_task::turns. */
#include "umcg_futex.h"
#include "umcg_harness.h"

FIXTURE(turn)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct worker a;
	struct worker b;
	struct worker c;
	bool go;
};

FIXTURE_SETUP(turn)
{
	self->ut = new_tasks();
	self->server = self->ut;
	self->go = false;
	memset(&self->a, 0, sizeof(self->a));
	memset(&self->b, 0, sizeof(self->b));
	memset(&self->c, 0, sizeof(self->c));
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(turn)
{
}

static void set_turns(struct umcg_task *server, __u32 turns)
{
	__atomic_store_n(&server->turns, turns, __ATOMIC_SEQ_CST);
}

static __u32 get_turns(struct umcg_task *server)
{
	return __atomic_load_n(&server->turns, __ATOMIC_SEQ_CST);
}

static void read_twice(struct worker *w)
{
	block_in_read(w);
	step(w);
	block_in_read(w);
	step(w);
}

static void spin_then_read(struct worker *w)
{
	step(w);
	while (!flag_is_set(w->arg))
		;
	block_in_read(w);
	step(w);
}

/* Start a worker, and see it block in its first read. */
static bool start_reader(struct worker *w, struct umcg_task *ut,
			 struct umcg_task *server)
{
	return start_and_await(w, ut, server, read_twice) &&
	       !serve_for(server, w->tid, 0, PATIENCE_MS) &&
	       take(&server->blocked_workers_ptr) == ut &&
	       await_read(w->tid);
}

/* While @busy spins, these become runnable, in this order; then it is told to go on. */
struct unblock {
	struct worker *busy;
	struct worker *w[2];
	bool *go;
	bool ok;
};

static void *unblock_beside(void *arg)
{
	struct unblock *u = arg;
	int i;

	u->ok = await_steps(u->busy, 1);
	for (i = 0; i < 2 && u->w[i]; i++) {
		u->ok = u->ok && !unblock_read(u->w[i]) &&
			await_state(u->w[i]->ut, UMCG_TASK_RUNNABLE) &&
			await_sleep(u->w[i]->tid);
	}
	set_flag(u->go);
	return NULL;
}

/* Run a, which spins; b, and c if it is there, become runnable; then a blocks. */
static int run_beside(struct _test_data_turn *self, struct worker *c)
{
	struct unblock u = { &self->a, { &self->b, c }, &self->go, false };
	pthread_t thread;
	int ret;

	if (pthread_create(&thread, NULL, unblock_beside, &u))
		return -ECHILD;
	ret = serve_for(self->server, self->a.tid, 0, PATIENCE_MS);
	pthread_join(thread, NULL);
	return u.ok ? ret : -ECHILD;
}

static bool start_a_and_b(struct _test_data_turn *self)
{
	self->a.arg = &self->go;
	return start_reader(&self->b, self->ut + 2, self->server) &&
	       start_and_await(&self->a, self->ut + 1, self->server, spin_then_read);
}

/* I1, I3: a blocks, b is alone on the list: b runs, and the server hears of b only. */
TEST_F(turn, the_only_listed_worker_runs_in_place_of_the_blocked_one)
{
	ASSERT_TRUE(start_a_and_b(self));
	set_turns(self->server, 1);
	EXPECT_EQ(0, run_beside(self, NULL));
	/* b has run, and has blocked in its second read. */
	EXPECT_EQ(1, steps(&self->b));
	EXPECT_EQ(0, get_turns(self->server));
	EXPECT_EQ(self->b.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->server));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->a.ut));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->b.ut));
	EXPECT_EQ(self->b.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, self->b.ut->blocked_workers_ptr);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(1, proc_umcg("turns"));
	EXPECT_EQ(1, proc_umcg("max_running"));
	EXPECT_EQ(0, proc_umcg("running"));
	/* Of a it hears when that can go on. */
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(self->a.ut, await_runnable(self->server));
	ASSERT_EQ(0, unblock_read(&self->b));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(2, steps(&self->a));
}

static void spin_then_yield(struct worker *w)
{
	step(w);
	while (!flag_is_set(w->arg))
		;
	sched_yield();
	step(w);
}

/* I1: a yields, b is alone on the list, and then a is, when b blocks. */
TEST_F(turn, the_only_listed_worker_runs_in_place_of_one_that_yields)
{
	self->a.arg = &self->go;
	ASSERT_TRUE(start_reader(&self->b, self->ut + 2, self->server));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin_then_yield));
	set_turns(self->server, 2);
	EXPECT_EQ(0, run_beside(self, NULL));
	/* It is over when a has ended. */
	EXPECT_EQ(1, steps(&self->b));
	EXPECT_EQ(2, steps(&self->a));
	EXPECT_EQ(0, get_turns(self->server));
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->b.ut));
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(2, proc_umcg("turns"));
	EXPECT_EQ(1, proc_umcg("yields"));
	EXPECT_EQ(1, proc_umcg("max_running"));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* Without a turn it is the server's, as ever. */
TEST_F(turn, a_yield_is_the_servers_when_no_turn_is_left)
{
	self->a.arg = &self->go;
	ASSERT_TRUE(start_reader(&self->b, self->ut + 2, self->server));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin_then_yield));
	set_turns(self->server, UMCG_TURNS_IDLE);
	EXPECT_EQ(0, run_beside(self, NULL));
	EXPECT_EQ(0, steps(&self->b));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ((__u64)self->b.ut, self->a.ut->runnable_workers_ptr);
	EXPECT_EQ(0, proc_umcg("turns"));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* b is in the server's own queue: of a choice the kernel knows nothing, and stays away. */
TEST_F(turn, a_server_is_not_left_without_a_worker_by_one_that_yields)
{
	set_flag(&self->go);
	self->a.arg = &self->go;
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server, read_twice));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin_then_yield));
	set_turns(self->server, 2 | UMCG_TURNS_IDLE);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(2 | UMCG_TURNS_IDLE, get_turns(self->server));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(self->a.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(1, proc_umcg("yields"));
	EXPECT_EQ(0, proc_umcg("turns"));
	EXPECT_EQ(0, proc_umcg("running"));
}

static void read_then_yield(struct worker *w)
{
	block_in_read(w);
	step(w);
	sched_yield();
	step(w);
}

/* a names b, and b names c: each runs when the one before it blocks, or yields. */
TEST_F(turn, a_worker_that_stops_may_name_the_next_one)
{
	ASSERT_TRUE(start_and_await(&self->c, self->ut + 3, self->server, read_twice));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server, read_then_yield));
	ASSERT_EQ(0, unblock_read(&self->b));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server, read_twice));
	self->a.ut->next_tid = self->b.tid;
	self->b.ut->next_tid = self->c.tid;
	set_turns(self->server, 2);
	/* a and c block in their reads; b goes on to its yield. */
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(0, get_turns(self->server));
	EXPECT_EQ(1, steps(&self->b));
	EXPECT_EQ(self->b.tid | UMCG_NEXT_TID_CONSUMED, self->a.ut->next_tid);
	EXPECT_EQ(self->c.tid | UMCG_NEXT_TID_CONSUMED, self->b.ut->next_tid);
	EXPECT_EQ(self->c.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->a.ut));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->c.ut));
	EXPECT_EQ(self->b.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(self->c.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(2, proc_umcg("turns"));
	EXPECT_EQ(1, proc_umcg("max_running"));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* Without a turn, or where that one cannot be run, it is the server's; nobody is lost. */
TEST_F(turn, a_worker_that_is_named_in_vain_stays_where_it_is)
{
	ASSERT_TRUE(start_reader(&self->b, self->ut + 2, self->server));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server, read_twice));
	self->a.ut->next_tid = self->b.tid;
	set_turns(self->server, 2 | UMCG_TURNS_IDLE);
	/* b is blocked. */
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(self->b.tid, self->a.ut->next_tid);
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, steps(&self->b));

	/* b is runnable, but on the list: the server that takes that is to run it. */
	set_turns(self->server, 0);
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	ASSERT_EQ(0, unblock_read(&self->b));
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	set_turns(self->server, 2 | UMCG_TURNS_IDLE);
	self->server->next_tid = self->a.tid;
	set_state(self->server, UMCG_TASK_RUNNABLE);
	EXPECT_EQ(0, umcg_wait(0, in_ms(PATIENCE_MS)));
	EXPECT_EQ(1, steps(&self->a));
	EXPECT_EQ(self->b.tid, self->a.ut->next_tid);
	EXPECT_EQ(self->b.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, steps(&self->b));
	EXPECT_EQ(0, proc_umcg("turns"));
	EXPECT_EQ(0, proc_umcg("running"));
}

static void read_before_wait(struct worker *w)
{
	set_state(w->ut, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
	w->ut->next_tid = *(pid_t *)w->arg;
	block_in_read(w);
	w->ret = umcg_wait(UMCG_WAIT_YIELD, 0);
	w->ut->next_tid = 0;
	step(w);
}

/* It blocks on its way to umcg_wait(): whom it names is for that call. */
TEST_F(turn, a_worker_on_its_way_to_wait_names_nobody_for_a_turn)
{
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server, read_twice));
	self->a.arg = &self->b.tid;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_before_wait));
	set_turns(self->server, 2);
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(2, get_turns(self->server));
	EXPECT_EQ(self->b.tid, self->a.ut->next_tid);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->b.ut));
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, proc_umcg("turns"));
}

/* No turn is left: whom it names is of no interest. */
TEST_F(turn, a_worker_names_nobody_when_no_turn_is_left)
{
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server, read_twice));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server, read_twice));
	self->a.ut->next_tid = self->b.tid;
	EXPECT_EQ(0, serve(self->server, self->a.tid));
	EXPECT_EQ(self->b.tid, self->a.ut->next_tid);
	EXPECT_EQ(UMCG_TASK_RUNNABLE, get_state(self->b.ut));
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, proc_umcg("turns"));
}

static void *unblock_one(void *w)
{
	sleep_ms(30);
	return unblock_read(w) ? NULL : w;
}

/* I1: nobody can run: the server sleeps on, and the next one that can goes on at once. */
TEST_F(turn, a_server_without_a_worker_sleeps_on)
{
	pthread_t thread;
	void *done;

	ASSERT_TRUE(start_reader(&self->b, self->ut + 2, self->server));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server, read_twice));
	/* a blocks, b goes on and blocks, then the turns are over: a's is the server's. */
	set_turns(self->server, 3 | UMCG_TURNS_IDLE);
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_one, &self->b));
	EXPECT_EQ(-ETIMEDOUT, serve_for(self->server, self->a.tid, 0, 500));
	pthread_join(thread, &done);
	EXPECT_NE(NULL, done);
	EXPECT_EQ(UMCG_TURNS_IDLE, get_turns(self->server));
	EXPECT_EQ(1, steps(&self->b));
	EXPECT_EQ(0, steps(&self->a));
	EXPECT_EQ(UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(NULL, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_EQ(1, proc_umcg("max_running"));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* The same where it has run nobody: it idles. */
TEST_F(turn, a_worker_goes_on_at_once_when_its_server_idles)
{
	pthread_t thread;
	void *done;

	ASSERT_TRUE(start_reader(&self->b, self->ut + 2, self->server));
	set_turns(self->server, 1 | UMCG_TURNS_IDLE);
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_one, &self->b));
	/* b blocks once more, and there is no turn left for that. */
	EXPECT_EQ(0, serve(self->server, 0));
	pthread_join(thread, &done);
	EXPECT_NE(NULL, done);
	EXPECT_EQ(1, steps(&self->b));
	EXPECT_EQ(self->b.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(self->b.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ(UMCG_TURNS_IDLE, get_turns(self->server));
	EXPECT_EQ(0, proc_umcg("running"));
}

/* It has not said that it may be left without one: it is woken, and hears of the block. */
TEST_F(turn, a_server_without_a_worker_is_woken_unless_it_says_so)
{
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server, read_twice));
	set_turns(self->server, 3);
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	EXPECT_EQ(3, get_turns(self->server));
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	/* Nor does the next one that can go on do so before the server says so. */
	ASSERT_EQ(0, unblock_read(&self->a));
	EXPECT_EQ(self->a.ut, await_runnable(self->server));
	EXPECT_EQ(0, steps(&self->a));
	EXPECT_EQ(0, proc_umcg("turns"));
}

/* Without turns, it is the server's. */
TEST_F(turn, a_server_takes_its_turns_itself_unless_it_says_so)
{
	ASSERT_TRUE(start_a_and_b(self));
	EXPECT_EQ(0, run_beside(self, NULL));
	EXPECT_EQ(0, steps(&self->b));
	EXPECT_EQ(self->a.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_TRUE(is_listed_alone(self->server, self->b.ut));
	EXPECT_EQ(0, proc_umcg("turns"));
}

/* Two of them are a choice, which is the server's. */
TEST_F(turn, a_choice_is_the_servers)
{
	ASSERT_TRUE(start_reader(&self->c, self->ut + 3, self->server));
	ASSERT_TRUE(start_a_and_b(self));
	set_turns(self->server, 3);
	EXPECT_EQ(0, run_beside(self, &self->c));
	EXPECT_EQ(0, steps(&self->b));
	EXPECT_EQ(0, steps(&self->c));
	EXPECT_EQ(3, get_turns(self->server));
	EXPECT_EQ(self->a.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(self->c.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ((uintptr_t)self->b.ut, self->c.ut->runnable_workers_ptr);
	EXPECT_EQ(0, self->b.ut->runnable_workers_ptr);
}

/* A server that has taken the list of two, and been given one of them again. */
TEST_F(turn, a_worker_that_user_space_has_linked_to_another_one_is_left)
{
	ASSERT_TRUE(start_a_and_b(self));
	set_turns(self->server, 3);
	/* Not by the kernel: as if there were another one below it. */
	self->b.ut->runnable_workers_ptr = 0;
	self->server->runnable_workers_ptr = (uintptr_t)(self->ut + 7);
	EXPECT_EQ(0, run_beside(self, NULL));
	EXPECT_EQ(0, steps(&self->b));
	EXPECT_EQ(self->b.ut, take(&self->server->runnable_workers_ptr));
	EXPECT_EQ((uintptr_t)(self->ut + 7), self->b.ut->runnable_workers_ptr);
	EXPECT_EQ(0, proc_umcg("turns"));
}

#define ROUNDS		50

/* Two workers that hand over to each other by futexes. */
struct pair {
	__u32 word[2];
	struct worker *w[2];
};

static void hand_over(struct worker *w)
{
	struct pair *pair = w->arg;
	int i = w == pair->w[1], n;

	for (n = 0; n < ROUNDS; n++) {
		step(w);
		__atomic_store_n(&pair->word[!i], 1, __ATOMIC_SEQ_CST);
		futex(&pair->word[!i], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
		while (!__atomic_exchange_n(&pair->word[i], 0, __ATOMIC_SEQ_CST))
			futex(&pair->word[i], FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	}
	__atomic_store_n(&pair->word[!i], 1, __ATOMIC_SEQ_CST);
	futex(&pair->word[!i], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/*
 * I2, R13: two workers hand over to each other while the server sleeps, until the turns
 * are over; and nobody is lost.
 */
TEST_F(turn, hand_overs_take_the_turns_that_there_are)
{
	struct pair pair = { { 0, 0 }, { &self->a, &self->b } };
	struct umcg_task *list;
	struct worker *w;
	int wakes, i;

	self->a.arg = &pair;
	self->b.arg = &pair;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server, hand_over));
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server, hand_over));
	/* Each wakes the other one, and waits for it. */
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	for (w = &self->a, wakes = 1; w; wakes++) {
		set_turns(self->server, 10);
		ASSERT_EQ(0, run_worker(self->server, w));
		take(&self->server->blocked_workers_ptr);
		list = take(&self->server->runnable_workers_ptr);
		EXPECT_TRUE(!list || !list->runnable_workers_ptr);
		w = list == self->a.ut ? &self->a : list == self->b.ut ? &self->b : NULL;
	}
	pthread_join(self->a.thread, NULL);
	pthread_join(self->b.thread, NULL);
	for (i = 0; i < 2; i++)
		EXPECT_EQ(ROUNDS, pair.w[i]->steps);
	EXPECT_LT(wakes, ROUNDS);
	EXPECT_GT(proc_umcg("turns"), ROUNDS);
	EXPECT_EQ(1, proc_umcg("max_running"));
	EXPECT_EQ(0, proc_umcg("running"));
}

static void block_then_spin(struct worker *w)
{
	block_in_read(w);
	step(w);
	while (!flag_is_set(w->arg))
		;
	step(w);
}

/* The server's time ends while a worker runs that the kernel has picked. */
TEST_F(turn, a_timeout_finds_the_worker_that_the_kernel_runs)
{
	struct unblock u = { &self->a, { &self->b, NULL }, &self->go, false };
	bool end = false;
	pthread_t thread;
	int ret;

	self->a.arg = &self->go;
	self->b.arg = &end;
	ASSERT_TRUE(start_and_await(&self->b, self->ut + 2, self->server,
				    block_then_spin));
	ASSERT_EQ(0, run_worker(self->server, &self->b));
	ASSERT_EQ(self->b.ut, take(&self->server->blocked_workers_ptr));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin_then_read));
	set_turns(self->server, 1);
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_beside, &u));
	do {
		/* On a slow machine it may be over before a blocks, or a be on its list still. */
		ret = self->server->next_tid & UMCG_NEXT_TID_CONSUMED ?
		      serve_for(self->server, self->a.tid, UMCG_WAIT_JOIN, 1000) :
		      serve_for(self->server, self->a.tid, 0, 1000);
	} while ((ret == -ETIMEDOUT && get_turns(self->server)) ||
		 (ret == -EAGAIN && !steps(&self->a)));
	pthread_join(thread, NULL);
	ASSERT_TRUE(u.ok);
	EXPECT_EQ(-ETIMEDOUT, ret);
	EXPECT_EQ(self->b.tid | UMCG_NEXT_TID_CONSUMED, self->server->next_tid);
	EXPECT_EQ(UMCG_TASK_RUNNING, get_state(self->b.ut));
	EXPECT_EQ(1, steps(&self->b));
	set_flag(&end);
	ret = join_worker(self->server, self->b.tid);
	EXPECT_TRUE(ret == 0 || ret == -EAGAIN || ret == -ESRCH);
	pthread_join(self->b.thread, NULL);
	EXPECT_EQ(2, self->b.steps);
}

static int entered;
static int gate[2];

static void wait_at_the_gate(int sig)
{
	char c;

	(void)sig;
	__atomic_store_n(&entered, 1, __ATOMIC_SEQ_CST);
	if (read(gate[0], &c, 1) != 1)
		_exit(1);
}

static bool has_entered(void *tid)
{
	return __atomic_load_n(&entered, __ATOMIC_SEQ_CST) && thread_sleeps(tid);
}

/* R45: the only listed one sleeps in a handler: it blocks at once, and the server hears. */
TEST_F(turn, a_worker_that_blocks_at_once_is_told)
{
	struct sigaction sa = { .sa_handler = wait_at_the_gate };
	struct unblock u = { &self->a, { NULL, NULL }, &self->go, false };
	struct umcg_task *list;
	pthread_t thread;

	ASSERT_EQ(0, pipe(gate));
	sigaction(SIGUSR1, &sa, NULL);
	self->a.arg = &self->go;
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin_then_read));
	ASSERT_EQ(0, start_worker(&self->b, self->ut + 2, self->server->server_tid,
				  read_twice));
	ASSERT_TRUE(await_list(&self->server->runnable_workers_ptr));
	ASSERT_TRUE(await_sleep(self->b.tid));
	ASSERT_EQ(0, syscall(SYS_tgkill, getpid(), self->b.tid, SIGUSR1));
	ASSERT_TRUE(eventually(has_entered, (void *)(long)self->b.tid));
	set_turns(self->server, 5);
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_beside, &u));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, steps(&self->b));
	EXPECT_EQ(UMCG_TASK_BLOCKED, get_state(self->b.ut));
	list = take(&self->server->blocked_workers_ptr);
	EXPECT_EQ(self->a.ut, list);
	EXPECT_EQ((uintptr_t)self->b.ut, list->blocked_workers_ptr);
	EXPECT_EQ(NULL, take(&self->server->runnable_workers_ptr));
	set_turns(self->server, 0);
	ASSERT_EQ(1, write(gate[1], "x", 1));
	EXPECT_EQ(self->b.ut, await_runnable(self->server));
	EXPECT_EQ(0, proc_umcg("running"));
}

/*
 * c has blocked beside another server, and its own one, which waits, has not looked: a turn
 * of the kernel takes that news away. Else c, which blocks once more, would be linked to
 * itself.
 */
TEST_F(turn, news_of_blocks_go_with_the_turn)
{
	struct unblock u = { &self->a, { &self->c, NULL }, &self->go, false };
	struct actor other;
	pthread_t thread;

	ASSERT_TRUE(start_actor(&other, self->ut + 16));
	self->a.arg = &self->go;
	ASSERT_TRUE(start_and_await(&self->c, self->ut + 3, self->server, read_twice));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    spin_then_read));
	other.next = self->c.tid;
	EXPECT_EQ(0, order_and_await(&other, act_serve));
	EXPECT_EQ(self->c.ut, (void *)(uintptr_t)self->server->blocked_workers_ptr);
	set_turns(self->server, 1);
	ASSERT_EQ(0, pthread_create(&thread, NULL, unblock_beside, &u));
	EXPECT_EQ(0, run_worker(self->server, &self->a));
	pthread_join(thread, NULL);
	EXPECT_TRUE(u.ok);
	EXPECT_EQ(1, steps(&self->c));
	EXPECT_EQ(self->c.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(0, self->c.ut->blocked_workers_ptr);
	EXPECT_EQ(1, proc_umcg("turns"));
}

/* Of another server's worker the turn is not this one's to give: it hears of the block. */
TEST_F(turn, a_worker_of_another_server_is_told_there)
{
	struct actor other;

	ASSERT_TRUE(start_actor(&other, self->ut + 16));
	ASSERT_TRUE(start_and_await(&self->c, self->ut + 3, self->server, read_twice));
	set_turns(other.ut, 5 | UMCG_TURNS_IDLE);
	other.next = self->c.tid;
	other.timeout_ms = PATIENCE_MS;
	EXPECT_EQ(0, order_and_await(&other, act_serve));
	EXPECT_EQ(self->c.ut, take(&self->server->blocked_workers_ptr));
	EXPECT_EQ(5 | UMCG_TURNS_IDLE, get_turns(other.ut));
	EXPECT_EQ(0, proc_umcg("turns"));
}

TEST_HARNESS_MAIN
