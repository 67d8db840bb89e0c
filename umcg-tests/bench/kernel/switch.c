// SPDX-License-Identifier: Apache-2.0
/* One worker after another on one server, against a hand-off between threads. */
#include "plain.h"
#include "ring.h"

static void measure_ring(struct samples *samples, bool yields)
{
	static struct ring ring;

	prepare_ring(&ring, 2, yields);
	register_workers(&ring.server);
	run_ring(&ring, samples);
}

int main(void)
{
	static struct samples futex, w2w, yield;
	int i;

	keep_kernel_counts();
	for (i = 0; i < ROUNDS; i++) {
		measure_futex(&futex);
		measure_ring(&w2w, false);
		measure_ring(&yield, true);
	}
	print_median("switch.futex", &futex);
	print_median("switch.w2w", &w2w);
	print_median("switch.yield", &yield);
	return 0;
}
