// SPDX-License-Identifier: GPL-2.0
/* What the long tests share, see long_run.h. */
#include "long_run.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>

#define PROGRESS_MS	15000

/* splitmix64: any seed will do, streams do not meet. */
__u64 rng_next(struct rng *r)
{
	__u64 z = r->x += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

void rng_init(struct rng *r, __u64 seed, __u64 stream)
{
	struct rng seeds = { seed };
	__u64 base = rng_next(&seeds);

	seeds.x = base + stream;
	r->x = rng_next(&seeds);
}

static void wrong_usage(const char *usage, const char *word, const char *why)
{
	fprintf(stderr, "%s: %s\n%s", word, why, usage);
	exit(2);
}

/* Exits with 2, and says why, when the words are not such options. */
static void parse_numbers(int argc, char **argv,
			  const struct number_option *options, const char *usage)
{
	const struct number_option *o;
	unsigned long long value;
	char *end;
	int i;

	for (i = 1; i < argc; i += 2) {
		if (!strcmp(argv[i], "--help")) {
			fputs(usage, stdout);
			exit(0);
		}
		for (o = options; o->name && strcmp(o->name, argv[i]); o++)
			;
		if (!o->name)
			wrong_usage(usage, argv[i], "unknown option");
		if (i + 1 == argc || argv[i + 1][0] == '-')
			wrong_usage(usage, argv[i], "needs a number");
		errno = 0;
		value = strtoull(argv[i + 1], &end, 0);
		if (errno || end == argv[i + 1] || *end || value < o->least ||
		    value > o->most)
			wrong_usage(usage, argv[i + 1], "not in range");
		*o->value = value;
	}
}

bool begin_long_run(int argc, char **argv, const struct number_option *options,
		    const char *usage, __u64 *seed)
{
	parse_numbers(argc, argv, options, usage);
	if (!*seed)
		*seed = now_ns() % 1000000000 + 1;
	if (umcg_query() < 0) {
		printf("this kernel has no UMCG\n");
		return false;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return true;
}

void *map_shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return p;
}

bool await_end(pid_t child, unsigned int ms, int *status)
{
	__u64 deadline = in_ms(ms);
	int some;
	pid_t pid;

	/* As a subreaper the caller gets the orphans too. */
	for (;;) {
		pid = waitpid(-child, &some, WNOHANG);
		if (pid == child)
			*status = some;
		else if (pid < 0 && errno == ECHILD && kill(-child, 0))
			return true;
		if (pid > 0)
			continue;
		if (now_ns() > deadline)
			return false;
		sleep_ms(2);
	}
}

bool kill_group(pid_t child, int *status)
{
	kill(-child, SIGKILL);
	return await_end(child, patience_ms(), status);
}

/* Returns: false, and an empty line, if there is no such file. */
static bool read_line(const char *folder, const char *name, char *line,
		      size_t size)
{
	char path[512], *c;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? 0 : read(fd, line, size - 1);
	if (fd >= 0)
		close(fd);
	line[n > 0 ? n : 0] = 0;
	for (c = line; *c; c++)
		if (*c == '\n')
			*c = ' ';
	return n > 0;
}

/* One line: where a thread is, and how it got there. */
static void dump_thread(const char *folder, const char *tid)
{
	char stat[512], call[256], stack[2048], *state;

	if (!read_line(folder, "stat", stat, sizeof(stat)))
		return;
	read_line(folder, "syscall", call, sizeof(call));
	read_line(folder, "stack", stack, sizeof(stack));
	state = strrchr(stat, ')');
	state = state && state[1] ? state + 2 : "?";
	/* The stack of a stopped thread tells only that. */
	printf("  thread %s is %.1s; call %.40s; %s\n", tid, state, call,
	       *state == 'T' ? "" : stack);
}

void dump_threads(pid_t pid)
{
	char folder[400], name[64], counts[512];
	struct dirent *entry;
	DIR *dir;

	snprintf(name, sizeof(name), "/proc/%d", pid);
	if (read_line(name, "umcg", counts, sizeof(counts)))
		printf("  counts: %s\n", counts);
	snprintf(name, sizeof(name), "/proc/%d/task", pid);
	dir = opendir(name);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(folder, sizeof(folder), "%s/%s", name, entry->d_name);
		dump_thread(folder, entry->d_name);
	}
	closedir(dir);
	fflush(stdout);
}

void dump_group(pid_t group)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	while (dir && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);

		if (pid <= 0 || getpgid(pid) != group)
			continue;
		printf("process %d\n", pid);
		dump_threads(pid);
	}
	if (dir)
		closedir(dir);
}

/* KASAN, lockdep or KCSAN leave files that a plain kernel lacks. */
unsigned int patience_ms(void)
{
	static unsigned int ms;

	if (!ms)
		ms = access("/proc/lockdep_stats", F_OK) &&
		     access("/sys/kernel/debug/kcsan", F_OK) ? 20000 : 90000;
	return ms;
}

bool progress_is_due(void)
{
	static __u64 next;
	__u64 now = now_ns();

	if (!next)
		next = now + PROGRESS_MS * NSEC_PER_MSEC;
	if (now < next)
		return false;
	next = now + PROGRESS_MS * NSEC_PER_MSEC;
	return true;
}
