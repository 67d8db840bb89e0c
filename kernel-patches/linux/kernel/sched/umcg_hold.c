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
#include "umcg_sleep.h"
#include "umcg_trace.h"

/* How soon a preemption that was deferred is tried again. */
#define UMCG_RECHECK	ms_to_ktime(1)

/*
 * Put the calling worker on its server's runnable list, to be held. It is marked as
 * listed before it becomes RUNNABLE, see umcg_claim(), and is RUNNABLE before the push,
 * since a server that finds it on the list may run it.
 *
 * Returns: false if there is no such server, or if user space keeps changing
 * the words that this needs; the worker then goes on unmanaged. *@next is the thread to
 * hand over to. True also where it is RUNNING at once, and not held.
 */
static bool umcg_enqueue(struct umcg_info *info, u32 from, bool yields,
			 struct task_struct **next)
{
	struct umcg_info *server, *runner;
	bool again, pushed = false;
	pid_t server_tid = 0;
	u64 idle_word = 0;

	*next = NULL;
	rcu_read_lock();
	server = umcg_home(info);
	if (server && from == UMCG_TASK_BLOCKED && umcg_run_at_once(info, server)) {
		rcu_read_unlock();
		return true;
	}
	WRITE_ONCE(info->ut->runnable_ts, umcg_now(info));
	/* Uncount it first: once it is RUNNABLE another one may run at once. */
	if (server)
		umcg_count_stopped(info);
	/* A server that has just run it clears what follows, under the same lock. */
	umcg_await_runner(info);
	umcg_await_lister(info);
	umcg_point(UMCG_POINT_MARK);
	WRITE_ONCE(info->held, true);
	again = READ_ONCE(info->listed);
	umcg_set_listed(info, true);
	if (server && umcg_try_state(info, from, UMCG_TASK_RUNNABLE)) {
		umcg_point(UMCG_POINT_ENQUEUE);
		if (yields)
			umcg_take_turn(info, next);
		runner = umcg_detach(info);
		server_tid = server->tid;
		/* Released while it was on a list, or in a queue: it still is. */
		pushed = again || umcg_push_runnable(info, server);
		umcg_has_listed(info, server);
		idle_word = umcg_idle_word(info, server);
		if (runner && (runner != server || !pushed))
			umcg_wake(umcg_claim_idle(runner));
		if (!pushed)
			umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_NONE);
	}
	if (!pushed) {
		WRITE_ONCE(info->held, false);
		if (!again)
			umcg_set_unlisted(info);
		else if (umcg_state(info) == UMCG_TASK_RUNNING)
			umcg_set_listed(info, false);
	}
	rcu_read_unlock();
	if (pushed)
		*next = umcg_announce(idle_word, server_tid, *next);
	else
		umcg_wake(*next);
	return pushed;
}

/*
 * The calling worker's own wait has timed out: make it runnable, once. BLOCKED keeps
 * everybody off until it is on the list.
 *
 * Returns: the thread to hand over to, or NULL.
 */
static struct task_struct *umcg_hold_timed_out(struct umcg_info *info,
					       struct pt_regs *regs)
{
	struct task_struct *next = NULL;
	bool mine;

	info->deadline = 0;
	/* Against umcg_kick_wake(). */
	raw_spin_lock(&info->lock);
	mine = !READ_ONCE(info->listed) &&
	       umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_BLOCKED);
	raw_spin_unlock(&info->lock);
	if (!mine)
		return NULL;
	info->timed_out = true;
	if (regs && !info->wait_left)
		syscall_set_return_value(current, regs, -ETIMEDOUT, 0);
	if (!umcg_enqueue(info, UMCG_TASK_BLOCKED, false, &next))
		umcg_try_state(info, UMCG_TASK_BLOCKED, UMCG_TASK_NONE);
	return next;
}

/*
 * Does a signal handler run that interrupted the hold? It has returned once the stack
 * is as it was. A handler that was left by a jump is found by the stack pointer, which
 * is above the frame of the outermost handler, and not on the alternate stack, where a
 * nested handler may be.
 */
static bool umcg_in_handler(struct umcg_info *info, unsigned long sp)
{
	if (!info->in_handler)
		return false;
	if (sp != info->hold_sp) {
		if (on_sig_stack(sp) && !info->hold_on_altstack)
			return true;
		if (!info->sig_on_altstack && sp <= info->sig_sp)
			return true;
		info->wait_left = true;
	}
	WRITE_ONCE(info->in_handler, false);
	return false;
}

/*
 * Does a tracer make the held worker execute something? A debugger that calls a
 * function puts a frame below what the worker has on its stack, and a single step is
 * to execute an instruction. Its next stop ends that, see __umcg_worker_running().
 */
static bool umcg_is_driven(struct umcg_info *info, unsigned long sp)
{
	return current->ptrace &&
	       (test_thread_flag(TIF_SINGLESTEP) || sp < info->hold_sp);
}

/* Is this unmanaged time, in which a held worker executes all the same? */
static bool umcg_is_excused(struct umcg_info *info, struct pt_regs *regs)
{
	if (likely(!info->in_handler && !current->ptrace))
		return false;
	if (!regs)
		return info->in_handler;
	return umcg_in_handler(info, user_stack_pointer(regs)) ||
	       umcg_is_driven(info, user_stack_pointer(regs));
}

/*
 * May the calling worker sleep on? It is BLOCKED for as long as somebody else lists
 * it, under its lock.
 */
static bool umcg_is_held(struct umcg_info *info)
{
	u32 state = umcg_state(info);

	if (state == UMCG_TASK_RUNNABLE)
		return true;
	if (likely(state != UMCG_TASK_BLOCKED))
		return false;
	raw_spin_lock(&info->lock);
	raw_spin_unlock(&info->lock);
	return umcg_state(info) == UMCG_TASK_RUNNABLE;
}

/* It runs although no server runs it: hold it as soon as it is an ordinary worker. */
static void umcg_hold_later(struct umcg_info *info)
{
	info->blocked = true;
	hrtimer_start(&info->recheck, UMCG_RECHECK, HRTIMER_MODE_REL_HARD);
}

/**
 * umcg_hold - stop the calling worker until it is RUNNING
 * @info: the worker
 * @regs: its user registers, or NULL
 * @next: the thread to hand over to, or NULL
 * @in_call: in umcg_wait(); else on the way to user mode, from wherever
 *
 * Signals end the hold for as long as their handlers run: __umcg_signal_delivered()
 * notes the first, and each system call of a handler, its sigreturn too, comes back
 * here through __umcg_handler_syscall_exit() and TIF_NOTIFY_RESUME.
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
	u32 state;

	if (!in_call && umcg_is_excused(info, regs)) {
		umcg_wake(next);
		return;
	}
	umcg_start_timeout(&timeout, info, info->deadline);
	trace_umcg_hold(info);
	umcg_point(UMCG_POINT_HOLD);
	WRITE_ONCE(info->parked, true);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
		if (!umcg_is_held(info))
			break;
		if (signal_pending(current)) {
			/* Before a handler's frame, or a tracer, changes it. */
			umcg_note_stack(info);
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
	state = umcg_state(info);
	if (state != UMCG_TASK_RUNNABLE)
		umcg_set_managed(info);
	if (unlikely(state == UMCG_TASK_NONE) && umcg_has_inherited(info))
		umcg_hold_later(info);
}

/**
 * umcg_enter_call - a worker starts one of our system calls that must be managed
 * @info: the calling worker
 *
 * A tracer's or a seccomp filter's stop at the entry of the call may have made it
 * BLOCKED. Then it waits here until a server has run it, and is what it was before.
 *
 * Returns: 0; -EAGAIN if a signal came first; -EBUSY in a signal handler; -ESRCH if no
 * server is left for it.
 */
int umcg_enter_call(struct umcg_info *info)
{
	u32 state = READ_ONCE(info->ut->state) & ~UMCG_TASK_USER_MASK;
	struct task_struct *next = NULL;

	if (likely(!info->blocked) ||
	    (state != UMCG_TASK_BLOCKED && state != UMCG_TASK_NONE))
		return 0;
	if (info->in_handler)
		return -EBUSY;
	info->blocked = false;
	if (!umcg_enqueue(info, state, false, &next)) {
		umcg_try_state(info, state, UMCG_TASK_NONE);
		return -ESRCH;
	}
	umcg_count(info, UMCG_UNBLOCKS);
	trace_umcg_unblock(info);
	umcg_hold(info, current_pt_regs(), next, true);
	if (READ_ONCE(info->held))
		return -EAGAIN;
	if (umcg_state(info) == UMCG_TASK_NONE)
		return -ESRCH;
	if (info->waited)
		umcg_try_state(info, UMCG_TASK_RUNNING,
			       UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT);
	return 0;
}

/*
 * On the way to user mode. A worker that slept, was kicked, or waits by its own wish
 * is held here.
 */
void __umcg_notify_resume(struct pt_regs *regs)
{
	struct umcg_info *info = umcg_current();
	u32 state = READ_ONCE(info->ut->state) & ~UMCG_TASK_USER_MASK;
	struct task_struct *next = NULL;
	bool yields = info->yields;

	info->yields = false;
	switch (state) {
	case UMCG_TASK_RUNNING:
		info->blocked = false;
		umcg_count_running(info);
		umcg_set_managed(info);
		return;
	case UMCG_TASK_RUNNING | UMCG_TF_PREEMPT:
		info->blocked = false;
		umcg_set_managed(info);
		if (!yields && (umcg_is_critical(info, 16) ||
				umcg_has_inherited(info))) {
			umcg_count(info, UMCG_DEFERRED_PREEMPTS);
			hrtimer_start(&info->recheck, UMCG_RECHECK,
				      HRTIMER_MODE_REL_HARD);
			return;
		}
		if (!umcg_enqueue(info, state, yields, &next))
			return;
		umcg_count(info, yields ? UMCG_YIELDS : UMCG_PREEMPTS);
		break;
	case UMCG_TASK_NONE:
		umcg_set_managed(info);
		fallthrough;
	case UMCG_TASK_BLOCKED:
		if (!info->blocked)
			return;
		if (umcg_has_inherited(info)) {
			/* From NONE it changes nothing, and is no news. */
			if (state == UMCG_TASK_BLOCKED &&
			    umcg_try_state(info, state, UMCG_TASK_NONE))
				umcg_count(info, UMCG_INHERITS);
			umcg_hold_later(info);
			return;
		}
		info->blocked = false;
		if (!umcg_enqueue(info, state, false, &next)) {
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
		/* Some server has run it already. */
		umcg_wake(next);
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

/*
 * A handler is about to run. When it interrupts a worker that may not run, its time is
 * unmanaged: until its sigreturn, until a server runs the worker, or until a jump out
 * of it is noticed, see umcg_in_handler().
 */
void __umcg_signal_delivered(void)
{
	struct umcg_info *info = umcg_current();
	unsigned long sp = user_stack_pointer(current_pt_regs());

	if (!READ_ONCE(info->held) && umcg_state(info) != UMCG_TASK_BLOCKED)
		return;
	set_syscall_work(UMCG_HANDLER);
	if (!info->in_handler) {
		info->sig_sp = sp;
		info->hold_on_altstack = on_sig_stack(info->hold_sp);
		info->sig_on_altstack = on_sig_stack(sp) && !info->hold_on_altstack;
		WRITE_ONCE(info->in_handler, true);
	} else if (!info->sig_on_altstack && !on_sig_stack(sp)) {
		/* The handler before may have been left by a jump to above it. */
		info->sig_sp = max(info->sig_sp, sp);
	}
}

/* A thread that was in such a handler, or the child of one, ends a system call. */
void __umcg_handler_syscall_exit(void)
{
	struct umcg_info *info = umcg_current();

	if (info && READ_ONCE(info->in_handler))
		set_thread_flag(TIF_NOTIFY_RESUME);
	else
		clear_syscall_work(UMCG_HANDLER);
}
