// SPDX-License-Identifier: Apache-2.0
/* See backlog.h. */
#include "sentinel/backlog.h"

#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

size_t backlog_size(uint32_t workers)
{
	return 3 * sizeof(uint32_t) * workers;
}

void backlog_init(struct backlog *b, struct servers *servers, void *memory)
{
	uint32_t workers = servers->control->workers;

	b->servers = servers;
	b->pid = getpid();
	b->count = 0;
	b->size = workers;
	b->known = 0;
	b->round = 1;
	b->worker = memory;
	b->urgency = b->worker + workers;
	b->ran = b->urgency + workers;
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

/* Since when it waits to be run. */
static uint64_t since(struct backlog *b, uint32_t worker)
{
	return __atomic_load_n(&worker_tasks(b->servers)[worker].runnable_ts,
			       __ATOMIC_RELAXED);
}

/* A shell sort. */
void backlog_sort(struct backlog *b)
{
	uint32_t gap, i, at, worker;
	uint64_t time;

	for (gap = b->count / 2; gap; gap /= 2) {
		for (i = gap; i < b->count; i++) {
			worker = b->worker[i];
			time = since(b, worker);
			for (at = i; at >= gap && since(b, b->worker[at - gap]) < time;
			     at -= gap)
				b->worker[at] = b->worker[at - gap];
			b->worker[at] = worker;
		}
	}
	b->known = 0;
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
 * Read what @n workers do, STATES_AT_ONCE at most. A worker that the kernel has
 * released can end, and its memory with it: so it is the kernel that reads, and
 * what is not there stays out of range.
 */
static void read_states(struct backlog *b, const uint32_t *workers, uint32_t n)
{
	struct control_worker *all = control_workers(b->servers->control);
	struct iovec local;
	uint32_t i;

	for (i = 0; i < n; i++) {
		b->state[i] = ~0U;
		b->remote[i].iov_base = (void *)(uintptr_t)
			__atomic_load_n(&all[workers[i]].state_address,
					__ATOMIC_ACQUIRE);
		b->remote[i].iov_len = sizeof(b->state[i]);
	}
	local.iov_base = b->state;
	local.iov_len = n * sizeof(b->state[0]);
	syscall(SYS_process_vm_readv, b->pid, &local, 1, b->remote, n, 0);
}

static enum urgency urgency_as_read(struct backlog *b, uint32_t worker,
				    uint32_t state)
{
	enum urgency urgency = urgency_of(state);

	return urgency == URGENT_BLOCKED && may_leave_barrier(b->servers, worker) ?
		URGENT_LEAVING : urgency;
}

bool backlog_any_unsafe(struct backlog *b, const uint32_t *workers, uint32_t n)
{
	uint32_t i;

	read_states(b, workers, n);
	for (i = 0; i < n; i++) {
		if (is_unsafe(urgency_as_read(b, workers[i], b->state[i])))
			return true;
	}
	return false;
}

/* A held worker does nothing, so once is enough. */
static void learn_urgencies(struct backlog *b)
{
	while (b->known < b->count) {
		uint32_t *workers = &b->worker[b->known], i;
		uint32_t n = b->count - b->known;

		if (n > STATES_AT_ONCE)
			n = STATES_AT_ONCE;
		read_states(b, workers, n);
		for (i = 0; i < n; i++)
			b->urgency[b->known++] =
				urgency_as_read(b, workers[i], b->state[i]);
	}
}

bool backlog_has(struct backlog *b, enum urgency below)
{
	uint32_t i;

	learn_urgencies(b);
	for (i = 0; i < b->count; i++) {
		if (b->urgency[i] < below)
			return true;
	}
	return false;
}

/* The index of the most urgent one below @least that has not had its turn, or -1. */
static int64_t find_urgent(const struct backlog *b, uint32_t least)
{
	int64_t found = -1;
	uint32_t i;

	for (i = 0; i < b->count && least; i++) {
		if (b->urgency[i] < least && b->ran[b->worker[i]] != b->round) {
			least = b->urgency[i];
			found = i;
		}
	}
	return found;
}

uint32_t backlog_pick(struct backlog *b, enum urgency below)
{
	uint32_t worker;
	int64_t found;

	learn_urgencies(b);
	found = find_urgent(b, below);
	if (found < 0) {
		b->round++;
		found = find_urgent(b, below);
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
