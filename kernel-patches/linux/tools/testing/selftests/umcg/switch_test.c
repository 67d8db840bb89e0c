// SPDX-License-Identifier: GPL-2.0
/* The CPU is handed over without a wake-up; and where it cannot be, all is as well. */
#include "umcg_pair.h"
#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include "umcg_harness.h"

#define ROUNDS	1000

FIXTURE(handover)
{
	struct umcg_task *ut;
	struct umcg_task *server;
	struct pair p;
};

FIXTURE_SETUP(handover)
{
	self->ut = new_tasks();
	self->server = self->ut;
	memset(&self->p, 0, sizeof(self->p));
	self->p.rounds = ROUNDS;
	ASSERT_EQ(0, register_server(self->server));
	ASSERT_TRUE(start_pair(&self->p, self->ut + 1, self->server));
}

FIXTURE_TEARDOWN(handover)
{
}

/*
 * Whatever differs between them: each did its rounds, alone, and without errors.
 * Returns what is wrong, or "".
 */
static const char *fault_of(struct pair *p)
{
	int first = p->w[0].steps, second = p->w[1].steps;

	if (p->errors)
		return "a switch or a check failed";
	if (first != p->rounds || second < first - 1 || second > first)
		return "they did not take turns";
	if (proc_umcg("max_running") != 1)
		return "both ran at the same time";
	if (proc_umcg("running") || proc_umcg("workers"))
		return "one still counts as running or registered";
	return "";
}

/* Other tasks want the CPU now and then: then it cannot be given away. */
TEST_F(handover, equal_workers_switch_without_a_wake_up)
{
	ASSERT_TRUE(run_pair(self->server, &self->p));
	EXPECT_STREQ("", fault_of(&self->p));
	EXPECT_LT(ROUNDS / 2, self->p.to_pair[0]);
	EXPECT_LT(ROUNDS / 2, self->p.to_pair[1]);
	EXPECT_EQ(0, self->p.unequal[0] + self->p.unequal[1]);
	EXPECT_EQ(0, self->p.affinity[0] + self->p.affinity[1]);
}

static void yield_often(struct worker *w)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		step(w);
		w->ret |= worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	}
	*(long *)w->arg = task_umcg(w->tid, "handed_over");
}

/* From the server to its worker, and back. */
TEST_F(handover, a_server_and_its_worker_take_turns_without_wake_ups)
{
	struct worker w = { 0 };
	long back = 0;
	int i;

	w.arg = &back;
	ASSERT_TRUE(start_and_await(&w, self->ut + 8, self->server,
				    yield_often));
	for (i = 1; i <= ROUNDS; i++) {
		ASSERT_EQ(0, run_worker(self->server, &w));
		/* It may have blocked instead, on a page. */
		if (!self->server->runnable_workers_ptr)
			ASSERT_EQ(w.ut, await_runnable(self->server));
		take(&self->server->runnable_workers_ptr);
	}
	while (get_state(w.ut) != UMCG_TASK_NONE &&
	       run_worker(self->server, &w) == 0)
		;
	pthread_join(w.thread, NULL);
	EXPECT_EQ(ROUNDS, w.steps);
	EXPECT_EQ(0, w.ret);
	EXPECT_LT(ROUNDS / 2, back);
	EXPECT_LT(ROUNDS / 2, task_umcg(gettid(), "handed_over"));
}

static void check_nice(struct pair *p, int i)
{
	int want = i ? 5 : 0;

	errno = 0;
	if (getpriority(PRIO_PROCESS, p->w[i].tid) != want || errno)
		__atomic_add_fetch(&p->errors, 1, __ATOMIC_SEQ_CST);
}

/* Their weights differ: each keeps its own, and is woken. */
TEST_F(handover, workers_of_unequal_nice_are_woken)
{
	self->p.each = check_nice;
	ASSERT_EQ(0, setpriority(PRIO_PROCESS, self->p.w[1].tid, 5));
	ASSERT_TRUE(run_pair(self->server, &self->p));
	EXPECT_STREQ("", fault_of(&self->p));
	EXPECT_LT(0, self->p.unequal[0]);
	EXPECT_LT(0, self->p.unequal[1]);
	EXPECT_GE(0, self->p.to_pair[0]);
}

struct policy {
	int number;
	int priority;
	bool equal;
};

static void check_policy(struct pair *p, int i)
{
	struct policy *policy = p->arg;
	int want = i ? policy->number : SCHED_OTHER;

	if (sched_getscheduler(p->w[i].tid) != want)
		__atomic_add_fetch(&p->errors, 1, __ATOMIC_SEQ_CST);
}

static const char *run_with_policy(struct umcg_task *server, struct pair *p,
				   struct policy policy)
{
	struct sched_param param = { .sched_priority = policy.priority };

	p->arg = &policy;
	p->each = check_policy;
	if (sched_setscheduler(p->w[1].tid, policy.number, &param))
		return "sched_setscheduler() failed";
	if (!run_pair(server, p))
		return "they did not come to an end";
	if (policy.equal)
		return p->to_pair[0] > ROUNDS / 2 ? fault_of(p) :
		       "an equal worker was not handed the CPU";
	if (p->to_pair[0] > 0 || !p->unequal[0])
		return "an unequal worker was handed the CPU";
	return fault_of(p);
}

TEST_F(handover, a_real_time_worker_is_woken)
{
	struct policy policy = { SCHED_FIFO, 1, false };

	EXPECT_STREQ("", run_with_policy(self->server, &self->p,
					 policy));
}

TEST_F(handover, a_round_robin_worker_is_woken)
{
	struct policy policy = { SCHED_RR, 5, false };

	EXPECT_STREQ("", run_with_policy(self->server, &self->p,
					 policy));
}

TEST_F(handover, an_idle_class_worker_is_woken)
{
	struct policy policy = { SCHED_IDLE, 0, false };

	EXPECT_STREQ("", run_with_policy(self->server, &self->p,
					 policy));
}

/* Batch is of the same class and weight. */
TEST_F(handover, a_batch_worker_is_an_equal)
{
	struct policy policy = { SCHED_BATCH, 0, true };

	EXPECT_STREQ("", run_with_policy(self->server, &self->p,
					 policy));
}

#define CGROUP	"/sys/fs/cgroup"

static void leave_cgroup(const char *path, pid_t tid)
{
	write_file(CGROUP "/cgroup.threads", "%d", tid);
	rmdir(path);
}

static bool is_in_cgroup(pid_t tid, const char *name)
{
	char path[64], line[256] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/cgroup", tid);
	f = fopen(path, "r");
	if (!f)
		return false;
	while (fgets(line, sizeof(line), f) && !strstr(line, name))
		;
	fclose(f);
	return strstr(line, name);
}

/* Each charges its own group. */
TEST_F(handover, workers_of_different_groups_are_woken)
{
	char path[64], file[96];

	snprintf(path, sizeof(path), CGROUP "/umcg_test.%d", getpid());
	write_file(CGROUP "/cgroup.subtree_control", "+cpu");
	ASSERT_EQ(0, mkdir(path, 0755)) TH_LOG("needs cgroup2 at " CGROUP);
	snprintf(file, sizeof(file), "%s/cgroup.type", path);
	EXPECT_EQ(0, write_file(file, "threaded"));
	snprintf(file, sizeof(file), "%s/cgroup.threads", path);
	EXPECT_EQ(0, write_file(file, "%d", self->p.w[1].tid));
	EXPECT_TRUE(is_in_cgroup(self->p.w[1].tid, "umcg_test"));
	EXPECT_TRUE(run_pair(self->server, &self->p));
	EXPECT_STREQ("", fault_of(&self->p));
	EXPECT_LT(0, self->p.unequal[0]);
	EXPECT_GE(0, self->p.to_pair[0]);
	leave_cgroup(path, self->p.w[1].tid);
}

static void check_cpu(struct pair *p, int i)
{
	unsigned int cpu = ((int *)p->arg)[i], is;

	if (syscall(SYS_getcpu, &is, NULL, NULL) || is != cpu)
		__atomic_add_fetch(&p->errors, 1, __ATOMIC_SEQ_CST);
}

/* Nobody runs where it may not. On one CPU both may, and hand over. */
TEST_F(handover, workers_stay_on_the_cpus_that_they_may_use)
{
	int cpus[2] = { first_cpu(), last_cpu() };

	self->p.arg = cpus;
	self->p.each = check_cpu;
	ASSERT_EQ(0, pin(self->p.w[0].tid, cpus[0]));
	ASSERT_EQ(0, pin(self->p.w[1].tid, cpus[1]));
	ASSERT_TRUE(run_pair(self->server, &self->p));
	EXPECT_STREQ("", fault_of(&self->p));
	if (cpus[0] != cpus[1]) {
		EXPECT_LT(0, self->p.affinity[0]);
		EXPECT_GE(0, self->p.to_pair[0]);
	} else {
		EXPECT_LT(ROUNDS / 2, self->p.to_pair[0]);
	}
}

/* Somebody else changes the workers all the time, also while they are asleep. */
struct changer {
	struct pair *p;
	void (*change)(pid_t tid, int value);
	int values[2];
	bool stop;
	int changes;
};

static void *change_workers(void *arg)
{
	struct changer *c = arg;

	while (!flag_is_set(&c->stop)) {
		c->change(c->p->w[c->changes % 2].tid,
			  c->values[c->changes / 2 % 2]);
		__atomic_add_fetch(&c->changes, 1, __ATOMIC_SEQ_CST);
		sched_yield();
	}
	return NULL;
}

/* There are rounds until there have been changes enough. */
static void want_changes(struct pair *p, int i)
{
	struct changer *c = p->arg;

	if (!i && p->w[0].steps == p->rounds - 1 &&
	    __atomic_load_n(&c->changes, __ATOMIC_SEQ_CST) < 100)
		p->rounds += ROUNDS;
}

/* Returns what went wrong, "" if nothing. */
static const char *switch_while_changing(struct umcg_task *server,
					 struct pair *p, struct changer *c)
{
	pthread_t thread;
	bool ended;

	p->each = want_changes;
	p->arg = c;
	c->p = p;
	if (pthread_create(&thread, NULL, change_workers, c))
		return "no thread";
	ended = run_pair(server, p);
	set_flag(&c->stop);
	pthread_join(thread, NULL);
	return ended ? fault_of(p) : "the workers do not end";
}

static void change_cpu(pid_t tid, int cpu)
{
	pin(tid, cpu);
}

TEST_F(handover, workers_whose_affinity_changes_all_the_time_lose_nothing)
{
	struct changer c = { .change = change_cpu,
			     .values = { first_cpu(), last_cpu() } };

	EXPECT_STREQ("", switch_while_changing(self->server, &self->p, &c));
	EXPECT_LE(100, c.changes);
}

static void change_policy(pid_t tid, int policy)
{
	struct sched_param param = { .sched_priority = policy == SCHED_FIFO };

	sched_setscheduler(tid, policy, &param);
}

/* A thread that hands over may have got another class a moment ago. */
TEST_F(handover, workers_whose_policy_changes_all_the_time_lose_nothing)
{
	struct changer c = { .change = change_policy,
			     .values = { SCHED_FIFO, SCHED_OTHER } };

	EXPECT_STREQ("", switch_while_changing(self->server, &self->p, &c));
	EXPECT_LE(100, c.changes);
}

/* A worker that notes where it runs, and yields. */
static void note_cpu(struct worker *w)
{
	struct pair *p = w->arg;
	unsigned int cpu;

	while (!flag_is_set(p->arg)) {
		p->errors += !knows_its_cpu(&cpu);
		__atomic_store_n(&w->steps, cpu, __ATOMIC_SEQ_CST);
		w->ret |= worker_wait_for(w, UMCG_WAIT_YIELD, 0);
	}
}

/*
 * It sleeps on one CPU and is handed another one: two servers run the same worker by
 * turns, each on a CPU of its own. On one CPU they share that.
 */
TEST_F(handover, a_worker_follows_its_servers_from_cpu_to_cpu)
{
	int cpus[2] = { first_cpu(), last_cpu() }, there = 0, i;
	struct umcg_task *ut = self->ut + 8;
	struct actor servers[2];
	struct worker w = { .arg = &self->p };
	bool stop = false;
	long handed = 0;

	self->p.arg = &stop;
	ASSERT_TRUE(start_and_await(&w, ut, self->server, note_cpu));
	for (i = 0; i < 2; i++) {
		ASSERT_TRUE(start_actor(&servers[i], ut + 1 + i));
		ASSERT_EQ(0, pin(servers[i].tid, cpus[i]));
		servers[i].next = w.tid;
	}
	for (i = 0; i < 200; i++) {
		struct actor *s = &servers[i % 2];

		w.ut->server_tid = s->tid;
		ASSERT_EQ(0, order_and_await(s, act_serve));
		ASSERT_TRUE(await_list(&s->ut->runnable_workers_ptr));
		ASSERT_EQ(w.ut, take(&s->ut->runnable_workers_ptr));
		take(&s->ut->blocked_workers_ptr);
		there += w.steps == cpus[i % 2];
	}
	for (i = 0; i < 2; i++)
		handed += task_umcg(servers[i].tid, "handed_over");
	EXPECT_LT(100, handed);
	EXPECT_LT(100, there);
	EXPECT_EQ(0, w.ret);
	EXPECT_EQ(0, self->p.errors);
	set_flag(&stop);
	EXPECT_EQ(0, order_and_await(&servers[1], act_serve));
	pthread_join(w.thread, NULL);
}

TEST_HARNESS_MAIN
