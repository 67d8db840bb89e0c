// SPDX-License-Identifier: Apache-2.0
/* What the sentinel does in a server's place, see sentinel.h. */
#include "sentinel/sentinel.h"

#include <errno.h>
#include <unistd.h>
#include <sys/syscall.h>

/* How long a worker runs before the next one has its turn. */
#define SLICE		(2 * MSEC)
/* After how many slices a critical section counts no more. */
#define MOST_DEFERRALS	10
/* How often it looks whether a server has come back. */
#define MOST_NAPS	1000
/* How many may have stopped for us, and not have told us yet: one for each CPU at most. */
#define MOST_LATE_NEWS	64

static struct control_worker *workers_of(struct sentinel *s)
{
	return control_workers(s->control);
}

static uint32_t tid_of(struct sentinel *s, uint32_t worker)
{
	return __atomic_load_n(&workers_of(s)[worker].tid, __ATOMIC_ACQUIRE);
}

static long kick(uint32_t flags, uint32_t tid)
{
	return syscall(__NR_umcg_kick, flags, tid);
}

/* Take a server's runnable list, or what the sentinel has inherited, as the owner would. */
static void drain(struct sentinel *s, struct umcg_task *owner)
{
	struct umcg_task *workers = worker_tasks(s);
	__u64 node = __atomic_exchange_n(&owner->runnable_workers_ptr, 0,
					 __ATOMIC_SEQ_CST);
	uint32_t first = s->backlog.count;

	while (node) {
		uint64_t index = (node - (uintptr_t)workers) / sizeof(*workers);

		if (index >= s->control->workers ||
		    !backlog_add(&s->backlog, (uint32_t)index))
			break;
		node = __atomic_load_n(&workers[index].runnable_workers_ptr,
				       __ATOMIC_SEQ_CST);
	}
	backlog_reverse(&s->backlog, first);
}

/* Take a worker out of the Java run queue; without IN_RING in @bits, an entry stays. */
static bool claim_queued(struct control_worker *worker, uint32_t bits)
{
	uint32_t queue = __atomic_load_n(&worker->queue, __ATOMIC_SEQ_CST);

	return (queue & WORKER_QUEUED) &&
	       __atomic_compare_exchange_n(&worker->queue, &queue,
					   queue & ~bits, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

/* Collect all that waits to be run. */
static bool find_work(struct sentinel *s)
{
	uint32_t used, i;

	for (i = 0; i <= s->control->servers; i++)
		drain(s, &s->tasks[i]);
	used = control_used(s->control);
	for (i = 0; i < used; i++) {
		if (claim_queued(&workers_of(s)[i], WORKER_QUEUED))
			backlog_add(&s->backlog, i);
	}
	return s->backlog.count;
}

bool has_work(struct sentinel *s)
{
	uint32_t used = control_used(s->control), i;

	for (i = 0; i <= s->control->servers; i++) {
		if (__atomic_load_n(&s->tasks[i].runnable_workers_ptr,
				    __ATOMIC_SEQ_CST))
			return true;
	}
	for (i = 0; i < used; i++) {
		if (__atomic_load_n(&workers_of(s)[i].queue, __ATOMIC_SEQ_CST) &
		    WORKER_QUEUED)
			return true;
	}
	return false;
}

bool has_unsafe_work(struct sentinel *s)
{
	uint32_t used = control_used(s->control);
	uint32_t some[STATES_AT_ONCE], n = 0, i;

	for (i = 0; i < used; i++) {
		if (state_of(&worker_tasks(s)[i]) != UMCG_TASK_RUNNABLE)
			continue;
		some[n++] = i;
		if (n < STATES_AT_ONCE)
			continue;
		if (backlog_any_unsafe(&s->backlog, some, n))
			return true;
		n = 0;
	}
	return backlog_any_unsafe(&s->backlog, some, n);
}

static int wait_for(struct sentinel *s, uint32_t flags, uint32_t tid)
{
	__atomic_store_n(&s->self->next_tid, tid, __ATOMIC_RELAXED);
	__atomic_store_n(&s->self->state, UMCG_TASK_RUNNABLE, __ATOMIC_SEQ_CST);
	return syscall(__NR_umcg_wait, flags, now() + SLICE) < 0 ? -errno : 0;
}

/*
 * Wait for a worker that runs already. A wait that returns at once has met the news of
 * one that stopped before, and is begun again; or the worker runs for somebody else.
 */
static int join(struct sentinel *s, uint32_t worker)
{
	uint32_t tid = tid_of(s, worker), tries;
	int ret = -EAGAIN;

	for (tries = 0; ret == -EAGAIN && tries < MOST_LATE_NEWS &&
	     state_of(&worker_tasks(s)[worker]) == UMCG_TASK_RUNNING; tries++)
		ret = wait_for(s, UMCG_WAIT_JOIN, tid);
	return ret;
}

/*
 * The slice of a running worker has begun; end it when its time is over. If it
 * sleeps, and hides that, the kernel is told. If it stays in a critical section,
 * whose end may depend on others, its critical word is ignored for a while.
 */
static void end_slice(struct sentinel *s, uint32_t worker, int ret)
{
	struct umcg_task *task = &worker_tasks(s)[worker];
	uint32_t mask = __atomic_load_n(&task->critical_mask, __ATOMIC_RELAXED);
	uint32_t tid = tid_of(s, worker), slices;

	add_one(&s->control->slices);
	for (slices = 1; ret == -ETIMEDOUT || ret == -EINTR; slices++) {
		if (slices == MOST_DEFERRALS)
			__atomic_store_n(&task->critical_mask, 0, __ATOMIC_SEQ_CST);
		if (!kick(UMCG_KICK_BLOCKED, tid)) {
			add_one(&s->control->reveals);
			break;
		}
		if (slices == 1)
			add_one(&s->control->preempts);
		kick(0, tid);
		ret = join(s, worker);
	}
	if (slices > MOST_DEFERRALS)
		__atomic_store_n(&task->critical_mask, mask, __ATOMIC_SEQ_CST);
}

/* Run one worker until it stops by itself, or is made to. */
static void run_slice(struct sentinel *s, uint32_t worker)
{
	int ret = wait_for(s, 0, tid_of(s, worker));

	if (is_still_to_run(&worker_tasks(s)[worker], ret))
		backlog_add(&s->backlog, worker);
	else
		end_slice(s, worker, ret);
}

/* Is that worker RUNNING, in that server's place? */
static bool runs_for(struct sentinel *s, uint32_t worker, uint32_t server)
{
	struct umcg_task *task = &worker_tasks(s)[worker];

	return state_of(task) == UMCG_TASK_RUNNING &&
	       __atomic_load_n(&task->server_tid, __ATOMIC_SEQ_CST) ==
	       __atomic_load_n(&s->control->server[server].tid, __ATOMIC_SEQ_CST);
}

/*
 * A kick or a signal may have taken the server away from a worker that still
 * runs in its place: that one's slice comes first.
 */
static void finish_running(struct sentinel *s, uint32_t server)
{
	uint32_t used = control_used(s->control), i;

	for (i = 0; i < used; i++) {
		if (runs_for(s, i, server))
			end_slice(s, i, join(s, i));
	}
}

void reveal(struct sentinel *s, uint32_t server)
{
	uint32_t used = control_used(s->control), i;

	for (i = 0; i < used; i++) {
		if (runs_for(s, i, server) &&
		    !kick(UMCG_KICK_BLOCKED, tid_of(s, i)))
			add_one(&s->control->reveals);
	}
}

/*
 * What is left goes back on the list of the server that can take over again, in the
 * order in which it became runnable: in any other one some would be passed over each
 * time. The server may have looked there a moment ago, and sleep now: so it is woken.
 */
static void give_back(struct sentinel *s, uint32_t server)
{
	bool wake = s->backlog.count;
	__u64 *head = &s->tasks[server].runnable_workers_ptr;

	/* The list has its newest worker first: who has waited longest goes on it first. */
	backlog_sort(&s->backlog);
	while (s->backlog.count) {
		struct umcg_task *w = &worker_tasks(s)[backlog_pop(&s->backlog)];
		__u64 first = __atomic_load_n(head, __ATOMIC_SEQ_CST);

		do {
			__atomic_store_n(&w->runnable_workers_ptr, first,
					 __ATOMIC_SEQ_CST);
		} while (!__atomic_compare_exchange_n(head, &first, (uintptr_t)w,
						      false, __ATOMIC_SEQ_CST,
						      __ATOMIC_SEQ_CST));
	}
	if (wake)
		kick(0, __atomic_load_n(&s->control->server[server].tid,
					__ATOMIC_SEQ_CST));
}

/* Run workers until the server moves, or nobody is left who may run. */
static void run_slices(struct sentinel *s, uint32_t server)
{
	enum urgency below;

	do {
		below = is_stuck_long(s, server) ? URGENCIES : FIRST_SAFE;
		if (!backlog_has(&s->backlog, below))
			return;
		run_slice(s, backlog_pick(&s->backlog, below));
	} while (!stopping(s) && !has_moved(s, server) && find_work(s));
}

static void take_lease(struct control_server *c)
{
	__atomic_store_n(&c->lease, LEASE_TAKEN, __ATOMIC_SEQ_CST);
}

static void return_lease(struct control_server *c)
{
	if (__atomic_exchange_n(&c->lease, LEASE_NONE, __ATOMIC_SEQ_CST) ==
	    LEASE_AWAITED)
		kick(0, __atomic_load_n(&c->tid, __ATOMIC_SEQ_CST));
}

/*
 *   sentinel                     server, in run()
 *   lease = 1                    phase = WAIT
 *   full barrier                 full barrier
 *   still stuck?                 lease? -> -EBUSY
 *   yes: run workers             no: umcg_wait()
 */
void stand_in(struct sentinel *s, uint32_t server, uint64_t *reason)
{
	struct control_server *c = &s->control->server[server];

	take_lease(c);
	if (!has_moved(s, server) && !is_waiting(s, server) && find_work(s)) {
		add_one(reason);
		finish_running(s, server);
		run_slices(s, server);
		give_back(s, server);
	}
	return_lease(c);
}

/* Those inside the VM, who may own its locks; about once each. */
static void run_owners(struct sentinel *s)
{
	uint32_t slices;

	find_work(s);
	for (slices = s->backlog.count; slices; slices--) {
		if (stopping(s) || !backlog_has(&s->backlog, URGENT_IN_JAVA))
			return;
		run_slice(s, backlog_pick(&s->backlog, URGENT_IN_JAVA));
		find_work(s);
	}
}

/* End a server's wait; false if it does not come. */
static bool call_back(struct sentinel *s, uint32_t server)
{
	uint32_t naps;

	kick(0, __atomic_load_n(&s->control->server[server].tid,
				__ATOMIC_SEQ_CST));
	for (naps = 0; naps < MOST_NAPS; naps++) {
		if (has_moved(s, server) || !is_waiting(s, server))
			return true;
		nap(s, SHORT_NAP);
	}
	return false;
}

/*
 *   sentinel                     server, in umcg_wait() for a worker
 *   lease = 1
 *   still there?
 *   yes: kick it                 returns, the worker runs on
 *   end that worker's slice      lease? -> awaits its end
 *   run others
 *   lease = 0, kick              picks
 */
void relieve(struct sentinel *s, uint32_t server)
{
	struct control_server *c = &s->control->server[server];

	take_lease(c);
	if (!has_moved(s, server) && is_waiting(s, server) &&
	    call_back(s, server)) {
		finish_running(s, server);
		run_owners(s);
		give_back(s, server);
	}
	return_lease(c);
}

static void take_all_leases(struct sentinel *s)
{
	uint32_t i;

	for (i = 0; i < s->control->servers; i++)
		take_lease(&s->control->server[i]);
}

static void return_all_leases(struct sentinel *s)
{
	uint32_t i;

	for (i = 0; i < s->control->servers; i++)
		return_lease(&s->control->server[i]);
}

/* Claim all that the Java run queue has; its entries for them are void. */
static void take_run_queue(struct sentinel *s)
{
	uint32_t used = control_used(s->control), i;

	for (i = 0; i < used; i++) {
		if (!claim_queued(&workers_of(s)[i],
				  WORKER_QUEUED | WORKER_IN_RING))
			continue;
		backlog_add(&s->backlog, i);
		add_one(&s->control->requeues);
	}
}

/*
 * There will be another entry for each of those workers. So no server may be about to
 * move the void one, inside the policy: two of one worker would tie the policy's links
 * into a knot.
 *
 *   sentinel                     server, back from umcg_wait()
 *   leases = 1                   phase = JAVA
 *   full barrier                 full barrier
 *   all still wait?              lease? -> awaits its end
 *   yes: claim, IN_RING = 0      no: policy.enqueue(), policy.pick()
 *   leases = 0, kick
 */
void requeue(struct sentinel *s, uint32_t server)
{
	take_all_leases(s);
	if (all_servers(s, is_waiting))
		take_run_queue(s);
	return_all_leases(s);
	give_back(s, server);
}
