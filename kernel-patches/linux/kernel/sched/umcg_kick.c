// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the system call umcg_kick.
 */

#include <linux/mmu_context.h>
#include <linux/resume_user_mode.h>
#include <linux/syscalls.h>

#include "sched.h"
#include "umcg.h"
#include "umcg_trace.h"

static int umcg_kick_server(struct umcg_info *info)
{
	bool woken;

	raw_spin_lock(&info->lock);
	woken = umcg_set_running(info);
	if (!woken)
		info->kicked = true;
	else
		/* Another server may wait for the worker before this one has the CPU. */
		umcg_let_worker_go(info);
	raw_spin_unlock(&info->lock);
	if (woken)
		try_to_wake_up(info->task, TASK_INTERRUPTIBLE, 0);
	return 0;
}

static int umcg_kick_worker(struct umcg_info *info)
{
	umcg_point(UMCG_POINT_KICK);
	if (umcg_try_state(info, UMCG_TASK_RUNNING,
			   UMCG_TASK_RUNNING | UMCG_TF_PREEMPT)) {
		set_notify_resume(info->task);
		return 0;
	}
	if (umcg_try_state(info, UMCG_TASK_RUNNING | UMCG_TF_PREEMPT,
			   UMCG_TASK_RUNNING | UMCG_TF_PREEMPT))
		return 0;
	return -EAGAIN;
}

/*
 * What umcg_block() would have done, had the worker not been critical. The worker
 * sleeps, or waits for its lock.
 *
 * Context: its lock held.
 * Returns: false if it does not sleep in a block that is hidden.
 */
static bool umcg_reveal(struct umcg_info *info, struct umcg_info *home)
{
	lockdep_assert_held(&info->lock);

	if (!READ_ONCE(info->dozing))
		return false;
	WRITE_ONCE(info->ut->blocked_ts, umcg_now(info));
	umcg_count_stopped(info);
	if (!umcg_try_state(info, UMCG_TASK_RUNNING, UMCG_TASK_BLOCKED) &&
	    !umcg_try_state(info, UMCG_TASK_RUNNING | UMCG_TF_PREEMPT,
			    UMCG_TASK_BLOCKED) &&
	    !umcg_try_state(info, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
			    UMCG_TASK_BLOCKED))
		return false;
	umcg_set_managed(info);
	umcg_count(info, UMCG_BLOCKS);
	trace_umcg_block(info);
	if (home)
		umcg_push_blocked(info, home);
	return true;
}

/*
 * Take a worker that is BLOCKED off the server that runs it. If the worker blocks a
 * second time meanwhile, then that is done for it; if it runs again, nothing is.
 */
static struct umcg_info *umcg_detach_blocked(struct umcg_info *info)
{
	struct umcg_info *server = READ_ONCE(info->runner);
	bool blocked;

	if (!server)
		return NULL;
	raw_spin_lock(&server->lock);
	blocked = server->worker == info &&
		  umcg_state(info) == UMCG_TASK_BLOCKED;
	if (blocked)
		umcg_let_worker_go(server);
	raw_spin_unlock(&server->lock);
	return blocked ? server : NULL;
}

/*
 * A worker that its critical word says should not be stopped sleeps for longer than
 * its server wants to wait: it is BLOCKED from now on.
 *
 *   umcg_kick_blocked()             the worker
 *   its lock                        __umcg_worker_running()
 *   dozing? BLOCKED, listed         dozing: the same lock
 *   (lock released)                 dozing = false
 *   off its server                  BLOCKED? -> RUNNABLE, listed, off its server
 *
 *   umcg_kick_blocked()             umcg_attach(), to join it
 *   state = BLOCKED                 runner = server
 *   full barrier (cmpxchg)          full barrier (cmpxchg)
 *   runner? -> detach, wake it      state RUNNING? no: -EAGAIN
 */
static int umcg_kick_blocked(struct umcg_info *info)
{
	struct umcg_info *runner, *home = umcg_home(info);
	bool revealed;

	raw_spin_lock(&info->lock);
	revealed = umcg_reveal(info, home);
	raw_spin_unlock(&info->lock);
	if (!revealed)
		return -EAGAIN;
	umcg_point(UMCG_POINT_TELL);
	runner = umcg_detach_blocked(info);
	if (runner)
		umcg_wake(umcg_claim_idle(runner));
	if (home && home != runner)
		umcg_wake(umcg_claim_idle(home));
	return 0;
}

/**
 * sys_umcg_kick - preempt a worker, or wake a server
 * @flags: 0 or UMCG_KICK_BLOCKED
 * @tid: the worker or server
 *
 * A RUNNING worker stops at its next return to user mode, on its server's
 * runnable list. A server's umcg_wait(), the current one or else the next one,
 * returns; several kicks before that are one.
 *
 * With UMCG_KICK_BLOCKED a worker that sleeps in a block which its critical word
 * hides becomes BLOCKED at once, and its server's umcg_wait() returns. One that
 * executes is left alone.
 *
 * Returns: 0; -EAGAIN if the worker is not RUNNING, or with UMCG_KICK_BLOCKED not
 * asleep; -ESRCH if this process has no such UMCG task; -EINVAL for unknown flags,
 * or UMCG_KICK_BLOCKED and a server.
 */
SYSCALL_DEFINE2(umcg_kick, u32, flags, pid_t, tid)
{
	struct umcg_info *info;
	int ret = -ESRCH;

	if (flags & ~UMCG_KICK_BLOCKED)
		return -EINVAL;
	rcu_read_lock();
	info = umcg_find(tid);
	if (info) {
		if (!info->is_worker)
			ret = flags ? -EINVAL : umcg_kick_server(info);
		else
			ret = flags ? umcg_kick_blocked(info) :
				      umcg_kick_worker(info);
		trace_umcg_kick(tid, ret);
	}
	rcu_read_unlock();
	return ret;
}
