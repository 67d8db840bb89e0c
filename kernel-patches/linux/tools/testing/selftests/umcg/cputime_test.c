// SPDX-License-Identifier: GPL-2.0
/* What the scheduler accounts for stays right when tasks take each other's place. */
#include "umcg_pair.h"
#include <sys/resource.h>
#include "umcg_harness.h"

#define ROUNDS		400
#define ATTEMPTS	5
#define USEC		1000ULL

/* How one of the two spends its turns, and what it sees of its own clock. */
struct account {
	__u64 spin_ns[2];
	__u64 took[2];		/* the turns, by the clock on the wall */
	__u64 used[2];		/* in the turns */
	__u64 asleep[2];	/* what the clock went on by in between */
	__u64 charged[2];	/* from the beginning of a turn to that of the next */
	__u64 due[2];		/* what the turns in between took */
	__u64 first[2];
	__u64 last[2];
	int backwards;
	bool once;		/* who looks at the end of a turn is charged then */
};

FIXTURE(cputime)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct pair p;
	struct account a;
};

FIXTURE_SETUP(cputime)
{
	self->ut = new_tasks();
	self->server = self->ut;
	ASSERT_EQ(0, register_server(self->server));
}

FIXTURE_TEARDOWN(cputime)
{
}

static __u64 clock_ns(clockid_t clock)
{
	struct timespec ts = { 0 };

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void spin_for(__u64 ns)
{
	__u64 end = now_ns() + ns;

	while (now_ns() < end)
		;
}

static void spin_and_account(struct pair *p, int i)
{
	struct account *a = p->arg;
	__u64 before = clock_ns(CLOCK_THREAD_CPUTIME_ID), after, start;

	if (!a->first[i])
		a->first[i] = before;
	a->charged[i] = before - a->first[i];
	a->due[i] = a->took[i];
	if (a->last[i])
		a->asleep[i] += before - a->last[i];
	a->backwards += before < a->last[i];
	start = now_ns();
	spin_for(a->spin_ns[i]);
	a->took[i] += now_ns() - start;
	if (a->once)
		return;
	after = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	a->backwards += after < before;
	a->used[i] += after - before;
	a->last[i] = after;
}

/*
 * A pair whose second one is busy for a quarter of the time. Turns are long beside a
 * switch, which belongs to none of them, also on kernels full of checks.
 */
static bool start_account(struct pair *p, struct account *a,
			  struct umcg_task *server)
{
	memset(p, 0, sizeof(*p));
	memset(a, 0, sizeof(*a));
	a->spin_ns[0] = 3000 * USEC;
	a->spin_ns[1] = 1000 * USEC;
	p->rounds = ROUNDS / 5;
	p->arg = a;
	p->each = spin_and_account;
	return start_pair(p, server + 1, server);
}

static bool is_between(double low, double value, double high)
{
	return low <= value && value <= high;
}

/*
 * Both are charged for what their turns took, and for the switches: those take as long
 * as a short turn on kernels full of checks, but no more of the one than of the other.
 */
static bool are_shares(const __u64 *charged, const __u64 *took)
{
	double first = (double)charged[0] / took[0];
	double second = (double)charged[1] / took[1];

	return is_between(0.8, first, 1.6) && is_between(0.8, second, 1.6) &&
	       is_between(0.8, first / second, 1.2);
}

static __u64 timeval_ns(struct timeval *tv)
{
	return tv->tv_sec * 1000000000ULL + tv->tv_usec * 1000ULL;
}

static __u64 rusage_ns(int who)
{
	struct rusage ru;

	getrusage(who, &ru);
	return timeval_ns(&ru.ru_utime) + timeval_ns(&ru.ru_stime);
}

/*
 * Each has what it used, and all of them what has passed. The machine may have had
 * something else to do meanwhile: not in each of the attempts.
 */
TEST_F(cputime, each_task_is_charged_for_what_it_used)
{
	struct account *a = &self->a;
	bool whole = false, shares = false, apart = false;
	int i;

	ASSERT_EQ(0, pin(0, first_cpu()));
	for (i = 0; i < ATTEMPTS && !(whole && shares && apart); i++) {
		__u64 wall, all, used;

		ASSERT_TRUE(start_account(&self->p, a,
					  self->server));
		wall = now_ns();
		all = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
		ASSERT_TRUE(run_pair(self->server, &self->p));
		wall = now_ns() - wall;
		all = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - all;
		used = a->used[0] + a->used[1];
		EXPECT_EQ(0, a->backwards);
		/* One CPU: never more than has passed. */
		EXPECT_GE(wall + 20 * NSEC_PER_MSEC, all);
		EXPECT_GE(all + 20 * NSEC_PER_MSEC, used);
		whole |= is_between(0.8, (double)all / wall, 1.02);
		shares |= are_shares(a->used, a->took);
		apart |= a->asleep[0] + a->asleep[1] < used / 5;
	}
	EXPECT_TRUE(whole);
	EXPECT_TRUE(shares);
	EXPECT_TRUE(apart);
}

/* The same when nobody looks between a turn and the hand-over. */
TEST_F(cputime, each_task_is_charged_at_the_hand_over)
{
	struct account *a = &self->a;
	bool shares = false;
	int i;

	ASSERT_EQ(0, pin(0, first_cpu()));
	for (i = 0; i < ATTEMPTS && !shares; i++) {
		ASSERT_TRUE(start_account(&self->p, a, self->server));
		a->once = true;
		ASSERT_TRUE(run_pair(self->server, &self->p));
		shares = are_shares(a->charged, a->due);
	}
	EXPECT_TRUE(shares) TH_LOG("%llu of %llu, %llu of %llu", a->charged[0],
				   a->due[0], a->charged[1], a->due[1]);
}

static void *spin_beside(void *stop)
{
	while (!flag_is_set(stop))
		;
	return NULL;
}

/* Two that take turns are one to the scheduler: neither virtual time nor slice is new. */
TEST_F(cputime, a_pair_gets_as_much_as_one_thread)
{
	__u64 pair = 0, other = 0;
	bool fair = false, stop = false;
	pthread_t thread;
	clockid_t clock;
	int i;

	ASSERT_EQ(0, pin(0, first_cpu()));
	ASSERT_EQ(0, pthread_create(&thread, NULL, spin_beside, &stop));
	ASSERT_EQ(0, pthread_getcpuclockid(thread, &clock));
	for (i = 0; i < ATTEMPTS && !fair; i++) {
		ASSERT_TRUE(start_account(&self->p, &self->a, self->server));
		self->p.rounds = ROUNDS;
		self->a.once = true;
		self->a.spin_ns[0] = 1000 * USEC;
		self->a.spin_ns[1] = 1000 * USEC;
		other = clock_ns(clock);
		ASSERT_TRUE(run_pair(self->server, &self->p));
		other = clock_ns(clock) - other;
		pair = self->a.charged[0] + self->a.charged[1];
		fair = is_between(0.65, (double)pair / other, 1.5);
	}
	set_flag(&stop);
	pthread_join(thread, NULL);
	EXPECT_TRUE(fair) TH_LOG("pair %llu, other %llu", pair, other);
}

static void note_rusage(struct pair *p, int i)
{
	struct account *a = p->arg;
	__u64 now = rusage_ns(RUSAGE_THREAD);

	a->backwards += now < a->last[i];
	a->last[i] = now;
	spin_for(a->spin_ns[i]);
	a->used[i] = clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

/* The same by the ticks, as getrusage() tells it: the sum is the clock's. */
TEST_F(cputime, rusage_agrees_with_the_clocks)
{
	struct account *a = &self->a;
	__u64 process, slack = 20 * NSEC_PER_MSEC;

	ASSERT_TRUE(start_account(&self->p, a, self->server));
	self->p.each = note_rusage;
	ASSERT_TRUE(run_pair(self->server, &self->p));
	EXPECT_EQ(0, a->backwards);
	process = rusage_ns(RUSAGE_SELF);
	EXPECT_GE(process + slack, a->used[0] + a->used[1]);
	EXPECT_GE(clock_ns(CLOCK_PROCESS_CPUTIME_ID) + slack, process);
	/* Read before its last turn, which was a short one. */
	EXPECT_GE(a->used[0], a->last[0]);
	EXPECT_GE(a->used[1], a->last[1]);
	EXPECT_LT(a->used[1], a->used[0]);
}

/* Others read the clocks while the CPU is handed over. */
struct reader {
	clockid_t clocks[3];
	__u64 last[3];
	__u64 worst[3];	/* by how much a clock went back */
	__u64 most;
	bool stop;
	long reads;
};

static void *read_clocks(void *arg)
{
	struct reader *r = arg;
	int i;

	while (!flag_is_set(&r->stop)) {
		for (i = 0; i < 3; i++) {
			__u64 now = clock_ns(r->clocks[i]);

			if (now && r->last[i] > now &&
			    r->last[i] - now > r->worst[i])
				r->worst[i] = r->last[i] - now;
			if (now)
				r->last[i] = now;
			if (now > r->most)
				r->most = now;
		}
		r->reads++;
		sched_yield();
	}
	return NULL;
}

/* Never back, and never to something absurd. */
TEST_F(cputime, clocks_do_not_jump_for_those_who_look_on)
{
	struct reader r = { .clocks = { [2] = CLOCK_PROCESS_CPUTIME_ID } };
	pthread_t thread;
	int i;

	ASSERT_TRUE(start_account(&self->p, &self->a,
				  self->server));
	self->p.rounds = 20 * ROUNDS;
	self->a.spin_ns[0] = 20 * USEC;
	self->a.spin_ns[1] = 10 * USEC;
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_getcpuclockid(self->p.w[i].thread,
						   &r.clocks[i]));
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_clocks, &r));
	EXPECT_TRUE(run_pair(self->server, &self->p));
	set_flag(&r.stop);
	pthread_join(thread, NULL);
	EXPECT_LT(10, r.reads);
	EXPECT_EQ(0, r.worst[0]);
	EXPECT_EQ(0, r.worst[1]);
	EXPECT_EQ(0, r.worst[2]);
	EXPECT_GT(3600 * 1000000000ULL, r.most);
}

static void note_switches(struct pair *p, int i)
{
	long *switches = p->arg;
	char path[64];

	if (p->w[i].steps != p->rounds - 1)
		return;
	snprintf(path, sizeof(path), "/proc/self/task/%d/status", p->w[i].tid);
	switches[i] = number_in(path, "voluntary_ctxt_switches:");
}

TEST_F(cputime, each_hand_over_is_a_voluntary_switch)
{
	long switches[2] = { 0, 0 };
	int i;

	memset(&self->p, 0, sizeof(self->p));
	self->p.rounds = ROUNDS;
	self->p.arg = switches;
	self->p.each = note_switches;
	ASSERT_TRUE(start_pair(&self->p, self->ut + 1, self->server));
	ASSERT_TRUE(run_pair(self->server, &self->p));
	for (i = 0; i < 2; i++) {
		EXPECT_LE(ROUNDS - 2, switches[i]);
		EXPECT_GT(2 * ROUNDS, switches[i]);
	}
}

static long how_many_run(void)
{
	return number_in("/proc/stat", "procs_running");
}

/* The least of some looks: others run now and then, but not all the time. */
static long least_running(void)
{
	long least = how_many_run(), now;
	int i;

	for (i = 0; i < 200; i++) {
		sleep_ms(1);
		now = how_many_run();
		if (now < least)
			least = now;
	}
	return least;
}

/* I2: switches leave nobody behind on a run queue, and take nobody off it. */
TEST_F(cputime, switches_do_not_change_how_many_run)
{
	long before = least_running();
	int i;

	for (i = 0; i < 5; i++) {
		memset(&self->p, 0, sizeof(self->p));
		self->p.rounds = 10 * ROUNDS;
		ASSERT_TRUE(start_pair(&self->p, self->ut + 1, self->server));
		ASSERT_TRUE(run_pair(self->server, &self->p));
	}
	EXPECT_EQ(before, least_running());
}

#define SERVERS	2
#define WORKERS	24

static void spin_and_yield(struct worker *w)
{
	while (!flag_is_set(w->arg)) {
		step(w);
		spin_for(100 * USEC);
		worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	}
}

/* Runs the workers of its list by turns. */
static int act_take_turns(struct actor *self)
{
	struct umcg_task *list, *next;
	struct worker *w = self->arg;

	while (!flag_is_set(w[0].arg)) {
		set_state(self->ut, UMCG_TASK_RUNNABLE);
		take(&self->ut->blocked_workers_ptr);
		list = take(&self->ut->runnable_workers_ptr);
		for (; list; list = next) {
			next = (void *)(uintptr_t)list->runnable_workers_ptr;
			serve_for(self->ut, w[list - w[0].ut].tid, 0,
				  PATIENCE_MS);
		}
	}
	return 0;
}

/* N servers are busy: that many run, however many workers there are. */
TEST_F(cputime, busy_servers_count_not_workers)
{
	long before = least_running(), busy;
	struct actor servers[SERVERS];
	struct worker w[WORKERS] = { 0 };
	bool stop = false;
	int i;

	for (i = 0; i < SERVERS; i++)
		ASSERT_TRUE(start_actor(&servers[i], self->ut + 100 + i));
	for (i = 0; i < WORKERS; i++) {
		w[i].arg = &stop;
		ASSERT_EQ(0, start_worker(&w[i], self->ut + 1 + i,
					  servers[i % SERVERS].tid,
					  spin_and_yield));
	}
	for (i = 0; i < WORKERS; i++)
		ASSERT_TRUE(await_state(w[i].ut, UMCG_TASK_RUNNABLE));
	for (i = 0; i < SERVERS; i++) {
		servers[i].arg = w;
		order(&servers[i], act_take_turns);
	}
	for (i = 0; i < WORKERS; i++)
		ASSERT_TRUE(await_steps(&w[i], 5));
	busy = least_running();
	EXPECT_LE(before + SERVERS - 1, busy);
	EXPECT_GE(before + SERVERS, busy);
	set_flag(&stop);
	for (i = 0; i < SERVERS; i++)
		EXPECT_EQ(0, await_order(&servers[i]));
	EXPECT_EQ(SERVERS, proc_umcg("max_running"));
	EXPECT_EQ(before, least_running());
}

TEST_HARNESS_MAIN
