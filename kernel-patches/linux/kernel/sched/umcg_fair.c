// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: one task takes another one's place in the
 * fair class. Part of fair.c.
 *
 * The two swap what the fair class keeps of them: virtual runtime, deadline and
 * lag, load averages, the place in the list of tasks and that of the running
 * entity. Sums over the run queue stay as they are, therefore nothing needs to be
 * enqueued, dequeued, decayed or propagated, and neither task gains by it.
 */

#include "umcg.h"

/* Swap what the sums of the run queue have of each entity's load. */
static void umcg_swap_load(struct sched_avg *a, struct sched_avg *b)
{
	swap(a->last_update_time, b->last_update_time);
	swap(a->load_sum, b->load_sum);
	swap(a->runnable_sum, b->runnable_sum);
	swap(a->util_sum, b->util_sum);
	swap(a->period_contrib, b->period_contrib);
	swap(a->load_avg, b->load_avg);
	swap(a->runnable_avg, b->runnable_avg);
	swap(a->util_avg, b->util_avg);
	swap(a->util_est, b->util_est);
}

/*
 * Charge each thread its own time. What else is charged with it (virtual time and so
 * the slice, bandwidth, group and process) stays with the place until update_curr()
 * sees it there: at the next tick, or for any other reason to look.
 */
static void umcg_split_runtime(struct cfs_rq *cfs_rq, struct sched_entity *from,
			       struct sched_entity *to)
{
	u64 now = rq_clock_task(rq_of(cfs_rq));
	s64 ran = now - from->exec_start;

	if (unlikely(ran < 0))
		ran = 0;
	from->sum_exec_runtime += ran;
	to->umcg_unpaid = from->umcg_unpaid + ran;
	from->umcg_unpaid = 0;
	to->exec_start = now;
	to->prev_sum_exec_runtime = to->sum_exec_runtime;
}

/**
 * fair_hand_over - put @next in the place of @prev
 * @rq: the run queue, locked, its clock up to date
 * @prev: its running task, which goes to sleep
 * @next: on no run queue, but its CPU is @rq's; of the same weight and group
 */
void fair_hand_over(struct rq *rq, struct task_struct *prev,
		    struct task_struct *next)
{
	struct sched_entity *from = &prev->se, *to = &next->se;
	struct cfs_rq *cfs_rq = cfs_rq_of(from);

	clear_buddies(cfs_rq, from);
	umcg_split_runtime(cfs_rq, from, to);
	update_stats_dequeue_fair(cfs_rq, from, DEQUEUE_SLEEP);

	to->vruntime = from->vruntime;
	to->deadline = from->deadline;
	swap(to->vlag, from->vlag);
	umcg_swap_load(&to->avg, &from->avg);
	/* What came along from another CPU is no part of this one's sums yet. */
	if (unlikely(!from->avg.last_update_time))
		update_load_avg(cfs_rq, from, UPDATE_TG | DO_ATTACH);

	account_numa_dequeue(rq, prev);
	account_numa_enqueue(rq, next);
	list_replace_init(&from->group_node, &to->group_node);
	from->on_rq = 0;
	to->on_rq = 1;
	cfs_rq->curr = to;

	update_stats_enqueue_fair(cfs_rq, to, ENQUEUE_WAKEUP);
	update_misfit_status(next, rq);
	sched_fair_update_stop_tick(rq, next);
}
