// SPDX-License-Identifier: GPL-2.0
/*
 * The run queue of the stress test, and the lists that fill it.
 *
 * Workers may be preempted anywhere, so nothing that a server needs has a lock:
 * the queue is one flag per worker, and who clears it owns the next run.
 */
#include "stress.h"

void stop_broken(const char *why)
{
	/* Once the memory is torn nothing is promised. */
	if (run->ending == END_MEMORY && load(&run->end_now))
		return;
	if (!swap_if(&run->failed, 0, 1))
		return;
	snprintf(run->why, sizeof(run->why), "%s", why);
	store(&run->failed, 2);
	kill(getpid(), SIGSTOP);
}

/* I3: a worker that is runnable is in one place. */
void enqueue(int worker)
{
	if (swap(&run->worker[worker].queued, 1))
		broken("worker %d was queued twice", worker);
}

/* The next start is one further: nobody is passed over for ever. */
int pick(void)
{
	unsigned int used = load(&run->worker_slots);
	unsigned int start = add(&run->cursor, 1);
	unsigned int i, w;

	for (i = 0; i < used; i++) {
		w = (start + i) % used;
		if (load(&run->worker[w].queued) &&
		    swap_if(&run->worker[w].queued, 1, 0))
			return w;
	}
	return NOBODY;
}

/* Returns: true if the worker waited, and is queued now. */
bool unpark(int worker)
{
	if (!swap_if(&run->worker[worker].parked, 1, 0))
		return false;
	enqueue(worker);
	return true;
}

/* A worker's slot from a list's pointer. */
static int slot_of(struct umcg_task *ut)
{
	size_t offset = (char *)ut - (char *)run->tasks;
	size_t slot = offset / sizeof(*ut);

	if (offset % sizeof(*ut) || slot < SERVER_SLOTS || slot >= TASK_SLOTS)
		return NOBODY;
	return slot - SERVER_SLOTS;
}

static void check_listed(int slot, int server)
{
	__u32 state = load(&worker_task(slot)->state) & ~UMCG_TASK_USER_MASK;

	if (state != UMCG_TASK_RUNNABLE && state != UMCG_TASK_NONE)
		broken("worker %d is runnable for server %d in state %#x",
		       slot, server, state);
}

static void walk(int server, struct umcg_task *ut, bool runnable)
{
	__u64 link;
	int slot, n;

	for (n = 0; ut; n++) {
		slot = slot_of(ut);
		if (slot == NOBODY || n == WORKER_SLOTS) {
			broken("%s list of server %d: node %d is %p",
			       runnable ? "runnable" : "blocked", server, n,
			       ut);
			return;
		}
		link = runnable ? ut->runnable_workers_ptr :
				  ut->blocked_workers_ptr;
		if (runnable) {
			check_listed(slot, server);
			enqueue(slot);
		}
		ut = (void *)(uintptr_t)link;
	}
}

/*
 * A server takes its lists. A worker on both has blocked first; it must be off the
 * blocked list before another server can run it, and that server may be quick. So the
 * blocked list is taken last, and handled first.
 */
void take_lists(int server)
{
	struct umcg_task *ut = server_task(server);
	struct umcg_task *runnable = take(&ut->runnable_workers_ptr);
	struct umcg_task *blocked = take(&ut->blocked_workers_ptr);

	walk(server, blocked, false);
	walk(server, runnable, true);
}

/* A server that was there just now, or 0. */
pid_t some_server(struct rng *r)
{
	unsigned int used = load(&run->server_slots);
	unsigned int start = rng_next(r) % SERVER_SLOTS, i, s;

	for (i = 0; i < used; i++) {
		s = (start + i) % used;
		if (load(&run->server[s].use) == SLOT_ALIVE)
			return run->server[s].tid;
	}
	return 0;
}

int some_worker(struct rng *r)
{
	unsigned int used = load(&run->worker_slots);
	int w = used ? rng_below(r, used) : 0;

	return used && load(&run->worker[w].use) == SLOT_ALIVE ? w : NOBODY;
}
