/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_H
#define BENCH_H

/*
 * What the benchmarks share: system calls without a library around them,
 * samples, and the rows that they print: name, value and unit, between tabs.
 *
 * A sample is the time of OPERATIONS operations, divided by them. With -icount
 * the guest's nanoseconds are instructions.
 */

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define OPERATIONS	1000	/* per sample: shorter than a timer tick in most */
#define WARM_UP		5	/* samples that do not count */
#define SAMPLES		21	/* of one run */
#define ROUNDS		3	/* runs, one after the other for all that is compared */
#define MARKS		(WARM_UP + SAMPLES + 1)

#define load(p)		__atomic_load_n(p, __ATOMIC_SEQ_CST)
#define store(p, value)	__atomic_store_n(p, value, __ATOMIC_SEQ_CST)

static inline long call4(long number, long a, long b, long c, long d)
{
	register long r10 __asm__("r10") = d;
	long result;

	__asm__ __volatile__("syscall"
			     : "=a"(result)
			     : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			     : "rcx", "r11", "memory");
	return result;
}

static inline long call2(long number, long a, long b)
{
	return call4(number, a, b, 0, 0);
}

__attribute__((format(printf, 1, 2), noreturn))
static inline void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "bench: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	exit(1);
}

/* Zero or a count is fine, everything else ends the benchmark. */
static inline long must(long result, const char *what)
{
	if (result < 0)
		fail("%s failed with error(%ld): %s", what, result, strerror((int)-result));
	return result;
}

static inline void futex_wait(uint32_t *word, uint32_t value)
{
	call4(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, value, 0);
}

static inline void futex_wake(uint32_t *word, int count)
{
	call4(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, count, 0);
}

static inline void await(uint32_t *word)
{
	while (!load(word))
		futex_wait(word, 0);
}

static inline void announce(uint32_t *word)
{
	store(word, 1);
	futex_wake(word, 1);
}

static inline uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* The instants at which a run had done another OPERATIONS operations. */
struct marks {
	int count;
	uint64_t at[MARKS];
	long operations[MARKS];
};

/* Returns false once there are enough. */
static inline bool mark(struct marks *marks, long operations)
{
	if (marks->count == MARKS)
		return false;
	marks->operations[marks->count] = operations;
	marks->at[marks->count++] = now_ns();
	return marks->count < MARKS;
}

struct samples {
	int count;
	double values[ROUNDS * SAMPLES];
};

static inline void add_sample(struct samples *samples, double value)
{
	if (samples->count == ROUNDS * SAMPLES)
		fail("more samples than there is room for");
	samples->values[samples->count++] = value;
}

static inline void add_samples(struct samples *samples, const struct marks *marks)
{
	int i;

	if (marks->count != MARKS)
		fail("the run ended after %d of %d samples", marks->count, MARKS);
	for (i = WARM_UP; i < WARM_UP + SAMPLES; i++)
		add_sample(samples, (double)(marks->at[i + 1] - marks->at[i]) /
			   (double)(marks->operations[i + 1] - marks->operations[i]));
}

static inline int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline void print_row(const char *name, double value, const char *unit)
{
	printf("%s\t%.2f\t%s\n", name, value, unit);
	fflush(stdout);
}

static inline void print_median(const char *name, struct samples *samples)
{
	if (!samples->count)
		fail("%s: no samples", name);
	qsort(samples->values, (size_t)samples->count, sizeof(double), compare_doubles);
	print_row(name, samples->values[samples->count / 2], "ns");
}

static inline pthread_t start_thread(void *(*main)(void *), void *argument)
{
	pthread_t thread;

	must(-pthread_create(&thread, NULL, main, argument), "pthread_create");
	return thread;
}

/* How often threads left their processor; of the caller, or of all. */
static inline long context_switches(int who)
{
	struct rusage usage;

	must(getrusage(who, &usage), "getrusage");
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

/* On one processor no hand-over happens without a context switch. */
static inline bool is_single(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN) == 1;
}

static inline void expect_at_least(const char *what, long seen, long wanted)
{
	if (seen < wanted)
		fail("%s: %ld, although %ld were to be measured", what, seen, wanted);
}

#endif /* BENCH_H */
