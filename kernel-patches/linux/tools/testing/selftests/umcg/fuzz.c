// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz test: child processes whose threads make any call with any argument, and
 * write anything where the kernel reads, see fuzz_child.c. Whatever they do, each
 * must die when it is killed, and leave nothing in the kernel; that the kernel
 * itself complains is for its log.
 */
#include "fuzz.h"
#include "umcg_leaks.h"
#include "umcg_watch.h"

#include <sys/stat.h>

#define LEAK_ROUNDS	16
/* Beyond its lifetime: what a child may take to begin. */
#define SETUP_MS	5000

struct fuzz_run *fuzz;

static const char usage[] =
	"Usage: fuzz [--seed N] [--calls N] [--seconds N] [--rounds N]\n"
	"Random calls of UMCG by one process after the other, until so many calls\n"
	"have been made (10 million) and so many seconds are over (0); or for so\n"
	"many processes. The seed of each is one more than the last one's.\n";

static __u64 seed, calls = 10000000, seconds, rounds = ~0ULL;
static __u64 died, exited, killed;

static __u64 total_of(enum call call)
{
	__u64 sum = 0;
	int slot, e;

	for (slot = 0; slot <= FUZZ_THREADS; slot++)
		for (e = 0; e < ERRNOS; e++)
			sum += __atomic_load_n(&fuzz->counts[slot].results[call][e],
					       __ATOMIC_RELAXED);
	return sum;
}

static __u64 all_calls(void)
{
	return total_of(CALL_CTL) + total_of(CALL_WAIT) + total_of(CALL_KICK);
}

static void print_progress(void)
{
	printf("%llu calls in %llu processes, last seed %llu: ", all_calls(),
	       killed + died + exited, fuzz->seed);
	printf("%llu killed, %llu died, %llu ended\n", killed, died, exited);
	fflush(stdout);
}

/* What the calls returned: all results that should be there are. */
static void print_results(void)
{
	static const char * const names[] = { "ctl", "wait", "kick" };
	int call, e, slot;
	__u64 n;

	for (call = 0; call < CALLS; call++) {
		printf("umcg_%s: %llu calls;", names[call], total_of(call));
		for (e = 0; e < ERRNOS; e++) {
			n = 0;
			for (slot = 0; slot <= FUZZ_THREADS; slot++)
				n += fuzz->counts[slot].results[call][e];
			if (n)
				printf(" %s %llu", e ? strerrorname_np(e) :
				       "ok", n);
		}
		putchar('\n');
	}
	fflush(stdout);
}

/* Returns: false when somebody survives SIGKILL. */
static bool run_child(__u64 child_seed)
{
	unsigned int life_ms;
	__u64 deadline;
	int status = 0;
	struct rng r;
	pid_t child;
	bool ended;

	fuzz->seed = child_seed;
	rng_init(&r, child_seed, 2);
	life_ms = 100 + rng_below(&r, 2000);
	/* A child that takes long to begin is killed before that, now and then. */
	deadline = in_ms(SETUP_MS + life_ms);
	store(&fuzz->begun, 0);
	fflush(stdout);
	child = fork();
	if (child < 0) {
		perror("fork");
		exit(1);
	}
	if (!child) {
		setpgid(0, 0);
		fuzz_child();
	}
	setpgid(child, child);
	do {
		sleep_ms(5);
		if (swap(&fuzz->begun, 0))
			deadline = in_ms(life_ms);
		ended = waitpid(child, &status, WNOHANG) == child;
	} while (!ended && now_ns() < deadline);
	if (!kill_group(child, &status)) {
		printf("FAILED: with --seed %llu, these survive SIGKILL:\n",
		       child_seed);
		dump_group(child);
		return false;
	}
	if (!ended)
		killed++;
	else if (WIFEXITED(status))
		exited++;
	else
		died++;
	return true;
}

static bool nothing_leaked(const struct leaks *before, __u64 last)
{
	char text[256];

	if (leaks_end(before, patience_ms(), text, sizeof(text)))
		return true;
	printf("FAILED: at --seed %llu or up to %d before: %s\n", last,
	       LEAK_ROUNDS, text);
	return false;
}

static bool enough(__u64 deadline)
{
	return all_calls() >= calls && now_ns() >= deadline;
}

/* Some children get little time and little memory. */
static void make_group(void)
{
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpu +memory");
	mkdir(FUZZ_GROUP, 0755);
	if (write_file(FUZZ_GROUP "/cpu.max", "3000 10000") ||
	    write_file(FUZZ_GROUP "/memory.high", "8M") ||
	    write_file(FUZZ_GROUP "/memory.max", "64M"))
		printf("no limits: cgroup2 is not mounted, or lacks controllers\n");
}

int main(int argc, char **argv)
{
	const struct number_option options[] = {
		{ "--seed", &seed, 1, ~0ULL }, { "--calls", &calls, 1, ~0ULL },
		{ "--seconds", &seconds, 0, 1000000 },
		{ "--rounds", &rounds, 1, ~0ULL }, { 0 },
	};
	struct leaks before;
	__u64 deadline, i;

	if (!begin_long_run(argc, argv, options, usage, &seed))
		return 1;
	fuzz = map_shared(sizeof(*fuzz));
	printf("fuzz: --seed %llu --calls %llu --seconds %llu, %ld CPUs\n", seed,
	       calls, seconds, sysconf(_SC_NPROCESSORS_ONLN));
	make_group();
	leaks_begin(&before);
	deadline = in_ms(seconds * 1000);
	for (i = 0; i < rounds && !enough(deadline); i++) {
		if (!run_child(seed + i))
			return 1;
		if (i % LEAK_ROUNDS == LEAK_ROUNDS - 1 &&
		    !nothing_leaked(&before, seed + i))
			return 1;
		if (progress_is_due())
			print_progress();
	}
	print_progress();
	print_results();
	if (!nothing_leaked(&before, seed + i))
		return 1;
	rmdir(FUZZ_GROUP);
	printf("ok\n");
	return 0;
}
