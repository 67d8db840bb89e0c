// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: how tasks go to sleep, with a timeout or for
 * another task's sake, and how they are woken.
 *
 * The caller that makes a sleeper RUNNING gets a reference to its thread, and must then
 * either wake it or, when about to sleep itself, hand over to it.
 */

#include <linux/hrtimer.h>
#include <linux/mmu_context.h>
#include <linux/sched/debug.h>
#include <linux/sched/task.h>

#include "sched.h"
#include "umcg.h"
#include "umcg_sleep.h"
#include "umcg_trace.h"

/**
 * umcg_claim_idle - take a server that waits for work out of its wait
 * @server: the server; one that runs a worker is left alone
 *
 * Context: RCU read side. Any task state of the caller.
 * Returns: the server's thread, with a reference, to be woken; NULL if it does not
 * idle.
 */
struct task_struct *umcg_claim_idle(struct umcg_info *server)
{
	bool idle;

	raw_spin_lock(&server->lock);
	idle = !server->worker && umcg_set_running(server);
	raw_spin_unlock(&server->lock);
	return idle ? get_task_struct(server->task) : NULL;
}

/* Wake a sleeper, and drop the reference. */
void __umcg_wake(struct task_struct *task)
{
	try_to_wake_up(task, TASK_INTERRUPTIBLE, WF_CURRENT_CPU);
	put_task_struct(task);
}

static __always_inline bool umcg_try_hand_over(struct umcg_info *info,
					       struct task_struct *next)
{
	enum umcg_hand_over ret;

	umcg_point(UMCG_POINT_HAND_OVER);
	preempt_disable();
	ret = umcg_hand_over(next);
	preempt_enable();
	umcg_count(info, UMCG_HAND_OVERS + ret);
	trace_umcg_hand_over(info->tid, ret);
	if (likely(ret == UMCG_HAND_OVER_DONE))
		return true;
	umcg_wake(next);
	return false;
}

/**
 * umcg_hand_over_or_wake - sleep, and let another thread run at once
 * @info: the caller, which has set its task state
 * @next: a sleeper; its reference is used up
 *
 * Returns: true if the caller has slept; false if @next has been woken instead.
 */
bool __sched umcg_hand_over_or_wake(struct umcg_info *info,
				    struct task_struct *next)
{
	return umcg_try_hand_over(info, next);
}

/* Only where it may be switched to, see umcg_hand_over.c, it must be off the run queue. */
bool __umcg_dequeue_now(struct task_struct *tsk)
{
	return umcg_current()->asleep;
}

static __always_inline void umcg_sleep(struct umcg_info *info,
				       struct task_struct *next)
{
	WRITE_ONCE(info->asleep, true);
	if (!next || !umcg_try_hand_over(info, next))
		schedule();
	WRITE_ONCE(info->asleep, false);
}

/**
 * umcg_schedule - schedule(), where another thread may have the first claim
 * @info: the caller, which has set its task state
 * @next: a sleeper, its reference is used up; or NULL
 */
void __sched umcg_schedule(struct umcg_info *info, struct task_struct *next)
{
	umcg_sleep(info, next);
}

/**
 * umcg_schedule_in_call - the same, in a system call for which that is all
 * @info: as above
 * @next: as above
 */
void __sched umcg_schedule_in_call(struct umcg_info *info, struct task_struct *next)
{
	struct umcg_hidden_rseq hidden __uninitialized;

	umcg_hide_rseq(&hidden);
	umcg_sleep(info, next);
	umcg_show_rseq(&hidden);
}

/**
 * __umcg_start_timeout - arm a timeout of the calling task
 * @timeout: on the stack; umcg_end_timeout() it
 * @info: the task, whose clock it is
 * @abs_ns: when
 */
void __umcg_start_timeout(struct umcg_timeout *timeout,
			  const struct umcg_info *info, u64 abs_ns)
{
	struct hrtimer_sleeper *sleeper = &timeout->sleeper;

	hrtimer_init_sleeper_on_stack(sleeper, info->clockid, HRTIMER_MODE_ABS);
	hrtimer_set_expires_range_ns(&sleeper->timer, ns_to_ktime(abs_ns),
				     current->timer_slack_ns);
	hrtimer_sleeper_start_expires(sleeper, HRTIMER_MODE_ABS);
}
