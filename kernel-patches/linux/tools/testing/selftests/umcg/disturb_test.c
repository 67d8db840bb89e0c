// SPDX-License-Identifier: GPL-2.0
/* Hand-overs while stops, kills, freezers, debuggers and CPUs come and go. */
#include "umcg_pair.h"
#include <linux/membarrier.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include "umcg_harness.h"

#define ROUNDS		4000
#define DISTURBANCES	30
#define CGROUP		"/sys/fs/cgroup"

/* What a child and its tester share. */
struct shared {
	int disturbed;		/* how often, so far */
	int steps;
	pid_t tids[3];		/* server and workers */
};

FIXTURE(disturb)
{
	struct shared *s;
};

FIXTURE_SETUP(disturb)
{
	self->s = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->s);
}

FIXTURE_TEARDOWN(disturb)
{
}

/* Rounds are added until the child has been disturbed often enough. */
static void go_on_until_disturbed(struct pair *p, int i)
{
	struct shared *s = p->arg;

	__atomic_add_fetch(&s->steps, 1, __ATOMIC_SEQ_CST);
	if (!i && p->w[0].steps == p->rounds - 1 &&
	    __atomic_load_n(&s->disturbed, __ATOMIC_SEQ_CST) < DISTURBANCES)
		p->rounds += 100;
}

/* A process whose two workers switch all the time; 7 is success. */
static void be_a_pair(struct shared *s)
{
	struct pair p = { .rounds = ROUNDS, .arg = s };
	struct umcg_task *ut = new_tasks();
	int steps;

	p.each = go_on_until_disturbed;
	if (register_server(ut) || !start_pair(&p, ut + 1, ut))
		_exit(1);
	s->tids[1] = p.w[0].tid;
	s->tids[2] = p.w[1].tid;
	__atomic_store_n(&s->tids[0], gettid(), __ATOMIC_SEQ_CST);
	if (!run_pair(ut, &p))
		_exit(2);
	steps = p.w[0].steps + p.w[1].steps;
	if (p.errors || p.w[0].steps != p.rounds ||
	    steps < 2 * p.rounds - 1 || steps > 2 * p.rounds)
		_exit(3);
	if (proc_umcg("max_running") != 1)
		_exit(4);
	if (proc_umcg("running"))
		_exit(5);
	_exit(7);
}

static bool child_is_up(void *arg)
{
	struct shared *s = arg;

	return __atomic_load_n(&s->tids[0], __ATOMIC_SEQ_CST) &&
	       __atomic_load_n(&s->steps, __ATOMIC_SEQ_CST) > 10;
}

static pid_t start_child(struct shared *s)
{
	pid_t child = fork();

	if (!child)
		be_a_pair(s);
	return child > 0 && eventually(child_is_up, s) ? child : -1;
}

static int steps_of(struct shared *s)
{
	return __atomic_load_n(&s->steps, __ATOMIC_SEQ_CST);
}

struct progress {
	struct shared *s;
	int from;
};

static bool goes_on(void *arg)
{
	struct progress *p = arg;

	return steps_of(p->s) > p->from;
}

/* It is disturbed once more, and gets on with its work. */
static bool count_disturbance(struct shared *s)
{
	struct progress p = { s, steps_of(s) };

	if (!eventually(goes_on, &p))
		return false;
	__atomic_add_fetch(&s->disturbed, 1, __ATOMIC_SEQ_CST);
	return true;
}

static int wait_status(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child ? status : -1;
}

/* I1, I4: nothing moves while it is stopped, and all is as it was after that. */
TEST_F(disturb, a_stop_in_the_middle_of_switches_loses_nothing)
{
	struct shared *s = self->s;
	pid_t child = start_child(s);
	int i, status, steps;

	ASSERT_LT(0, child);
	for (i = 0; i < DISTURBANCES; i++) {
		ASSERT_EQ(0, kill(child, SIGSTOP));
		ASSERT_EQ(child, waitpid(child, &status, WUNTRACED));
		ASSERT_TRUE(WIFSTOPPED(status)) TH_LOG("status %#x", status);
		steps = steps_of(s);
		sleep_ms(2);
		EXPECT_EQ(steps, steps_of(s));
		ASSERT_EQ(0, kill(child, SIGCONT));
		ASSERT_TRUE(count_disturbance(s));
	}
	EXPECT_EQ(7 << 8, wait_status(child));
}

/* I1, I7 */
TEST_F(disturb, a_kill_in_the_middle_of_switches_is_the_end)
{
	pid_t child;
	int i;

	for (i = 0; i < DISTURBANCES; i++) {
		memset(self->s, 0, sizeof(*self->s));
		child = start_child(self->s);
		ASSERT_LT(0, child);
		usleep(i * 37 % 1000);
		ASSERT_EQ(0, kill(child, SIGKILL));
		EXPECT_EQ(SIGKILL, wait_status(child));
	}
}

struct frozen {
	char events[96];
	int want;
};

static bool is_frozen(void *arg)
{
	struct frozen *f = arg;

	return number_in(f->events, "frozen") == f->want;
}

/* I1, I4: of cgroup2, for all of them at once. */
TEST_F(disturb, a_freezer_in_the_middle_of_switches_loses_nothing)
{
	struct shared *s = self->s;
	pid_t child = start_child(s);
	char path[64], file[96];
	struct frozen f;
	int i, steps;

	ASSERT_LT(0, child);
	snprintf(path, sizeof(path), CGROUP "/umcg_freeze.%d", getpid());
	ASSERT_EQ(0, mkdir(path, 0755)) TH_LOG("needs cgroup2 at " CGROUP);
	snprintf(file, sizeof(file), "%s/cgroup.procs", path);
	EXPECT_EQ(0, write_file(file, "%d", child));
	snprintf(file, sizeof(file), "%s/cgroup.freeze", path);
	snprintf(f.events, sizeof(f.events), "%s/cgroup.events", path);
	for (i = 0; i < DISTURBANCES; i++) {
		f.want = 1;
		EXPECT_EQ(0, write_file(file, "1"));
		ASSERT_TRUE(eventually(is_frozen, &f));
		steps = steps_of(s);
		sleep_ms(2);
		EXPECT_EQ(steps, steps_of(s));
		f.want = 0;
		EXPECT_EQ(0, write_file(file, "0"));
		ASSERT_TRUE(count_disturbance(s));
	}
	EXPECT_EQ(7 << 8, wait_status(child));
	EXPECT_EQ(0, rmdir(path));
}

/* I1: each thread in turn is caught by a debugger, and released. */
TEST_F(disturb, a_debugger_in_the_middle_of_switches_loses_nothing)
{
	struct shared *s = self->s;
	pid_t child = start_child(s), tid;
	int i, status;

	ASSERT_LT(0, child);
	for (i = 0; i < DISTURBANCES; i++) {
		tid = s->tids[i % 3];
		ASSERT_EQ(0, ptrace(PTRACE_SEIZE, tid, 0, 0));
		ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, tid, 0, 0));
		ASSERT_EQ(tid, waitpid(tid, &status, __WALL));
		ASSERT_TRUE(WIFSTOPPED(status)) TH_LOG("status %#x", status);
		sleep_ms(2);
		ASSERT_EQ(0, ptrace(PTRACE_DETACH, tid, 0, 0));
		ASSERT_TRUE(count_disturbance(s));
	}
	EXPECT_EQ(7 << 8, wait_status(child));
}

static bool tid_was_set(void *tid)
{
	return __atomic_load_n((pid_t *)tid, __ATOMIC_SEQ_CST);
}

static void two_steps(struct worker *w)
{
	__atomic_add_fetch((int *)w->arg, 1, __ATOMIC_SEQ_CST);
	block_in_read(w);
	__atomic_add_fetch((int *)w->arg, 1, __ATOMIC_SEQ_CST);
}

/* A worker is held; its server runs it as soon as it is told, with @s->disturbed. */
static void run_when_told(struct shared *s)
{
	struct umcg_task *ut = new_tasks(), *list;
	struct worker w = { .arg = &s->steps };

	if (register_server(ut) || !start_and_await(&w, ut + 1, ut, two_steps))
		_exit(1);
	__atomic_store_n(&s->tids[0], w.tid, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&s->disturbed, __ATOMIC_SEQ_CST))
		sleep_ms(1);
	if (run_worker(ut, &w))
		_exit(2);
	/* Traced, it does not run: it is as if it had blocked at once. */
	if (get_state(w.ut) != UMCG_TASK_BLOCKED || steps_of(s))
		_exit(3);
	__atomic_store_n(&s->disturbed, 2, __ATOMIC_SEQ_CST);
	take(&ut->blocked_workers_ptr);
	list = await_runnable(ut);
	if (list != w.ut || steps_of(s) || run_worker(ut, &w) || steps_of(s) != 1)
		_exit(4);
	_exit(7);
}

static bool was_run(void *arg)
{
	struct shared *s = arg;

	return __atomic_load_n(&s->disturbed, __ATOMIC_SEQ_CST) == 2;
}

/* I1, I5: a server that runs a worker which a debugger has stopped is not stuck. */
TEST_F(disturb, a_traced_worker_that_is_run_blocks_at_once)
{
	struct shared *s = self->s;
	pid_t child = fork();
	int status;

	if (!child)
		run_when_told(s);
	ASSERT_LT(0, child);
	ASSERT_TRUE(eventually(tid_was_set, &s->tids[0]));
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, s->tids[0], 0, 0));
	ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, s->tids[0], 0, 0));
	ASSERT_EQ(s->tids[0], waitpid(s->tids[0], &status, __WALL));
	__atomic_store_n(&s->disturbed, 1, __ATOMIC_SEQ_CST);
	ASSERT_TRUE(eventually(was_run, s));
	sleep_ms(10);
	EXPECT_EQ(0, steps_of(s));
	ASSERT_EQ(0, ptrace(PTRACE_DETACH, s->tids[0], 0, 0));
	EXPECT_EQ(7 << 8, wait_status(child));
}

#define CPU_ONLINE	"/sys/devices/system/cpu/cpu%d/online"

/*
 * The last CPU goes and comes back under workers that use it. Where it cannot, as
 * there is no other one, the switches go undisturbed.
 */
TEST_F(disturb, a_cpu_that_goes_and_comes_back_loses_nobody)
{
	struct shared *s = self->s;
	pid_t child;
	char path[64];
	int i, last = last_cpu();
	bool can_go;

	snprintf(path, sizeof(path), CPU_ONLINE, last);
	can_go = read_number(path) == 1 && first_cpu() != last;
	child = start_child(s);
	ASSERT_LT(0, child);
	for (i = 0; i < DISTURBANCES / 2; i++) {
		/* One is on the CPU that goes, with nowhere else to be. */
		pin(s->tids[i % 3], last);
		if (can_go && i % 3 == 0)
			EXPECT_EQ(0, write_file(path, "0"));
		ASSERT_TRUE(count_disturbance(s));
		if (can_go && i % 3 == 0)
			EXPECT_EQ(0, write_file(path, "1"));
		ASSERT_TRUE(count_disturbance(s));
	}
	EXPECT_EQ(7 << 8, wait_status(child));
	EXPECT_EQ(last, last_cpu());
}

/*
 * Both workers write @x, a new value each time, and then read @y, with no barrier in
 * between. The other thread writes @y, makes all threads pass a barrier, and reads
 * @x. A worker that writes a greater x than that reads the new y, or a later one.
 */
#define NUMBERS	20000

struct asymmetric {
	int x, y;
	int seen_y[NUMBERS + 2];	/* at index x, by the workers */
	int seen_x[NUMBERS];		/* at index y, by the other thread */
	bool stop;
	int failed;
};

static void write_x_read_y(struct pair *p, int i)
{
	struct asymmetric *a = p->arg;
	int n;

	(void)i;
	for (n = 0; n < 4; n++) {
		int x = a->x + 1;

		if (x > NUMBERS)
			return;
		__atomic_store_n(&a->x, x, __ATOMIC_RELAXED);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		a->seen_y[x] = __atomic_load_n(&a->y, __ATOMIC_RELAXED);
	}
}

static void *write_y_read_x(void *arg)
{
	struct asymmetric *a = arg;
	int y;

	for (y = 1; y < NUMBERS && !flag_is_set(&a->stop); y++) {
		__atomic_store_n(&a->y, y, __ATOMIC_RELAXED);
		a->failed |= syscall(SYS_membarrier,
				     MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
		a->seen_x[y] = __atomic_load_n(&a->x, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&a->y, y - 1, __ATOMIC_SEQ_CST);
	return NULL;
}

TEST_F(disturb, membarrier_reaches_workers_that_switch)
{
	struct umcg_task *ut = new_tasks();
	struct asymmetric *a = calloc(1, sizeof(*a));
	struct pair p = { .rounds = NUMBERS / 8, .arg = a };
	int y, wrong = 0;
	pthread_t thread;

	p.each = write_x_read_y;
	ASSERT_EQ(0, syscall(SYS_membarrier,
			     MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0));
	ASSERT_EQ(0, register_server(ut));
	ASSERT_TRUE(start_pair(&p, ut + 1, ut));
	ASSERT_EQ(0, pthread_create(&thread, NULL, write_y_read_x, a));
	EXPECT_TRUE(run_pair(ut, &p));
	set_flag(&a->stop);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, a->failed);
	EXPECT_EQ(0, p.errors);
	EXPECT_LT(0, a->y);
	for (y = 1; y <= a->y; y++)
		wrong += a->seen_x[y] < a->x && a->seen_y[a->seen_x[y] + 1] < y;
	EXPECT_EQ(0, wrong);
}

TEST_HARNESS_MAIN
