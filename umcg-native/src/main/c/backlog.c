// SPDX-License-Identifier: Apache-2.0
/* See backlog.h. */
#include "backlog.h"
#include "thread_state.h"

#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

size_t backlog_size(uint32_t workers)
{
	return 3 * sizeof(uint32_t) * workers;
}

void backlog_init(struct backlog *b, const struct control_worker *workers,
		  uint32_t count, void *memory)
{
	b->workers = workers;
	b->pid = getpid();
	b->count = 0;
	b->size = count;
	b->known = 0;
	b->round = 1;
	b->worker = memory;
	b->urgency = b->worker + count;
	b->ran = b->urgency + count;
}

bool backlog_add(struct backlog *b, uint32_t worker)
{
	if (b->count == b->size)
		return false;
	b->worker[b->count++] = worker;
	return true;
}

void backlog_reverse(struct backlog *b, uint32_t first)
{
	uint32_t end = b->count, worker;

	for (; first + 1 < end; first++) {
		worker = b->worker[first];
		b->worker[first] = b->worker[--end];
		b->worker[end] = worker;
	}
}

static uint32_t take(struct backlog *b, uint32_t index)
{
	uint32_t worker = b->worker[index];
	size_t behind = (--b->count - index) * sizeof(worker);

	memmove(&b->worker[index], &b->worker[index + 1], behind);
	memmove(&b->urgency[index], &b->urgency[index + 1], behind);
	b->known--;
	return worker;
}

/*
 * Read what the workers from @first on do. A worker that has been let go by the
 * kernel can end, and its memory with it: so it is the kernel that reads, and what is
 * not there stays out of range.
 */
static uint32_t read_states(struct backlog *b, uint32_t first)
{
	uint32_t n = b->count - first, i;
	struct iovec local;

	if (n > STATES_AT_ONCE)
		n = STATES_AT_ONCE;
	for (i = 0; i < n; i++) {
		const struct control_worker *w = &b->workers[b->worker[first + i]];

		b->state[i] = ~0U;
		b->remote[i].iov_base = (void *)(uintptr_t)
			__atomic_load_n(&w->state_address, __ATOMIC_ACQUIRE);
		b->remote[i].iov_len = sizeof(b->state[i]);
	}
	local.iov_base = b->state;
	local.iov_len = n * sizeof(b->state[0]);
	syscall(SYS_process_vm_readv, b->pid, &local, 1, b->remote, n, 0);
	for (i = 0; i < n; i++)
		b->urgency[first + i] = urgency_of(b->state[i]);
	return n;
}

/* The index of the most urgent one that has not had its turn, or -1. */
static int64_t find_urgent(const struct backlog *b)
{
	uint32_t least = URGENCIES, i;
	int64_t found = -1;

	for (i = 0; i < b->count && least; i++) {
		if (b->urgency[i] < least && b->ran[b->worker[i]] != b->round) {
			least = b->urgency[i];
			found = i;
		}
	}
	return found;
}

uint32_t backlog_pick(struct backlog *b)
{
	uint32_t worker;
	int64_t found;

	/* Who is held does nothing, so once is enough. */
	while (b->known < b->count)
		b->known += read_states(b, b->known);
	found = find_urgent(b);
	if (found < 0) {
		b->round++;
		found = find_urgent(b);
	}
	worker = take(b, (uint32_t)found);
	b->ran[worker] = b->round;
	return worker;
}

uint32_t backlog_pop(struct backlog *b)
{
	uint32_t worker = b->worker[--b->count];

	if (b->known > b->count)
		b->known = b->count;
	return worker;
}
