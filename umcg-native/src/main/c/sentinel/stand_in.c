// SPDX-License-Identifier: Apache-2.0
/* See stand_in.h. */
#include "sentinel/stand_in.h"

#include <errno.h>
#include <unistd.h>
#include <sys/syscall.h>

/* How long a worker runs before the next one has its turn. */
#define SLICE		(2 * MSEC)
/* After how many slices a critical section counts no more. */
#define MAX_DEFERRALS	10
/* How often it looks whether a server has come back. */
#define MAX_NAPS	1000
/* How many may have stopped for us, and not have told us yet: one for each CPU at most. */
#define MAX_LATE_NEWS	64

static struct control *control_of(struct work *w)
{
	return w->servers.control;
}

static struct umcg_task *task_of(struct work *w, uint32_t worker)
{
	return &worker_tasks(&w->servers)[worker];
}

static uint32_t tid_of(struct work *w, uint32_t worker)
{
	return __atomic_load_n(&control_workers(control_of(w))[worker].tid,
			       __ATOMIC_ACQUIRE);
}

static struct umcg_task *self_of(struct work *w)
{
	return &w->servers.tasks[control_of(w)->servers];
}

static long kick(uint32_t flags, uint32_t tid)
{
	return syscall(__NR_umcg_kick, flags, tid);
}

static int wait_for(struct work *w, uint32_t flags, uint32_t tid)
{
	__atomic_store_n(&self_of(w)->next_tid, tid, __ATOMIC_RELAXED);
	__atomic_store_n(&self_of(w)->state, UMCG_TASK_RUNNABLE, __ATOMIC_SEQ_CST);
	return syscall(__NR_umcg_wait, flags, now() + SLICE) < 0 ? -errno : 0;
}

/*
 * Wait for a worker that runs already. A wait that returns at once has met the news of
 * one that stopped before, and is begun again; or the worker runs for somebody else.
 */
static int join(struct work *w, uint32_t worker)
{
	uint32_t tid = tid_of(w, worker), tries;
	int ret = -EAGAIN;

	for (tries = 0; ret == -EAGAIN && tries < MAX_LATE_NEWS &&
	     state_of(task_of(w, worker)) == UMCG_TASK_RUNNING; tries++)
		ret = wait_for(w, UMCG_WAIT_JOIN, tid);
	return ret;
}

/*
 * The slice of a running worker has begun; end it when its time is over. If it
 * sleeps, and hides that, the kernel is told. If it stays in a critical section,
 * whose end may depend on others, its critical word is ignored for a while.
 */
static void end_slice(struct work *w, uint32_t worker, int ret)
{
	struct umcg_task *task = task_of(w, worker);
	uint32_t mask = __atomic_load_n(&task->critical_mask, __ATOMIC_RELAXED);
	uint32_t tid = tid_of(w, worker), slices;

	count(&w->servers, SENTINEL_RUNS);
	for (slices = 1; ret == -ETIMEDOUT || ret == -EINTR; slices++) {
		if (slices == MAX_DEFERRALS)
			__atomic_store_n(&task->critical_mask, 0, __ATOMIC_SEQ_CST);
		if (!kick(UMCG_KICK_BLOCKED, tid)) {
			count(&w->servers, REVEALS);
			break;
		}
		if (slices == 1)
			count(&w->servers, SENTINEL_PREEMPTS);
		kick(0, tid);
		ret = join(w, worker);
	}
	if (slices > MAX_DEFERRALS)
		__atomic_store_n(&task->critical_mask, mask, __ATOMIC_SEQ_CST);
}

/* Run one worker until it stops by itself, or is made to. */
static void run_slice(struct work *w, uint32_t worker)
{
	int ret = wait_for(w, 0, tid_of(w, worker));

	if (is_still_to_run(task_of(w, worker), ret))
		backlog_add(&w->backlog, worker);
	else
		end_slice(w, worker, ret);
}

/* Is that worker RUNNING, in that server's place? */
static bool runs_for(struct work *w, uint32_t worker, uint32_t server)
{
	struct umcg_task *task = task_of(w, worker);

	return state_of(task) == UMCG_TASK_RUNNING &&
	       __atomic_load_n(&task->server_tid, __ATOMIC_SEQ_CST) ==
	       server_tid(&w->servers, server);
}

/*
 * A kick or a signal may have taken the server away from a worker that still
 * runs in its place: that one's slice comes first.
 */
static void finish_running(struct work *w, uint32_t server)
{
	uint32_t used = control_used(control_of(w)), i;

	for (i = 0; i < used; i++) {
		if (runs_for(w, i, server))
			end_slice(w, i, join(w, i));
	}
}

void reveal(struct work *w, uint32_t server)
{
	uint32_t used = control_used(control_of(w)), i;

	for (i = 0; i < used; i++) {
		if (runs_for(w, i, server) &&
		    !kick(UMCG_KICK_BLOCKED, tid_of(w, i)))
			count(&w->servers, REVEALS);
	}
}

/*
 * What is left goes back on the list of the server that can take over again, in the
 * order in which it became runnable: in any other one some would be passed over each
 * time. The server may have looked there a moment ago, and sleep now: so it is woken.
 */
static void give_back(struct work *w, uint32_t server)
{
	bool wake = w->backlog.count;
	__u64 *head = &w->servers.tasks[server].runnable_workers_ptr;

	/* The list has its newest worker first: the one that has waited longest goes first. */
	backlog_sort(&w->backlog);
	while (w->backlog.count) {
		struct umcg_task *task = task_of(w, backlog_pop(&w->backlog));
		__u64 first = __atomic_load_n(head, __ATOMIC_SEQ_CST);

		do {
			__atomic_store_n(&task->runnable_workers_ptr, first,
					 __ATOMIC_SEQ_CST);
		} while (!__atomic_compare_exchange_n(head, &first, (uintptr_t)task,
						      false, __ATOMIC_SEQ_CST,
						      __ATOMIC_SEQ_CST));
	}
	if (wake)
		kick(0, server_tid(&w->servers, server));
}

/* Run workers until the server moves, or nobody is left who may run. */
static void run_slices(struct work *w, uint32_t server)
{
	enum urgency below;

	do {
		below = is_stuck_long(&w->servers, server) ? URGENCIES : FIRST_SAFE;
		if (!backlog_has(&w->backlog, below))
			return;
		run_slice(w, backlog_pick(&w->backlog, below));
	} while (!stopping(&w->servers) && !has_moved(&w->servers, server) &&
		 find_work(w, server));
}

static void end_lease(struct work *w, uint32_t server)
{
	if (return_lease(&control_of(w)->server[server]))
		kick(0, server_tid(&w->servers, server));
}

/*
 *   sentinel                     server, in run()
 *   lease = TAKEN                phase = WAIT
 *   full barrier                 full barrier
 *   still stuck?                 lease? -> -EBUSY
 *   yes: take what it has        no: umcg_wait()
 *     claimed, run workers
 */
void stand_in(struct work *w, uint32_t server, enum counter reason)
{
	struct control_server *c = &control_of(w)->server[server];

	take_lease(c);
	if (!has_moved(&w->servers, server) && !is_waiting(&w->servers, server) &&
	    find_work(w, server)) {
		count(&w->servers, reason);
		finish_running(w, server);
		run_slices(w, server);
		give_back(w, server);
	}
	end_lease(w, server);
}

/* Run those inside the VM, which may own its locks; about once each. */
static void run_owners(struct work *w, uint32_t server)
{
	uint32_t slices;

	find_work(w, server);
	for (slices = w->backlog.count; slices; slices--) {
		if (stopping(&w->servers) ||
		    !backlog_has(&w->backlog, URGENT_IN_JAVA))
			return;
		run_slice(w, backlog_pick(&w->backlog, URGENT_IN_JAVA));
		find_work(w, server);
	}
}

/* End a server's wait; false if it does not come. */
static bool call_back(struct work *w, uint32_t server)
{
	uint32_t naps;

	kick(0, server_tid(&w->servers, server));
	for (naps = 0; naps < MAX_NAPS; naps++) {
		if (has_moved(&w->servers, server) ||
		    !is_waiting(&w->servers, server))
			return true;
		nap(&w->servers, SHORT_NAP);
	}
	return false;
}

/*
 *   sentinel                     server, in umcg_wait() for a worker
 *   lease = TAKEN
 *   still there?
 *   yes: kick it                 returns, the worker runs on
 *   end that worker's slice      lease? -> awaits its end
 *   run others
 *   lease = NONE, kick           picks
 */
void relieve(struct work *w, uint32_t server)
{
	struct control_server *c = &control_of(w)->server[server];

	take_lease(c);
	if (!has_moved(&w->servers, server) &&
	    is_waiting(&w->servers, server) && call_back(w, server)) {
		finish_running(w, server);
		run_owners(w, server);
		give_back(w, server);
	}
	end_lease(w, server);
}

static void take_all_leases(struct work *w)
{
	uint32_t i;

	for (i = 0; i < control_of(w)->servers; i++)
		take_lease(&control_of(w)->server[i]);
}

static void return_all_leases(struct work *w)
{
	uint32_t i;

	for (i = 0; i < control_of(w)->servers; i++)
		end_lease(w, i);
}

/*
 * There will be another entry for each of those workers. So no server may be about to
 * move the void one, inside the policy: two of one worker would tie the policy's links
 * into a knot.
 *
 *   sentinel                     server, back from umcg_wait()
 *   leases = TAKEN               phase = JAVA
 *   full barrier                 full barrier
 *   all still wait?              lease? -> awaits its end
 *   yes: claim, IN_POLICY = 0    no: policy.enqueued(), policy.pick()
 *   leases = NONE, kick
 */
void requeue(struct work *w, uint32_t server)
{
	take_all_leases(w);
	if (all_servers(&w->servers, is_waiting))
		take_run_queue(w);
	return_all_leases(w);
	give_back(w, server);
}
