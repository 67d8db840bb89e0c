// SPDX-License-Identifier: Apache-2.0
/*
 * What plain threads cost on a kernel with UMCG, and on one without.
 * Usage: idle with|without
 */
#include "plain.h"

static void print_named(const char *what, const char *kernel, struct samples *samples)
{
	char name[32];

	snprintf(name, sizeof(name), "idle.%s.%s", what, kernel);
	print_median(name, samples);
}

int main(int argc, char **argv)
{
	static struct samples getppid, futex, pipe;
	bool with = argc == 2 && !strcmp(argv[1], "with");
	int i;

	if (!with && (argc != 2 || strcmp(argv[1], "without")))
		fail("usage: idle with|without");
	if (with != !access("/proc/self/umcg", F_OK))
		fail("this is no kernel %s UMCG", argv[1]);
	for (i = 0; i < ROUNDS; i++) {
		measure_getppid(&getppid);
		measure_futex(&futex);
		measure_pipe(&pipe);
	}
	print_named("getppid", argv[1], &getppid);
	print_named("futex", argv[1], &futex);
	print_named("pipe", argv[1], &pipe);
	return 0;
}
