// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: a worker goes to sleep, and wakes up.
 *
 * The hooks of schedule(). What a worker does on its way to user mode after it has
 * woken up is in umcg_hold.c.
 */

#include <linux/sched/debug.h>
#include <asm/syscall.h>

#include "umcg.h"
#include "umcg_leave.h"
#include "umcg_sleep.h"
#include "umcg_trace.h"

/*
 * A worker that somebody may run sleeps, but not because it is held: in a signal
 * handler, on a fault, or after it was released. That is unmanaged time: no server is
 * told, unless one runs the worker.
 *
 *   umcg_doze()                     umcg_claim()
 *   dozing = true                   state = RUNNING
 *   full barrier                    full barrier (cmpxchg)
 *   RUNNING?                        dozing?
 *     yes: it blocks as usual         yes: BLOCKED, unless it is awake by now
 *
 * Returns: true if no server is to be told; false if the worker is RUNNING.
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

/* List a BLOCKED worker, take it off its server, and claim that one. */
static struct task_struct *umcg_tell_of_block(struct umcg_info *info)
{
	struct umcg_info *runner = umcg_detach(info);
	struct umcg_info *server = umcg_server_of(info, runner);
	struct task_struct *next = NULL;

	if (server)
		umcg_push_blocked(info, server);
	umcg_point(UMCG_POINT_TELL);
	if (runner)
		next = umcg_claim_idle(runner);
	if (server && server != runner)
		umcg_wake(umcg_claim_idle(server));
	return next;
}

/*
 * RUNNING -> BLOCKED.
 *
 * Returns: the thread that is to run in the caller's place: the server's, or that of a
 * worker.
 */
static struct task_struct *umcg_block(struct umcg_info *info, u32 state)
{
	struct task_struct *next = NULL;
	bool waited;

	rcu_read_lock();
	WRITE_ONCE(info->ut->blocked_ts, umcg_now(info));
	/* Uncount it first: a server that sees it BLOCKED may run another one at once. */
	umcg_count_stopped(info);
	umcg_point(UMCG_POINT_BLOCK);
	/* Meanwhile UMCG_KICK_WAKE may make it RUNNING, and then a kick add PREEMPT. */
	waited = (state & UMCG_TASK_STATE_MASK) != UMCG_TASK_RUNNING &&
		 umcg_try_state(info, state, UMCG_TASK_BLOCKED);
	if (waited ||
	    umcg_try_state(info, UMCG_TASK_RUNNING, UMCG_TASK_BLOCKED) ||
	    umcg_try_state(info, UMCG_TASK_RUNNING | UMCG_TF_PREEMPT,
			   UMCG_TASK_BLOCKED)) {
		umcg_set_managed(info);
		umcg_note_stack(info);
		info->blocked = true;
		info->waited = waited;
		umcg_count(info, UMCG_BLOCKS);
		trace_umcg_block(info);
		umcg_point(UMCG_POINT_BLOCKED);
		if (!umcg_take_turn(info, &next))
			next = umcg_tell_of_block(info);
	}
	rcu_read_unlock();
	return next;
}

/*
 * The calling worker is BLOCKED, its servers know, and it is about to sleep: does it sleep
 * as in a futex, without any lock or I/O? Then the thread that wakes it may list it and
 * let it sleep on. What else looks like a futex is never woken so, see umcg_defer.c.
 */
static __always_inline void umcg_go_dormant(struct umcg_info *info, struct task_struct *tsk)
{
	if (READ_ONCE(tsk->__state) != (TASK_INTERRUPTIBLE | TASK_FREEZABLE) ||
	    tsk->in_iowait || umcg_state(info) != UMCG_TASK_BLOCKED)
		return;
	WRITE_ONCE(info->parked, true);
	WRITE_ONCE(info->asleep, true);
	info->is_hidden = syscall_get_nr(tsk, task_pt_regs(tsk)) >= 0;
	if (info->is_hidden)
		umcg_hide_rseq(&info->hidden);
	/* The block is told before; pairs with umcg_defer(). */
	smp_store_release(&info->dormant, true);
}

/*
 * It is awake, since a server runs it, or for another reason: then it is listed by now,
 * and is held on its way to user mode, or still BLOCKED.
 *
 * Returns: true if it just goes on.
 */
static bool umcg_end_dormant(struct umcg_info *info)
{
	u32 state;

	/* Against umcg_defer(). */
	raw_spin_lock(&info->lock);
	WRITE_ONCE(info->dormant, false);
	state = umcg_state(info);
	raw_spin_unlock(&info->lock);
	WRITE_ONCE(info->asleep, false);
	WRITE_ONCE(info->parked, false);
	if (info->is_hidden)
		umcg_show_rseq(&info->hidden);
	info->blocked = state == UMCG_TASK_BLOCKED ||
			(state == UMCG_TASK_NONE && umcg_has_inherited(info));
	return state == UMCG_TASK_RUNNING && !READ_ONCE(info->held);
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
		umcg_go_dormant(info, tsk);
		return next && umcg_hand_over_or_wake(info, next);
	case UMCG_TASK_BLOCKED:
		umcg_go_dormant(info, tsk);
		fallthrough;
	case UMCG_TASK_NONE:
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

	if (info->dormant && umcg_end_dormant(info))
		return;
	if (unlikely(info->dozing)) {
		raw_spin_lock(&info->lock);
		WRITE_ONCE(info->dozing, false);
		info->blocked = umcg_state(info) == UMCG_TASK_BLOCKED ||
				umcg_state(info) == UMCG_TASK_NONE;
		raw_spin_unlock(&info->lock);
	}
	/* It may be held already: a tracer's stop is over, say. */
	if (info->blocked || READ_ONCE(info->held))
		set_tsk_thread_flag(tsk, TIF_NOTIFY_RESUME);
}
