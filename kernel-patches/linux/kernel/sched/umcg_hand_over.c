// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: switch to a sleeping task without waking it.
 * Part of core.c.
 *
 * A wake-up followed by a sleep takes the long way: it enqueues the sleeper and tracks
 * its load anew, dequeues the caller likewise, and picks a task. Where one task goes to
 * sleep for another one's sake, and both are equals to their class, the run queue looks
 * the same before and after. So @next takes the place of the running task, see
 * umcg_fair.c, and what remains is the switch itself.
 *
 * Only a task that sleeps for umcg_wait() or umcg_hold() is switched to. Elsewhere a
 * wake-up has more to do: a task that waits for I/O has in_iowait and the run queue's
 * nr_iowait, delay accounting and PSI states that outlast the sleep, for which
 * try_to_wake_up() takes the lock of the run queue that the task slept on.
 *
 * A task that may be switched to is dequeued when it sleeps, without the usual delay for
 * those that have had more than their share: its lag is kept all the same, and a hand-over
 * finds it off the queue. A worker that sleeps for something else is woken as ever, and is
 * left to that delay, which makes such a wake-up cheap.
 *
 * Locks are those of a wake-up, @next's pi_lock and then the run queue's, held
 * together here:
 *
 *   umcg_hand_over(): prev -> next       try_to_wake_up(next)
 *   LOCK next->pi_lock                   LOCK next->pi_lock
 *   state INTERRUPTIBLE, on_rq 0,        state matches? sees RUNNING here: done
 *   on_cpu 0
 *   LOCK rq
 *   next: on_rq = 1, state = RUNNING
 *   UNLOCK next->pi_lock
 *   prev: on_rq = 0                      try_to_wake_up(prev)
 *   switch                               LOCK prev->pi_lock
 *   UNLOCK rq                            on_rq 1: waits for rq, sees 0, or
 *   prev: on_cpu = 0                     on_rq 0: waits for on_cpu 0
 */

#include "umcg.h"

/*
 * The averages that two tasks swap are scaled by weight and belong to a group, and the
 * time that one has run is charged to the cgroups of the other, of every controller.
 * The task group may also be that of a session.
 */
static bool umcg_are_equal(struct task_struct *prev, struct task_struct *next)
{
#ifdef CONFIG_CGROUPS
	if (rcu_access_pointer(prev->cgroups) != rcu_access_pointer(next->cgroups))
		return false;
#endif
	return prev->sched_class == &fair_sched_class &&
	       next->sched_class == &fair_sched_class &&
	       prev->se.load.weight == next->se.load.weight &&
	       task_group(prev) == task_group(next);
}

/* Does @next sleep for our sake? It is off the CPU, so that nothing of it changes. */
static bool umcg_is_asleep(struct task_struct *next)
{
	struct umcg_info *info = rcu_dereference_sched(next->umcg);

	return info && READ_ONCE(info->asleep);
}

/* Are both threads at home in that address space, and have what goes with it? */
static bool umcg_share_mm(struct task_struct *prev, struct task_struct *next)
{
#ifdef CONFIG_SCHED_MM_CID
	if (!prev->mm_cid_active || !next->mm_cid_active)
		return false;
#endif
	return prev->mm && prev->mm == next->mm && prev->active_mm == prev->mm;
}

/*
 * Is @next asleep, and nobody else about to wake it? As in try_to_wake_up(),
 * on_rq is read after the state, and on_cpu after on_rq.
 */
static enum umcg_hand_over umcg_can_take_over(struct task_struct *next, int cpu)
{
	unsigned int state = READ_ONCE(next->__state);

	if ((state & ~TASK_FREEZABLE) != TASK_INTERRUPTIBLE)
		return UMCG_HAND_OVER_AWAKE;
	smp_rmb(); /* state before on_rq */
	if (READ_ONCE(next->on_rq))
		return UMCG_HAND_OVER_QUEUED;
	smp_acquire__after_ctrl_dep();
	/* on_rq before on_cpu; pairs with finish_task() */
	if (smp_load_acquire(&next->on_cpu))
		return UMCG_HAND_OVER_QUEUED;
	if (!umcg_is_asleep(next))
		return UMCG_HAND_OVER_AWAKE;
	if (!is_cpu_allowed(next, cpu))
		return UMCG_HAND_OVER_AFFINITY;
	return UMCG_HAND_OVER_DONE;
}

/*
 * Does the running task sleep now, and may @next take its place? Policy, weight and
 * group of a task change under its pi_lock and the lock of its run queue: these two
 * cannot while this runs.
 */
static enum umcg_hand_over umcg_can_stop(struct rq *rq,
					 struct task_struct *prev,
					 struct task_struct *next,
					 unsigned long state)
{
	if (!state || signal_pending_state(state, prev))
		return UMCG_HAND_OVER_SIGNAL;
	/* Others are due: the caller's place is not its own any more. */
	if (test_tsk_need_resched(prev))
		return UMCG_HAND_OVER_RESCHED;
	if (sched_core_enabled(rq) || sched_feat(HRTICK))
		return UMCG_HAND_OVER_CONFIG;
	if (is_migration_disabled(prev))
		return UMCG_HAND_OVER_AFFINITY;
	if (!umcg_are_equal(prev, next) || !umcg_share_mm(prev, next))
		return UMCG_HAND_OVER_UNEQUAL;
	return UMCG_HAND_OVER_DONE;
}

/*
 * @next: asleep -> running, but for its place and the context switch. It has no state
 * that outlasts a sleep, see umcg_is_asleep(), as psi_ttwu_dequeue() would clear.
 */
static void umcg_activate(struct rq *rq, struct task_struct *next)
{
#ifdef CONFIG_PSI
	SCHED_WARN_ON(next->psi_flags);
#endif
	trace_sched_waking(next);
	if (task_cpu(next) != cpu_of(rq)) {
		WRITE_ONCE(next->__state, TASK_WAKING);
		set_task_cpu(next, cpu_of(rq));
	}
	WRITE_ONCE(next->on_rq, TASK_ON_RQ_QUEUED);
	WRITE_ONCE(next->__state, TASK_RUNNING);
}

/* @prev: running -> asleep, in the way of try_to_block_task(). */
static void umcg_deactivate(struct rq *rq, struct task_struct *prev,
			    unsigned long state)
{
	prev->sched_contributes_to_load = (state & TASK_UNINTERRUPTIBLE) &&
		!(state & TASK_NOLOAD) && !(state & TASK_FROZEN);
	__block_task(rq, prev);
}

/* What enqueue_task() and dequeue_task() do beside their class. */
static void umcg_account(struct rq *rq, struct task_struct *prev,
			 struct task_struct *next)
{
	uclamp_rq_inc(rq, next);
	psi_enqueue(next, ENQUEUE_WAKEUP);
	sched_info_enqueue(rq, next);
	trace_sched_wakeup(next);
	ttwu_stat(next, cpu_of(rq), WF_TTWU);
	psi_dequeue(prev, DEQUEUE_SLEEP);
}

/*
 * context_switch() between threads of one process: the address space stays, and so
 * does its concurrency id, which belongs to the CPU as long as this space does.
 */
static __always_inline void umcg_context_switch(struct rq *rq,
						struct task_struct *prev,
						struct task_struct *next,
						struct rq_flags *rf)
{
	prepare_task_switch(rq, prev, next);
	arch_start_context_switch(prev);
	lru_gen_use_mm(next->mm);
#ifdef CONFIG_SCHED_MM_CID
	next->mm_cid = prev->mm_cid;
	next->last_mm_cid = prev->mm_cid;
	prev->mm_cid = -1;
#endif
	prepare_lock_switch(rq, next, rf);
	switch_to(prev, next, prev);
	barrier();
	finish_task_switch(prev);
}

/**
 * umcg_hand_over - put the calling task to sleep, and run @next in its place
 * @next: whom to run; the caller has a reference, which is used up on success
 *
 * The caller has set its task state, and is woken as after schedule().
 *
 * Context: preemption disabled once, no lock held.
 * Returns: UMCG_HAND_OVER_DONE when the caller has slept; else why it did not, and
 * nothing has happened.
 */
enum umcg_hand_over __sched umcg_hand_over(struct task_struct *next)
{
	struct task_struct *prev = current;
	enum umcg_hand_over ret;
	unsigned long state;
	struct rq_flags rf;
	struct rq *rq;

	local_irq_disable();
	rcu_note_context_switch(false);
	rq = this_rq();

	raw_spin_lock(&next->pi_lock);
	smp_mb__after_spinlock();
	ret = umcg_can_take_over(next, cpu_of(rq));
	if (ret)
		goto unlock_next;

	/* As in __schedule(), also against a signal, and for membarrier(). */
	rq_lock(rq, &rf);
	smp_mb__after_spinlock();
	rq->clock_update_flags <<= 1;
	update_rq_clock(rq);
	rq->clock_update_flags = RQCF_UPDATED;

	state = READ_ONCE(prev->__state);
	ret = umcg_can_stop(rq, prev, next, state);
	if (ret)
		goto unlock_rq;

	uclamp_rq_dec(rq, prev);
	umcg_activate(rq, next);
	fair_hand_over(rq, prev, next);
	/* As in __put_prev_set_next_dl_server(): the place is served, or is not. */
	next->dl_server = prev->dl_server;
	prev->dl_server = NULL;
	umcg_account(rq, prev, next);
	raw_spin_unlock(&next->pi_lock);
	put_task_struct(next);
	umcg_deactivate(rq, prev, state);

	rq->nr_switches++;
	RCU_INIT_POINTER(rq->curr, next);
	prev->nvcsw++;
	psi_account_irqtime(rq, prev, next);
	psi_sched_switch(prev, next, true);
	trace_sched_switch(false, prev, next, state);
	umcg_context_switch(rq, prev, next, &rf);
	return UMCG_HAND_OVER_DONE;

unlock_rq:
	rq_unlock(rq, &rf);
unlock_next:
	raw_spin_unlock(&next->pi_lock);
	local_irq_enable();
	return ret;
}
