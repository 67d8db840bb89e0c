// SPDX-License-Identifier: GPL-2.0
/*
 * R63: a server is claimed, to be handed over to; before that happens its time is over
 * and it goes to sleep elsewhere. It is woken there, and nothing is switched.
 */
#include "umcg_delay.h"
#include <linux/io_uring.h>

struct ring {
	int fd;
	unsigned int *sq_tail, *sq_mask, *sq_array;
	struct io_uring_sqe *sqes;
};

static bool open_ring(struct ring *ring)
{
	struct io_uring_params params = { 0 };
	char *p;

	ring->fd = syscall(__NR_io_uring_setup, 4, &params);
	if (ring->fd < 0)
		return false;
	p = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQ_RING);
	ring->sqes = mmap(NULL, 4 * sizeof(*ring->sqes), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQES);
	if (p == MAP_FAILED || ring->sqes == MAP_FAILED)
		return false;
	ring->sq_tail = (void *)(p + params.sq_off.tail);
	ring->sq_mask = (void *)(p + params.sq_off.ring_mask);
	ring->sq_array = (void *)(p + params.sq_off.array);
	return true;
}

/* Sleep in io_uring_enter(), which counts as a wait for I/O, until its timeout ends. */
static int sleep_in_ring(struct ring *ring, unsigned int ms)
{
	struct __kernel_timespec ts = {
		ms / 1000, ms % 1000 * (long)NSEC_PER_MSEC
	};
	unsigned int i = *ring->sq_tail & *ring->sq_mask;

	memset(&ring->sqes[i], 0, sizeof(ring->sqes[i]));
	ring->sqes[i].opcode = IORING_OP_TIMEOUT;
	ring->sqes[i].fd = -1;
	ring->sqes[i].addr = (__u64)(uintptr_t)&ts;
	ring->sqes[i].len = 1;
	ring->sq_array[i] = i;
	__atomic_store_n(ring->sq_tail, *ring->sq_tail + 1, __ATOMIC_RELEASE);
	return syscall(__NR_io_uring_enter, ring->fd, 1, 1,
		       IORING_ENTER_GETEVENTS, NULL, 0) < 0 ? -errno : 0;
}

static void read_twice(struct worker *w)
{
	block_in_read(w);
	block_in_read(w);
}

static bool nothing_waits(void *unused)
{
	return !number_in("/proc/stat", "procs_blocked");
}

TEST_F(forced, a_server_that_sleeps_elsewhere_is_not_switched_to)
{
	struct ring ring;
	long woken;

	self->a.ut = self->ut + 1;
	ASSERT_TRUE(open_ring(&ring));
	ASSERT_TRUE(eventually(nothing_waits, NULL));
	ASSERT_TRUE(start_and_await(&self->a, self->ut + 1, self->server,
				    read_twice));
	woken = task_umcg(self->a.tid, "woken_awake");
	ASSERT_EQ(0, set_delay("hand_over", self->a.tid, WINDOW_MS));
	/* It is claimed by the worker, which is held up before it switches. */
	serve_for(self->server, self->a.tid, 0, WINDOW_MS / 3);
	sleep_in_ring(&ring, 3 * WINDOW_MS);
	ASSERT_EQ(0, clear_delays());
	EXPECT_EQ(woken + 1, task_umcg(self->a.tid, "woken_awake"));
	EXPECT_TRUE(eventually(nothing_waits, NULL));

	take(&self->server->blocked_workers_ptr);
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, unblock_read(&self->a));
	ASSERT_EQ(self->a.ut, await_runnable(self->server));
	ASSERT_EQ(0, run_worker(self->server, &self->a));
	ASSERT_EQ(0, pthread_join(self->a.thread, NULL));
}

TEST_HARNESS_MAIN
