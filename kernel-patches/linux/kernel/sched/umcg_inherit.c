// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: held workers that inherit a priority.
 *
 * A thread of a higher priority that waits for a PI mutex lends that priority to the
 * owner. Where the owner is a held worker, a server would have to pick it, and knows
 * nothing of the priority. So the worker is released: it executes in state NONE, as a
 * worker whose servers are stuck does, and is held again once it has given the priority
 * back.
 */

#include "umcg.h"
#include "umcg_sleep.h"
#include "umcg_trace.h"

/**
 * umcg_release_heir - release a worker that has inherited a priority
 * @info: the worker; left alone where it waits by its own wish, or is not held
 *
 *   umcg_has_listed()                 rt_mutex_setprio()
 *   RUNNABLE, pushed                  the worker's prio is higher
 *   full barrier (cmpxchg)            irq_work_queue(), a full barrier
 *   higher? release it                RUNNABLE? release it
 *
 * Context: hard interrupt, the worker itself, or the thread that has listed it.
 */
void umcg_release_heir(struct umcg_info *info)
{
	if (!READ_ONCE(info->held) || !READ_ONCE(info->listed) ||
	    !umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_NONE))
		return;
	umcg_count(info, UMCG_INHERITS);
	trace_umcg_release(info);
	if (info->task != current)
		umcg_wake(umcg_sleeper(info));
}

static void umcg_inherit_work(struct irq_work *work)
{
	umcg_release_heir(container_of(work, struct umcg_info, inherits));
}

/* The priority of a worker has changed. Context: its pi_lock and run queue locked. */
void __umcg_prio_inherited(struct task_struct *tsk)
{
	struct umcg_info *info;

	lockdep_assert_held(&tsk->pi_lock);
	rcu_read_lock();
	info = rcu_dereference(tsk->umcg);
	if (info && umcg_has_inherited(info))
		irq_work_queue(&info->inherits);
	rcu_read_unlock();
}

void umcg_init_inherit(struct umcg_info *info)
{
	init_irq_work(&info->inherits, umcg_inherit_work);
}

/**
 * umcg_end_inherit - see the last of a worker's inheritances out
 * @info: the calling worker, which is no UMCG task any more
 */
void umcg_end_inherit(struct umcg_info *info)
{
	/* A thread that found the task before has the lock until it has queued. */
	raw_spin_lock_irq(&info->task->pi_lock);
	raw_spin_unlock_irq(&info->task->pi_lock);
	irq_work_sync(&info->inherits);
}
