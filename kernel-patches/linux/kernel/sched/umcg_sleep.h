/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_SLEEP_H
#define _KERNEL_SCHED_UMCG_SLEEP_H

/* What umcg_sleep.c offers, and how a timeout of a sleeping task is made. */

#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/rseq.h>
#include <linux/sched/task.h>

#include "umcg.h"

/* A timeout on the stack of the task that sleeps. */
struct umcg_timeout {
	struct hrtimer_sleeper	sleeper;
	bool			armed;
};

struct task_struct *umcg_claim_idle(struct umcg_info *server);
void __umcg_wake(struct task_struct *task);
bool umcg_hand_over_or_wake(struct umcg_info *info, struct task_struct *next);
void umcg_schedule(struct umcg_info *info, struct task_struct *next);
void umcg_schedule_in_call(struct umcg_info *info, struct task_struct *next);
void __umcg_start_timeout(struct umcg_timeout *timeout,
			  const struct umcg_info *info, u64 abs_ns);

/**
 * umcg_sleeper - the thread of a worker that has been made RUNNING
 * @info: the worker
 *
 * Context: RCU read side.
 * Returns: its thread, with a reference, to be woken; NULL if it is not asleep in
 * umcg_hold(), and will not be.
 */
static inline struct task_struct *umcg_sleeper(struct umcg_info *info)
{
	/* Pairs with umcg_hold(): the state was written, now look whether it sleeps. */
	return READ_ONCE(info->parked) ? get_task_struct(info->task) : NULL;
}

/*
 * The rseq area tells a thread where it runs, and how to go on after an interrupted
 * critical section. No section contains a system call. So a thread that sleeps in one
 * needs an update only if it wakes up elsewhere: it hides its area meanwhile, which
 * spares it the slow way to user mode.
 */
static __always_inline void umcg_hide_rseq(struct umcg_hidden_rseq *hidden)
{
#ifdef CONFIG_RSEQ
	hidden->area = current->rseq;
	hidden->cpu = task_cpu(current);
	hidden->cid = task_mm_cid(current);
	current->rseq = NULL;
#endif
}

/* Undo that. */
static __always_inline void umcg_show_rseq(const struct umcg_hidden_rseq *hidden)
{
#ifdef CONFIG_RSEQ
	preempt_disable();
	current->rseq = hidden->area;
	if (unlikely(hidden->cpu != task_cpu(current) ||
		     hidden->cid != task_mm_cid(current)))
		rseq_preempt(current);
	preempt_enable();
#endif
}

static inline void umcg_wake(struct task_struct *task)
{
	if (task)
		__umcg_wake(task);
}

static inline void umcg_start_timeout(struct umcg_timeout *timeout,
				      const struct umcg_info *info, u64 abs_ns)
{
	timeout->armed = abs_ns;
	if (abs_ns)
		__umcg_start_timeout(timeout, info, abs_ns);
}

static inline bool umcg_timed_out(const struct umcg_timeout *timeout)
{
	return timeout->armed && !READ_ONCE(timeout->sleeper.task);
}

static inline void umcg_end_timeout(struct umcg_timeout *timeout)
{
	if (!timeout->armed)
		return;
	hrtimer_cancel(&timeout->sleeper.timer);
	destroy_hrtimer_on_stack(&timeout->sleeper.timer);
}

#endif /* _KERNEL_SCHED_UMCG_SLEEP_H */
