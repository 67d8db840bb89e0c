// SPDX-License-Identifier: Apache-2.0
/*
 * Prints how fast this machine's time stamp counter runs, in kHz: an emulated
 * processor shows it to its kernel, which measures it wrongly at boot when the
 * emulation does not get its share of a busy machine. Each pair of readings is taken
 * as close together as any of many tries.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

#define TRIES 1000
#define PAUSE_MS 50

struct reading {
	uint64_t ticks;
	int64_t ns;
};

static struct reading read_both(void)
{
	struct reading best = { 0 };
	uint64_t shortest = UINT64_MAX;
	int i;

	for (i = 0; i < TRIES; i++) {
		struct timespec time;
		uint64_t before = __rdtsc(), after;

		clock_gettime(CLOCK_MONOTONIC_RAW, &time);
		after = __rdtsc();
		if (after - before >= shortest)
			continue;
		shortest = after - before;
		best.ticks = before + shortest / 2;
		best.ns = time.tv_sec * 1000000000LL + time.tv_nsec;
	}
	return best;
}

int main(void)
{
	struct timespec pause = { 0, PAUSE_MS * 1000000L };
	struct reading first = read_both(), last;

	nanosleep(&pause, NULL);
	last = read_both();
	printf("%.0f\n", (double)(last.ticks - first.ticks) * 1e6 / (double)(last.ns - first.ns));
	return 0;
}
