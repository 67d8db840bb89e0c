// SPDX-License-Identifier: GPL-2.0
/* What is to be seen from outside: counters, by whom, and in which time. */
#include "umcg_watch.h"
#include <sys/prctl.h>
#include "umcg_harness.h"

#define NSEC_PER_SEC	1000000000ULL
#define DAY_SEC		86400

static void run_one_worker(struct worker *w)
{
	struct umcg_task *ut = new_tasks();

	memset(w, 0, sizeof(*w));
	if (register_server(ut) || !start_and_await(w, ut + 1, ut, step) ||
	    run_worker(ut, w) || umcg_ctl(UMCG_CTL_UNREGISTER, ut, 0))
		_exit(1);
	pthread_join(w->thread, NULL);
}

/* The process' counts are its own, for as long as it lives. */
TEST(counters_do_not_go_when_the_last_task_does)
{
	struct worker w;

	EXPECT_EQ(0, proc_umcg("runs"));
	run_one_worker(&w);
	EXPECT_EQ(0, proc_umcg("servers"));
	EXPECT_EQ(1, proc_umcg("runs"));
	EXPECT_EQ(1, proc_umcg("max_running"));
	run_one_worker(&w);
	EXPECT_EQ(2, proc_umcg("runs"));
}

TEST(counters_are_no_childs_and_outlive_execve)
{
	struct worker w;
	int status;
	pid_t child;

	run_one_worker(&w);
	child = fork();
	if (!child)
		_exit(proc_umcg("runs"));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	child = fork();
	if (!child) {
		run_one_worker(&w);
		execlp("grep", "grep", "-q", "^runs 1$", "/proc/self/umcg",
		       NULL);
		_exit(3);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
}

/* A process that others may look at until it is told to change that. */
struct target {
	pid_t pid;
	int tell[2], told[2];
};

static int start_target(struct target *t)
{
	char c;

	if (pipe(t->tell) || pipe(t->told))
		return -errno;
	t->pid = fork();
	if (!t->pid) {
		if (register_server(new_tasks()) ||
		    read(t->tell[0], &c, 1) != 1 || prctl(PR_SET_DUMPABLE, 0) ||
		    write(t->told[1], &c, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	return t->pid > 0 ? 0 : -errno;
}

static bool shut(struct target *t)
{
	char c = 0;

	return write(t->tell[1], &c, 1) == 1 && read(t->told[0], &c, 1) == 1;
}

static int open_umcg(struct target *t, const char *format)
{
	char path[64];

	snprintf(path, sizeof(path), format, t->pid, t->pid);
	return open(path, O_RDONLY);
}

static int read_all(int fd)
{
	char text[1024];

	return pread(fd, text, sizeof(text), 0) > 0 ? 0 : -errno;
}

static int look_as_nobody(void)
{
	struct target t;
	int process, thread;

	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return 1;
	prctl(PR_SET_DUMPABLE, 1);
	if (start_target(&t))
		return 2;
	process = open_umcg(&t, "/proc/%d/umcg");
	thread = open_umcg(&t, "/proc/%d/task/%d/umcg");
	if (read_all(process) || read_all(thread))
		return 3;
	if (!shut(&t))
		return 4;
	if (read_all(process) != -EACCES)
		return 5;
	if (read_all(thread) != -EACCES)
		return 6;
	kill(t.pid, SIGKILL);
	return 42;
}

/* I8: a file that was opened in time shows no more than one that is opened now. */
TEST(who_may_look_is_decided_at_each_read)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(look_as_nobody());
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(42 << 8, status);
}

static bool is_between(__u64 before, __u64 value)
{
	return before <= value && value <= now_ns();
}

/* What a process sees whose clocks are days ahead; 42: all is as it should be. */
static int look_at_stamps(void)
{
	struct umcg_task *ut = new_tasks();
	struct worker w = { 0 };
	__u64 before = now_ns(), later;

	if (register_server(ut))
		return 2;
	if (!start_and_await(&w, ut + 1, ut, block_in_read))
		return 3;
	if (!is_between(before, ut[1].runnable_ts))
		return 4;
	if (run_worker(ut, &w) || !is_between(before, ut[1].blocked_ts))
		return 5;
	later = now_ns();
	if (unblock_read(&w) || await_runnable(ut) != ut + 1 ||
	    !is_between(later, ut[1].runnable_ts))
		return 6;
	before = now_ns();
	if (serve_for(ut, 0, 0, 20) != -ETIMEDOUT ||
	    now_ns() < before + 20 * NSEC_PER_MSEC)
		return 7;
	/* In this namespace a moment after the start; outside long before it. */
	set_state(ut, UMCG_TASK_RUNNABLE);
	ut->next_tid = 0;
	if (umcg_wait(0, 1) != -ETIMEDOUT)
		return 8;
	return 42;
}

static int look_in_other_time(int days)
{
	struct timespec here, there;
	int status;
	pid_t child;

	clock_gettime(CLOCK_MONOTONIC, &here);
	if (unshare(CLONE_NEWTIME) ||
	    write_file("/proc/self/timens_offsets", "monotonic %d 0\n",
		       days * DAY_SEC))
		return 100;
	child = fork();
	if (!child) {
		clock_gettime(CLOCK_MONOTONIC, &there);
		if (there.tv_sec < here.tv_sec + days * DAY_SEC)
			_exit(101);
		alarm(PATIENCE_MS / 1000);
		_exit(look_at_stamps());
	}
	if (waitpid(child, &status, 0) != child)
		return 102;
	return WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
}

/* Time stamps and timeouts are of the clock that the process itself reads. */
TEST(times_are_those_of_the_time_namespace)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(look_in_other_time(3));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(42 << 8, status);
}

TEST_HARNESS_MAIN
