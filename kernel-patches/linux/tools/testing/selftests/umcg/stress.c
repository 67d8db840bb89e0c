// SPDX-License-Identifier: GPL-2.0
/*
 * Long stress test: one child process after the other, each with servers and
 * workers that do everything at random, see stress.h. The parent watches that
 * every worker makes progress, that each child ends as it should and at once,
 * and that nothing of it is left in the kernel.
 */
#include "stress.h"
#include "umcg_leaks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define GROUPS	"/sys/fs/cgroup/umcg-stress"

struct stress_run *run;

const char * const feature_names[FEATURES] = {
	"switch", "wait", "timeout", "condition", "lock", "fault", "critical",
	"fork", "leave", "rejoin", "signal", "sleepy", "stack", "jump", "kick",
	"quantum", "idle", "server", "stop", "affinity", "nice", "cgroup",
	"wake", "turns",
};

const char * const ending_names[ENDINGS] = {
	"clean", "kill", "exit", "exec", "crash", "memory",
};

static const char usage[] =
	"Usage: stress [--seed N] [--seconds N] [--servers N] [--workers N]\n"
	"              [--features MASK] [--ending N] [--rounds N]\n"
	"Round after round of random load on UMCG; each has a seed of its own,\n"
	"one more than the round before. Servers, workers, features and ending\n"
	"are random where they are not given. Without --rounds as many as fit.\n";

static __u64 seed, seconds = 60, servers, workers, mask = ~0ULL;
static __u64 ending = ENDINGS, rounds = ~0ULL;
static bool has_groups;

static struct {
	__u64 rounds, steps, blocks, preempts, runs, hand_overs;
	__u64 unmanaged, jumps, forks, signals, endings[ENDINGS];
} total;

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 &&
		  write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Threads of one process in groups with different weights and a limit. */
static bool make_groups(void)
{
	mkdir(GROUPS, 0755);
	mkdir(GROUPS "/fast", 0755);
	mkdir(GROUPS "/slow", 0755);
	return write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpu") &&
	       write_file(GROUPS "/fast/cgroup.type", "threaded") &&
	       write_file(GROUPS "/slow/cgroup.type", "threaded") &&
	       write_file(GROUPS "/cgroup.subtree_control", "+cpu") &&
	       write_file(GROUPS "/fast/cpu.weight", "300") &&
	       write_file(GROUPS "/slow/cpu.max", "8000 20000");
}

static void remove_groups(void)
{
	rmdir(GROUPS "/slow");
	rmdir(GROUPS "/fast");
	rmdir(GROUPS);
}

static void choose_round(__u64 round_seed)
{
	unsigned int cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct rng r;
	int i;

	memset(run, 0, sizeof(*run));
	rng_init(&r, round_seed, 0);
	run->seed = round_seed;
	run->servers = servers ? servers : 1 + rng_below(&r, cpus + 1);
	run->workers = workers ? workers :
		       1 + rng_below(&r, one_in(&r, 4) ? 96 : 16);
	/* Some rounds are plain: what is rare then happens often. */
	for (i = 0; i < FEATURES; i++)
		if (one_in(&r, 2))
			run->features |= only(i);
	if (one_in(&r, 6))
		run->features &= rng_next(&r) & rng_next(&r);
	/* And some can tell how many workers may run at once. */
	if (one_in(&r, 3))
		run->features &= ~early_ends();
	run->features &= mask;
	/* Servers that nobody may kick have to look for themselves. */
	if (!may_kick())
		run->features |= only(WITH_IDLE);
	if (!has_groups)
		run->features &= ~only(WITH_CGROUP);
	/* Left by a jump, a wait would leave a name that is for the wait alone. */
	if (has(WITH_JUMP) && has(WITH_SWITCH))
		run->features &= ~only(WITH_TURNS);
	i = rng_below(&r, 2 * ENDINGS);
	run->ending = ending < ENDINGS ? ending : i < ENDINGS ? i : END_CLEAN;
}

static void print_round(void)
{
	int i;

	printf("round with --seed %llu: %u servers, %u workers, ends by %s, ",
	       run->seed, run->servers, run->workers,
	       ending_names[run->ending]);
	printf("--features %#lx:", run->features);
	for (i = 0; i < FEATURES; i++)
		if (has(i))
			printf(" %s", feature_names[i]);
	putchar('\n');
	fflush(stdout);
}

static void dump_tasks(pid_t pid)
{
	struct umcg_task *tasks = malloc(TASK_SLOTS * sizeof(*tasks));
	struct iovec to = { tasks, TASK_SLOTS * sizeof(*tasks) };
	struct iovec from = { run->tasks, TASK_SLOTS * sizeof(*tasks) };
	struct stress_worker *w;
	struct umcg_task *ut;
	int i;

	if (!tasks || process_vm_readv(pid, &to, 1, &from, 1, 0) < 0) {
		perror("the tasks cannot be read");
		free(tasks);
		return;
	}
	for (i = 0; i < run->server_slots; i++) {
		ut = &tasks[i];
		printf("server %d: tid %d use %d waits %llu state %#x ", i,
		       run->server[i].tid, run->server[i].use,
		       run->server[i].waits, ut->state);
		printf("next %#x blocked %#llx runnable %#llx\n",
		       ut->next_tid, ut->blocked_workers_ptr,
		       ut->runnable_workers_ptr);
	}
	for (i = 0; i < run->worker_slots; i++) {
		w = &run->worker[i];
		if (w->use != SLOT_ALIVE)
			continue;
		ut = &tasks[SERVER_SLOTS + i];
		printf("worker %d: tid %d step %llu, %s; state %#x next %#x ",
		       i, w->tid, w->steps, w->doing, ut->state, ut->next_tid);
		printf("server %d, owner %d queued %d parked %d gives back %d\n",
		       ut->server_tid, w->owner, w->queued, w->parked,
		       w->gives_back);
	}
	free(tasks);
}

static int failed(pid_t child, const char *why)
{
	int status;

	printf("FAILED: %s\n", why);
	print_round();
	if (child) {
		if (run->tasks)
			dump_tasks(child);
		dump_threads(child);
		fflush(stdout);
		if (!kill_group(child, &status)) {
			printf("and what is left survives SIGKILL:\n");
			dump_group(child);
		}
	}
	return 1;
}

struct watch {
	__u64 steps[WORKER_SLOTS];
	__u64 since[WORKER_SLOTS];
};

/* Returns: a worker that has made no step for too long, or NOBODY. */
static int find_stalled(struct watch *watch)
{
	__u64 now = now_ns(), steps;
	int i;

	for (i = 0; i < load(&run->worker_slots); i++) {
		steps = load(&run->worker[i].steps);
		if (load(&run->worker[i].use) != SLOT_ALIVE ||
		    steps != watch->steps[i] || !watch->since[i]) {
			watch->steps[i] = steps;
			watch->since[i] = now;
		} else if (now - watch->since[i] >
			   patience_ms() * NSEC_PER_MSEC) {
			return i;
		}
	}
	return NOBODY;
}

static void stop_and_continue(pid_t child, struct rng *r)
{
	/* A child that found something wrong stops by itself. */
	if (!has(WITH_STOP) || !one_in(r, 16) || load(&run->failed))
		return;
	if (has(WITH_CGROUP) && one_in(r, 2)) {
		write_file(GROUPS "/cgroup.freeze", "1");
		sleep_ms(rng_below(r, 20));
		write_file(GROUPS "/cgroup.freeze", "0");
		return;
	}
	kill(child, SIGSTOP);
	sleep_ms(rng_below(r, 20));
	if (!load(&run->failed))
		kill(child, SIGCONT);
}

/* Watch a child until @deadline; returns NULL, or what is wrong. */
static const char *watch_until(pid_t child, __u64 deadline, struct rng *r,
			       int *status, bool *ended)
{
	static struct watch watch;
	static char text[64];
	int stalled;

	memset(&watch, 0, sizeof(watch));
	while (now_ns() < deadline) {
		if (waitpid(child, status, WNOHANG) == child) {
			*ended = true;
			return NULL;
		}
		if (load(&run->failed) == 2)
			return run->why;
		/* Torn memory may well stop everybody. */
		if (run->ending == END_MEMORY && load(&run->end_now)) {
			sleep_ms(5);
			continue;
		}
		stalled = find_stalled(&watch);
		if (stalled != NOBODY) {
			snprintf(text, sizeof(text),
				 "worker %d makes no progress", stalled);
			return text;
		}
		stop_and_continue(child, r);
		sleep_ms(5);
	}
	return NULL;
}

/* Did the child end as ordered? */
static const char *judge_end(int status)
{
	static char text[64];
	bool fine = status == 0;

	if (run->ending == END_KILL)
		fine = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	if (run->ending == END_CRASH)
		fine = WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
	if (run->ending == END_MEMORY)
		fine = true;
	snprintf(text, sizeof(text), "the child ended with status %#x", status);
	return fine ? NULL : text;
}

static void add_totals(void)
{
	int i;

	for (i = 0; i < run->worker_slots; i++)
		total.steps += run->worker[i].steps;
	total.rounds++;
	total.blocks += run->blocks;
	total.preempts += run->preempts;
	total.runs += run->runs;
	total.hand_overs += run->hand_overs;
	total.unmanaged += run->unmanaged;
	total.jumps += run->jumps;
	total.forks += run->forks;
	total.signals += run->signals;
	total.endings[run->ending]++;
}

static void order_end(pid_t child)
{
	if (run->ending == END_CLEAN)
		store(&run->stop, 1);
	else if (run->ending == END_KILL)
		kill(-child, SIGKILL);
	else
		store(&run->end_now, 1);
}

/* Returns: 0, or 1 when the round has failed. */
static int run_round(const struct leaks *before, __u64 round_seed)
{
	bool ended = false;
	const char *wrong;
	char leaks[256];
	int status = 0;
	struct rng r;
	pid_t child;

	choose_round(round_seed);
	rng_init(&r, round_seed, 2);
	child = fork();
	if (!child) {
		setpgid(0, 0);
		if (has(WITH_CGROUP))
			write_file(GROUPS "/cgroup.procs", "0");
		_exit(stress_child());
	}
	setpgid(child, child);
	wrong = watch_until(child, in_ms(300 + rng_below(&r, 2000)), &r,
			    &status, &ended);
	if (ended)
		printf("the child's status is %#x\n", status);
	if (wrong || ended)
		return failed(ended ? 0 : child, wrong ? wrong :
			      "the child ended too early");
	order_end(child);
	/* Torn memory may leave nobody to end the process. */
	wrong = watch_until(child, in_ms(run->ending == END_MEMORY ? 300 :
					 patience_ms()), &r, &status, &ended);
	if (run->ending == END_MEMORY && !ended)
		ended = kill_group(child, &status);
	if (wrong || !ended)
		return failed(child, wrong ? wrong : "the child does not end");
	if (!kill_group(child, &status))
		return failed(child, "what the child left survives SIGKILL");
	wrong = judge_end(status);
	if (wrong)
		return failed(0, wrong);
	add_totals();
	if (leaks_end(before, patience_ms(), leaks, sizeof(leaks)))
		return 0;
	return failed(0, leaks);
}

static void print_totals(void)
{
	int i;

	printf("%llu rounds, last seed %llu: %llu steps, %llu blocks, ",
	       total.rounds, run->seed, total.steps, total.blocks);
	printf("%llu runs, %llu hand-overs, %llu preemptions, ",
	       total.runs, total.hand_overs, total.preempts);
	printf("%llu signals, %llu jumps, ", total.signals, total.jumps);
	printf("%llu forks, %llu unmanaged; ends:", total.forks,
	       total.unmanaged);
	for (i = 0; i < ENDINGS; i++)
		printf(" %s %llu", ending_names[i], total.endings[i]);
	putchar('\n');
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const struct number_option options[] = {
		{ "--seed", &seed, 1, ~0ULL }, { "--seconds", &seconds, 1,
						 1000000 },
		{ "--servers", &servers, 1, 32 },
		{ "--workers", &workers, 1, 128 },
		{ "--features", &mask, 0, ~0ULL },
		{ "--ending", &ending, 0, ENDINGS - 1 },
		{ "--rounds", &rounds, 1, ~0ULL }, { 0 },
	};
	struct leaks before;
	__u64 deadline, i;

	if (argc == 2 && !strcmp(argv[1], "--after-exec"))
		return after_exec();
	if (!begin_long_run(argc, argv, options, usage, &seed))
		return 1;
	run = map_shared(sizeof(*run));
	has_groups = make_groups();
	printf("stress: --seed %llu --seconds %llu, %ld CPUs%s\n", seed,
	       seconds, sysconf(_SC_NPROCESSORS_ONLN),
	       has_groups ? "" : ", no control groups");
	leaks_begin(&before);
	deadline = in_ms(seconds * 1000);
	for (i = 0; i < rounds && now_ns() < deadline; i++) {
		if (run_round(&before, seed + i))
			return 1;
		if (progress_is_due())
			print_totals();
	}
	remove_groups();
	print_totals();
	printf("ok\n");
	return 0;
}
