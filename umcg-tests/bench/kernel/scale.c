// SPDX-License-Identifier: Apache-2.0
/*
 * Two servers with many workers: what a switch, a registration and a worker's
 * memory in the kernel cost.
 * Usage: scale WORKERS...
 */
#include "ring.h"

#define SERVERS	2
#define MANY	1000	/* workers: enough that one's memory shows */

static long meminfo(const char *name)
{
	char key[32];
	long kilobytes;
	FILE *f = fopen("/proc/meminfo", "r");

	if (!f)
		fail("/proc/meminfo: %s", strerror(errno));
	while (fscanf(f, "%31s %ld%*[^\n]", key, &kilobytes) == 2) {
		if (!strcmp(key, name)) {
			fclose(f);
			return kilobytes * 1024;
		}
	}
	fail("/proc/meminfo has no line %s", name);
}

/* From each worker's system call until its server has it on the list. */
static void add_registrations(double *costs, const struct server *s)
{
	const struct worker *w;

	for (w = s->workers; w < s->workers + s->count; w++)
		*costs++ = (double)(w->listed_at - w->registering_at);
}

static double registration_cost(const struct ring *rings)
{
	size_t i, each = (size_t)rings[0].server.count;
	double *costs = calloc(SERVERS * each, sizeof(*costs));
	double median;

	if (!costs)
		fail("no memory for samples");
	for (i = 0; i < SERVERS; i++)
		add_registrations(costs + i * each, &rings[i].server);
	qsort(costs, SERVERS * each, sizeof(*costs), compare_doubles);
	median = costs[SERVERS * each / 2];
	free(costs);
	return median;
}

static void print_scaled(const char *what, int workers, struct samples *samples)
{
	char name[64];

	snprintf(name, sizeof(name), "scale.%s.%d", what, workers);
	print_median(name, samples);
}

/* All rings are there all the time; one after the other runs. */
static void measure(int workers)
{
	static struct ring rings[SERVERS];
	struct samples passing = { 0 }, registering = { 0 };
	long slab;
	int i;

	for (i = 0; i < SERVERS; i++)
		prepare_ring(&rings[i], workers / SERVERS, false);
	slab = meminfo("Slab:");
	for (i = 0; i < SERVERS; i++)
		register_workers(&rings[i].server);
	slab = meminfo("Slab:") - slab;
	expect_at_least("registered workers", kernel_count("workers"), workers);
	add_sample(&registering, registration_cost(rings));
	for (i = 0; i < SERVERS; i++)
		run_ring(&rings[i], &passing);
	print_scaled("switch", workers, &passing);
	print_scaled("register", workers, &registering);
	if (workers >= MANY)
		print_row("memory.per_worker", (double)slab / workers, "bytes");
}

int main(int argc, char **argv)
{
	int i, workers;

	keep_kernel_counts();
	for (i = 1; i < argc; i++) {
		workers = atoi(argv[i]);
		if (workers < 2 * SERVERS || workers % SERVERS)
			fail("%s: give an even number of workers from %d on", argv[i], 2 * SERVERS);
		measure(workers);
	}
	return argc < 2;
}
