// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: how workers and servers hand over.
 *
 * State words, lists and flags are described in uapi/linux/umcg.h and in
 * Documentation/userspace-api/umcg.txt. This file has the parts of which a
 * hand-over is made, and the start of a block; what holds workers on their way
 * to user mode is in umcg_hold.c, the system calls are in umcg_wait.c and
 * umcg_kick.c, and the life of a task is in umcg_task.c.
 *
 * Three things order everything here:
 *
 * 1. A state word changes by cmpxchg only. Whoever moves a worker from RUNNABLE
 *    to RUNNING owns that run; whoever moves a server from RUNNABLE to RUNNING
 *    owes it a wake-up.
 *
 * 2. Which worker a server runs, umcg_info::worker and ::runner, changes under
 *    the server's lock only. A server with a worker is busy: it is woken when
 *    that worker stops, when it is kicked, and by its own timeout, but not
 *    because some other worker became runnable.
 *
 * 3. A sleeper sets its task state and then reads its state word; a waker
 *    writes the state word and then calls try_to_wake_up(). Likewise for lists:
 *
 *      server, user space            worker, in the kernel
 *      state = RUNNABLE              push on the server's list
 *      full barrier                  full barrier (cmpxchg)
 *      take the lists                state RUNNABLE -> RUNNING?
 *      umcg_wait()                     yes: wake it
 *
 *    Either the server finds the worker, or the worker finds the server
 *    RUNNABLE. In between, umcg_wait() finds its own state RUNNING: EAGAIN.
 */

#include <linux/mmu_context.h>
#include <linux/overflow.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/time_namespace.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "sched.h"
#include "umcg.h"

#define CREATE_TRACE_POINTS
#include "umcg_trace.h"

/**
 * umcg_set_running - move a task from RUNNABLE, with whatever flags, to RUNNING
 * @info: the task: a server, or the calling worker that stays on its server
 *
 * A full barrier when it succeeds; the caller then owes a server a wake-up.
 *
 * Returns: true if this call made the change.
 */
bool umcg_set_running(struct umcg_info *info)
{
	u32 state = READ_ONCE(info->ut->state) & ~UMCG_TASK_USER_MASK;

	return (state & UMCG_TASK_STATE_MASK) == UMCG_TASK_RUNNABLE &&
	       umcg_try_state(info, state, UMCG_TASK_RUNNING);
}

/**
 * umcg_clock_offset - how far a clock is ahead in the caller's time namespace
 * @clockid: the clock
 *
 * Returns: nanoseconds, of either sign.
 */
s64 umcg_clock_offset(clockid_t clockid)
{
	struct timespec64 offset = { };

	if (clockid == CLOCK_MONOTONIC)
		timens_add_monotonic(&offset);
	else if (clockid == CLOCK_BOOTTIME)
		timens_add_boottime(&offset);
	return timespec64_to_ns(&offset);
}

/**
 * umcg_host_time - when a timeout ends, outside of time namespaces
 * @info: the task
 * @ns: the time on the clock that it registered with, not 0, at most KTIME_MAX
 *
 * Returns: nanoseconds, again not 0: what is long over is not without an end.
 */
u64 umcg_host_time(const struct umcg_info *info, u64 ns)
{
	s64 host;

	if (check_sub_overflow((s64)ns, info->clock_offset, &host))
		return KTIME_MAX;
	return max(host, 1LL);
}

static u64 umcg_host_now(const struct umcg_info *info)
{
	switch (info->clockid) {
	case CLOCK_REALTIME:
		return ktime_get_real_ns();
	case CLOCK_BOOTTIME:
		return ktime_get_boottime_ns();
	case CLOCK_TAI:
		return ktime_get_clocktai_ns();
	default:
		return ktime_get_ns();
	}
}

/**
 * umcg_now - the time on the clock that the task registered with
 * @info: the task
 *
 * Returns: nanoseconds.
 */
u64 umcg_now(const struct umcg_info *info)
{
	return umcg_host_now(info) + info->clock_offset;
}

/**
 * umcg_search - look a task of this process up, whatever its tid
 * @tid: its thread id, a value that user space wrote
 *
 * Context: RCU read side.
 * Returns: the task's info, or NULL when this process has no such UMCG task.
 */
struct umcg_info *umcg_search(pid_t tid)
{
	struct task_struct *task;

	if (tid <= 0)
		return NULL;
	task = find_task_by_vpid(tid);
	if (!task || !same_thread_group(task, current))
		return NULL;
	return rcu_dereference(task->umcg);
}

/* The same for a server. */
struct umcg_info *umcg_find_server(pid_t tid)
{
	struct umcg_info *info = umcg_find(tid);

	return info && !info->is_worker ? info : NULL;
}

/* The server that a worker names, without a look-up when that one runs it. */
static struct umcg_info *umcg_server_of(struct umcg_info *info,
					struct umcg_info *runner)
{
	pid_t tid = READ_ONCE(info->ut->server_tid);

	return runner && runner->tid == tid ? runner : umcg_home(info);
}

/* Returns: true if @info was not counted as RUNNING before. */
bool umcg_count_running(struct umcg_info *info)
{
	struct umcg_group *group = info->group;
	int now, max;

	if (xchg(&info->counted, 1))
		return false;
	now = atomic_inc_return(&group->running);
	max = atomic_read(&group->max_running);
	while (now > max && !atomic_try_cmpxchg(&group->max_running, &max, now))
		;
	return true;
}

void umcg_count_stopped(struct umcg_info *info)
{
	if (xchg(&info->counted, 0))
		atomic_dec(&info->group->running);
}

/**
 * umcg_detach - take the calling worker off the server that runs it
 * @info: the worker
 *
 * From here on that server is idle, but still RUNNABLE and asleep: the caller
 * owes it umcg_claim_idle().
 *
 * Context: RCU read side.
 * Returns: the server, or NULL when nobody runs the worker.
 */
struct umcg_info *umcg_detach(struct umcg_info *info)
{
	struct umcg_info *server = READ_ONCE(info->runner);
	bool mine;

	if (!server)
		return NULL;
	raw_spin_lock(&server->lock);
	mine = server->worker == info;
	if (mine) {
		server->worker = NULL;
		WRITE_ONCE(info->runner, NULL);
	}
	raw_spin_unlock(&server->lock);
	return mine ? server : NULL;
}

/**
 * umcg_drop_worker - a server's wait is over, its worker runs on without it
 * @server: the server, its lock held
 */
void umcg_drop_worker(struct umcg_info *server)
{
	lockdep_assert_held(&server->lock);

	if (server->worker) {
		WRITE_ONCE(server->worker->runner, NULL);
		server->worker = NULL;
	}
}

/* Wait until whoever runs the calling worker is done with umcg_attach(). */
void umcg_await_runner(struct umcg_info *info)
{
	struct umcg_info *server = READ_ONCE(info->runner);

	if (!server)
		return;
	raw_spin_lock(&server->lock);
	raw_spin_unlock(&server->lock);
}

/**
 * umcg_is_critical - does the calling worker hide blocks, or defer preemption?
 * @info: the worker
 * @shift: 0: blocks; 16: preemption
 *
 * Context: any in which the worker's memory is mapped; a word whose page is not
 * there counts as not critical.
 */
bool umcg_is_critical(const struct umcg_info *info, unsigned int shift)
{
	u32 __user *word = u64_to_user_ptr(READ_ONCE(info->ut->critical_ptr));
	u32 mask = READ_ONCE(info->ut->critical_mask) >> shift & 0xffff;
	u32 value;
	int ret;

	if (!word || !mask || !IS_ALIGNED((unsigned long)word, sizeof(*word)))
		return false;
	pagefault_disable();
	ret = get_user(value, word);
	pagefault_enable();
	return !ret && mask & BIT(value & 0xf);
}

/*
 * A worker that somebody may run sleeps, but not because it is held: in a signal
 * handler, on a fault, or after it was released. That is unmanaged time, and nobody is
 * told unless a server runs it.
 *
 *   umcg_doze()                     umcg_claim()
 *   dozing = true                   state = RUNNING
 *   full barrier                    full barrier (cmpxchg)
 *   RUNNING?                        dozing?
 *     yes: it blocks as usual         yes: BLOCKED, unless it is awake by now
 *
 * Returns: true if nobody is to be told; false if it is RUNNING.
 */
static bool umcg_doze(struct umcg_info *info)
{
	raw_spin_lock(&info->lock);
	WRITE_ONCE(info->dozing, true);
	smp_mb(); /* see above */
	if (umcg_state(info) == UMCG_TASK_RUNNING)
		WRITE_ONCE(info->dozing, false);
	raw_spin_unlock(&info->lock);
	return info->dozing;
}

/*
 * RUNNING -> BLOCKED: listed, off its server, and that one awake.
 *
 * Returns: the server's thread, which is to run in the caller's place.
 */
static struct task_struct *umcg_block(struct umcg_info *info, u32 state)
{
	struct umcg_info *server, *runner;
	struct task_struct *next = NULL;

	rcu_read_lock();
	WRITE_ONCE(info->ut->blocked_ts, umcg_now(info));
	/* Uncounted first: who sees it BLOCKED may run another one at once. */
	umcg_count_stopped(info);
	umcg_point(UMCG_POINT_BLOCK);
	/* A kick may add PREEMPT between the two; then the second one fits. */
	if (umcg_try_state(info, state, UMCG_TASK_BLOCKED) ||
	    umcg_try_state(info, UMCG_TASK_RUNNING | UMCG_TF_PREEMPT,
			   UMCG_TASK_BLOCKED)) {
		umcg_set_managed(info);
		umcg_note_stack(info);
		info->blocked = true;
		info->waited = (state & UMCG_TASK_STATE_MASK) != UMCG_TASK_RUNNING;
		umcg_count(info, UMCG_BLOCKS);
		trace_umcg_block(info);
		umcg_point(UMCG_POINT_BLOCKED);
		runner = umcg_detach(info);
		server = umcg_server_of(info, runner);
		if (server)
			umcg_push_blocked(info, server);
		umcg_point(UMCG_POINT_TELL);
		if (runner)
			next = umcg_claim_idle(runner);
		if (server && server != runner)
			umcg_wake(umcg_claim_idle(server));
	}
	rcu_read_unlock();
	return next;
}

/*
 * The calling worker is about to sleep.
 *
 * Context: schedule(), task state set: must not sleep but for that. Takes only
 * raw locks of servers, pi_lock and runqueue locks, which no caller holds.
 * Returns: true if it has slept, and is awake again.
 */
bool __sched __umcg_worker_sleeping(struct task_struct *tsk)
{
	struct umcg_info *info = umcg_current();
	struct task_struct *next;
	u32 state;

	if (info->parked)
		return false;
	if ((READ_ONCE(info->held) || READ_ONCE(info->listed)) && umcg_doze(info))
		return false;

	state = READ_ONCE(info->ut->state) & ~UMCG_TASK_USER_MASK;
	switch (state) {
	case UMCG_TASK_RUNNING:
	case UMCG_TASK_RUNNING | UMCG_TF_PREEMPT:
	case UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT:
		if (umcg_is_critical(info, 0)) {
			umcg_count(info, UMCG_HIDDEN_BLOCKS);
			/* For umcg_kick_blocked(). */
			WRITE_ONCE(info->dozing, true);
			return false;
		}
		next = umcg_block(info, state);
		return next && umcg_hand_over_or_wake(info, next);
	case UMCG_TASK_NONE:
	case UMCG_TASK_BLOCKED:
		info->blocked = true;
		return false;
	default:
		return false;
	}
}

/* The calling worker has its CPU back after it slept. */
void __umcg_worker_running(struct task_struct *tsk)
{
	struct umcg_info *info = umcg_current();

	if (unlikely(info->dozing)) {
		raw_spin_lock(&info->lock);
		WRITE_ONCE(info->dozing, false);
		info->blocked = umcg_state(info) == UMCG_TASK_BLOCKED ||
				umcg_state(info) == UMCG_TASK_NONE;
		raw_spin_unlock(&info->lock);
	}
	/* Held: a tracer's stop is over, say. */
	if (info->blocked || READ_ONCE(info->held))
		set_tsk_thread_flag(tsk, TIF_NOTIFY_RESUME);
}

/**
 * __umcg_sched_yield - sched_yield() of a worker
 *
 * Other workers that could run go first: the caller is preempted on its way to user
 * mode, critical or not, as it has asked for that.
 *
 * Returns: false if there are none, or if the caller is not to be held.
 */
bool __umcg_sched_yield(void)
{
	struct umcg_info *info = umcg_current();

	if (atomic_read(&info->group->listed) <= 0 || umcg_has_inherited(info) ||
	    !umcg_try_state(info, UMCG_TASK_RUNNING,
			    UMCG_TASK_RUNNING | UMCG_TF_PREEMPT))
		return false;
	info->yields = true;
	set_thread_flag(TIF_NOTIFY_RESUME);
	return true;
}

/**
 * umcg_leave - take a task that unregisters or exits out of everybody's hands
 * @info: the calling task's info
 *
 * A worker's server is woken; a server's worker goes on without one, and others
 * hear of the rest, see umcg_bequeath().
 */
void umcg_leave(struct umcg_info *info)
{
	struct umcg_info *server;

	rcu_read_lock();
	if (!info->is_worker)
		umcg_orphan_workers(info);
	cmpxchg(umcg_tid_slot(info->group, info->tid), info, NULL);
	/* Pairs with the read barrier in umcg_home(). */
	smp_wmb();
	WRITE_ONCE(info->dead, true);
	umcg_set_listed(info, false);
	/* Orders dead against runner, pairs with the cmpxchg in umcg_attach(). */
	smp_mb();
	umcg_point(UMCG_POINT_LEAVE);
	if (info->is_worker) {
		umcg_count_stopped(info);
		server = umcg_detach(info);
		if (server)
			umcg_wake(umcg_claim_idle(server));
	} else {
		raw_spin_lock(&info->lock);
		umcg_drop_worker(info);
		raw_spin_unlock(&info->lock);
		umcg_bequeath(info);
	}
	rcu_read_unlock();
}
