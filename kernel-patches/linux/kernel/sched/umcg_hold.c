// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: how workers are held on their way to user
 * mode, and how signal handlers get past that.
 */

#include <linux/mmu_context.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>

#include "sched.h"
#include "umcg.h"
#include "umcg_trace.h"

/* How soon a preemption that was deferred is tried again. */
#define UMCG_RECHECK	ms_to_ktime(1)

/*
 * Put the calling worker on its server's runnable list, to be held. The state
 * becomes RUNNABLE before the push: who finds it on the list may run it.
 *
 * Returns: false if there is no such server, or if user space keeps changing
 * the words that this needs; the worker then goes on unmanaged. *@next is whom to
 * hand over to.
 */
static bool umcg_enqueue(struct umcg_info *info, u32 from,
			 struct task_struct **next)
{
	struct umcg_info *server, *runner;
	pid_t server_tid = 0;
	bool pushed = false;

	rcu_read_lock();
	server = umcg_home(info);
	WRITE_ONCE(info->ut->runnable_ts, umcg_now(info));
	/* Uncounted first: who sees it RUNNABLE may run another one at once. */
	if (server)
		umcg_count_stopped(info);
	/* Who has just run it clears this, under the lock that this waits for. */
	umcg_await_runner(info);
	WRITE_ONCE(info->held, true);
	if (server && umcg_try_state(info, from, UMCG_TASK_RUNNABLE)) {
		umcg_point(UMCG_POINT_ENQUEUE);
		runner = umcg_detach(info);
		server_tid = server->tid;
		pushed = umcg_push_runnable(info, server);
		if (runner && (runner != server || !pushed))
			umcg_wake(umcg_claim_idle(runner));
		if (!pushed)
			umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_NONE);
	}
	if (!pushed)
		WRITE_ONCE(info->held, false);
	rcu_read_unlock();
	if (pushed)
		*next = umcg_announce(info, server_tid, NULL);
	return pushed;
}

/*
 * The calling worker's own wait has timed out: make it runnable, once.
 *
 * Returns: whom to hand over to, or NULL.
 */
static struct task_struct *umcg_hold_timed_out(struct umcg_info *info,
					       struct pt_regs *regs)
{
	struct task_struct *next = NULL;

	info->deadline = 0;
	/* BLOCKED keeps everybody off until it is on the list. */
	if (!umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_BLOCKED))
		return NULL;
	info->timed_out = true;
	if (regs && !info->wait_left)
		syscall_set_return_value(current, regs, -ETIMEDOUT, 0);
	if (!umcg_enqueue(info, UMCG_TASK_BLOCKED, &next))
		umcg_try_state(info, UMCG_TASK_BLOCKED, UMCG_TASK_NONE);
	return next;
}

/*
 * Does a signal handler run that interrupted the hold? One that was left by a
 * jump does not: the stack pointer is above the frame of the outermost handler, and
 * not on the alternate stack, where a nested one may be.
 */
static bool umcg_in_handler(struct umcg_info *info, struct pt_regs *regs)
{
	unsigned long sp;

	if (!info->sig_depth)
		return false;
	if (!regs)
		return true;
	sp = user_stack_pointer(regs);
	if (on_sig_stack(sp) || (!info->sig_on_altstack && sp <= info->sig_sp))
		return true;
	info->sig_depth = 0;
	info->wait_left = true;
	return false;
}

/**
 * umcg_hold - stop the calling worker until it is RUNNING
 * @info: the worker
 * @regs: its user registers, or NULL
 * @next: whom to hand over to, or NULL
 * @in_call: in umcg_wait(); else on the way to user mode, from wherever
 *
 * Signals end the hold for as long as their handlers run: __umcg_signal_delivered()
 * counts them in, and __umcg_sigreturn() comes back here through
 * TIF_NOTIFY_RESUME.
 *
 *   umcg_hold()                       umcg_attach(), umcg_sleeper()
 *   parked = true                     state = RUNNING
 *   task state = INTERRUPTIBLE        full barrier (cmpxchg)
 *   full barrier (set_current_state)  parked?
 *   state RUNNABLE? -> sleep            yes: wake it
 */
void umcg_hold(struct umcg_info *info, struct pt_regs *regs,
	       struct task_struct *next, bool in_call)
{
	struct umcg_timeout timeout __uninitialized;

	if (umcg_in_handler(info, regs)) {
		umcg_wake(next);
		return;
	}
	umcg_start_timeout(&timeout, info, info->deadline);
	trace_umcg_hold(info);
	umcg_point(UMCG_POINT_HOLD);
	WRITE_ONCE(info->parked, true);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
		if (umcg_state(info) != UMCG_TASK_RUNNABLE)
			break;
		if (signal_pending(current)) {
			set_thread_flag(TIF_NOTIFY_RESUME);
			break;
		}
		if (info->deadline && umcg_timed_out(&timeout)) {
			__set_current_state(TASK_RUNNING);
			umcg_wake(next);
			next = umcg_hold_timed_out(info, regs);
			continue;
		}
		if (in_call)
			umcg_schedule_in_call(info, next);
		else
			umcg_schedule(info, next);
		next = NULL;
	}
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(info->parked, false);
	umcg_wake(next);
	umcg_end_timeout(&timeout);
	if (umcg_state(info) != UMCG_TASK_RUNNABLE)
		umcg_set_managed(info);
}

/*
 * On the way to user mode: a worker that slept, was kicked, or waits by its own
 * wish, is held here.
 */
void __umcg_notify_resume(struct pt_regs *regs)
{
	struct umcg_info *info = umcg_current();
	u32 state = READ_ONCE(info->ut->state) & ~UMCG_TASK_USER_MASK;
	struct task_struct *next = NULL;

	switch (state) {
	case UMCG_TASK_RUNNING:
		info->blocked = false;
		umcg_count_running(info);
		umcg_set_managed(info);
		return;
	case UMCG_TASK_RUNNING | UMCG_TF_PREEMPT:
		info->blocked = false;
		umcg_set_managed(info);
		if (umcg_is_critical(info, 16)) {
			umcg_count(info, UMCG_DEFERRED_PREEMPTS);
			hrtimer_start(&info->recheck, UMCG_RECHECK,
				      HRTIMER_MODE_REL_HARD);
			return;
		}
		if (!umcg_enqueue(info, state, &next))
			return;
		umcg_count(info, UMCG_PREEMPTS);
		break;
	case UMCG_TASK_NONE:
		umcg_set_managed(info);
		fallthrough;
	case UMCG_TASK_BLOCKED:
		if (!info->blocked)
			return;
		info->blocked = false;
		if (!umcg_enqueue(info, state, &next)) {
			umcg_try_state(info, state, UMCG_TASK_NONE);
			return;
		}
		umcg_count(info, UMCG_UNBLOCKS);
		trace_umcg_unblock(info);
		break;
	default:
		break;
	}
	if (READ_ONCE(info->held))
		umcg_hold(info, regs, next, false);
	else
		/* It has been run already, by somebody else. */
		umcg_wake(next);
}

/*
 * A handler is about to run. When it interrupts a worker that may not run, it
 * runs as unmanaged time: until its sigreturn, until a server runs the worker,
 * or until a jump out of it is noticed, see umcg_in_handler().
 */
void __umcg_signal_delivered(void)
{
	struct umcg_info *info = umcg_current();

	if (!READ_ONCE(info->held) && umcg_state(info) != UMCG_TASK_BLOCKED)
		return;
	if (!info->sig_depth++) {
		info->sig_sp = user_stack_pointer(current_pt_regs());
		info->sig_on_altstack = on_sig_stack(info->sig_sp);
	}
}

void __umcg_sigreturn(void)
{
	struct umcg_info *info = umcg_current();

	if (!info->sig_depth)
		return;
	info->sig_depth--;
	set_thread_flag(TIF_NOTIFY_RESUME);
}
