// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: states, clocks, and which worker a server runs.
 *
 * State words, lists and flags are described in uapi/linux/umcg.h and in
 * Documentation/userspace-api/umcg.txt. The list at the top of umcg.h says what is in
 * which file; this one calls none of the others.
 *
 * Three things order everything:
 *
 * 1. A state word changes by cmpxchg only. The thread that moves a worker from
 *    RUNNABLE to RUNNING owns that run; the one that moves a server from RUNNABLE to
 *    RUNNING owes it a wake-up.
 *
 * 2. Which worker a server runs, umcg_info::worker and ::runner, changes under
 *    the server's lock only. A server with a worker is busy: it is woken when that
 *    worker stops, by a kick, and by its own timeout, but not when some other worker
 *    becomes runnable.
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

#include <linux/overflow.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/time_namespace.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "umcg.h"

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

/* The time on the clock that the task registered with, outside of time namespaces. */
u64 umcg_host_now(const struct umcg_info *info)
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
		WRITE_ONCE(server->worker, NULL);
		WRITE_ONCE(info->runner, NULL);
	}
	raw_spin_unlock(&server->lock);
	return mine ? server : NULL;
}

/* Wait until the server that runs the calling worker is done with umcg_attach(). */
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

/* The UMCG tasks of @task's process, or NULL if it never had one. */
struct umcg_group *umcg_find_group(struct task_struct *task)
{
	return READ_ONCE(task->signal->umcg);
}

/**
 * umcg_put_group - give up what a process, or its watchdog that is armed, has of it
 * @group: the group
 *
 * Context: any.
 */
void umcg_put_group(struct umcg_group *group)
{
	if (!refcount_dec_and_test(&group->refs))
		return;
	put_pid(group->pid);
	kfree(group);
}
