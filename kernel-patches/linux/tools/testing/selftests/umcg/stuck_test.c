// SPDX-License-Identifier: GPL-2.0
/* The bounded hold: only time in which a server could have run counts. */
#include "umcg_limit.h"
#include <sched.h>
#include <sys/stat.h>
#include "umcg_harness.h"

#define CGROUP		"/sys/fs/cgroup"
#define LIMIT_MS	600
/* The limit many times over, of which the server gets less than one to run. */
#define KEPT_MS		3000

/* What a child tells its parent, but for GO, which is the answer to READY. */
enum { STARTING, READY, GO, STUCK, RELEASED };

FIXTURE(stuck)
{
	int *stage;
	pid_t child;
	char group[64];
};

FIXTURE_SETUP(stuck)
{
	self->stage = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	self->child = 0;
	self->group[0] = 0;
}

FIXTURE_TEARDOWN(stuck)
{
	if (self->child > 0) {
		kill(self->child, SIGKILL);
		waitpid(self->child, NULL, 0);
	}
	if (self->group[0])
		rmdir(self->group);
}

static bool is_at(int *stage, int wanted)
{
	return __atomic_load_n(stage, __ATOMIC_SEQ_CST) >= wanted;
}

static void set_stage(int *stage, int value)
{
	__atomic_store_n(stage, value, __ATOMIC_SEQ_CST);
}

/* A server that spins until its worker, which is listed, has run without it. */
static void spin_until_released(int *stage)
{
	struct umcg_task *ut = new_tasks();
	struct worker w = { 0 };

	if (register_limited_server(ut, LIMIT_MS) || !lift_limit(ut + 2) ||
	    !list_worker(&w, ut + 1, ut, do_step))
		_exit(1);
	set_stage(stage, READY);
	while (!is_at(stage, GO))
		sleep_ms(1);
	/* It moves until the limit holds: what it sleeps would count from then on. */
	order(&limit_guard, act_unregister);
	do
		serve_for(ut, 0, 0, 1);
	while (!actor_is_done(&limit_guard));
	set_stage(stage, STUCK);
	while (!steps(&w))
		;
	set_stage(stage, RELEASED);
	_exit(7);
}

static bool is_ready(void *stage)
{
	return is_at(stage, READY);
}

static bool is_stuck(void *stage)
{
	return is_at(stage, STUCK);
}

static bool start_child(int *stage, pid_t *child)
{
	*child = fork();
	if (!*child)
		spin_until_released(stage);
	return eventually(is_ready, stage);
}

static bool let_spin(int *stage)
{
	set_stage(stage, GO);
	return eventually(is_stuck, stage);
}

static long releases_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/umcg", pid);
	return number_in(path, "releases");
}

static int end_of(pid_t *child)
{
	int status = -1;

	waitpid(*child, &status, 0);
	*child = 0;
	return status;
}

/* I4: it uses its CPU for something else; a sleeping one is in limit_test. */
TEST_F(stuck, a_server_that_spins_is_stuck)
{
	ASSERT_TRUE(start_child(self->stage, &self->child));
	ASSERT_TRUE(let_spin(self->stage));
	EXPECT_EQ(7 << 8, end_of(&self->child));
}

/* A group with this part of a CPU, for the child. */
static int throttle(char *group, pid_t child, const char *max)
{
	char file[96];
	int ret;

	write_file(CGROUP "/cgroup.subtree_control", "+cpu");
	snprintf(group, 64, CGROUP "/umcg_stuck.%d", getpid());
	if (mkdir(group, 0755))
		return -errno;
	snprintf(file, sizeof(file), "%s/cpu.max", group);
	ret = write_file(file, "%s", max);
	snprintf(file, sizeof(file), "%s/cgroup.procs", group);
	return ret ? ret : write_file(file, "%d", child);
}

static int unthrottle(const char *group)
{
	char file[96];

	snprintf(file, sizeof(file), "%s/cpu.max", group);
	return write_file(file, "max");
}

/* I1: it is runnable all the time, and gets 20 ms of each second. */
TEST_F(stuck, a_server_that_is_throttled_is_not_stuck)
{
	ASSERT_TRUE(start_child(self->stage, &self->child));
	ASSERT_EQ(0, throttle(self->group, self->child, "20000 1000000"))
		TH_LOG("needs cgroup2 at " CGROUP " and CONFIG_CFS_BANDWIDTH");
	ASSERT_TRUE(let_spin(self->stage));
	sleep_ms(KEPT_MS);
	EXPECT_EQ(0, releases_of(self->child));
	EXPECT_EQ(STUCK, *self->stage);
	ASSERT_EQ(0, unthrottle(self->group));
	EXPECT_EQ(7 << 8, end_of(&self->child));
}

static void *hog_main(void *stop)
{
	while (!flag_is_set(stop))
		;
	return NULL;
}

/* A real-time thread on that CPU. We must get past it. */
static int start_hog(pthread_t *thread, int cpu, bool *stop)
{
	struct sched_param above = { .sched_priority = 3 };
	struct sched_param priority = { .sched_priority = 2 };
	pthread_attr_t attr;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setscheduler(0, SCHED_FIFO, &above))
		return -errno;
	pthread_attr_init(&attr);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
	pthread_attr_setschedparam(&attr, &priority);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	return -pthread_create(thread, &attr, hog_main, stop);
}

static int pin_to_cpu(pid_t pid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(pid, sizeof(set), &set) ? -errno : 0;
}

/* I1: what the kernel leaves it beside the hog, 5 %, is far from the limit. */
TEST_F(stuck, a_server_behind_a_real_time_thread_is_not_stuck)
{
	bool stop = false;
	pthread_t hog;

	ASSERT_TRUE(start_child(self->stage, &self->child));
	ASSERT_EQ(0, pin_to_cpu(self->child, 0));
	ASSERT_EQ(0, start_hog(&hog, 0, &stop));
	ASSERT_TRUE(let_spin(self->stage));
	sleep_ms(KEPT_MS);
	EXPECT_EQ(0, releases_of(self->child));
	EXPECT_EQ(STUCK, *self->stage);
	set_flag(&stop);
	pthread_join(hog, NULL);
	EXPECT_EQ(7 << 8, end_of(&self->child));
}

TEST_HARNESS_MAIN
