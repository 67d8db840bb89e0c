// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the system call umcg_kick.
 */

#include <linux/mmu_context.h>
#include <linux/resume_user_mode.h>
#include <linux/syscalls.h>

#include "sched.h"
#include "umcg.h"
#include "umcg_sleep.h"
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
		umcg_drop_worker(info);
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
	bool waited;

	lockdep_assert_held(&info->lock);

	if (!READ_ONCE(info->dozing))
		return false;
	WRITE_ONCE(info->ut->blocked_ts, umcg_now(info));
	umcg_count_stopped(info);
	waited = umcg_try_state(info, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
				UMCG_TASK_BLOCKED);
	if (!waited &&
	    !umcg_try_state(info, UMCG_TASK_RUNNING, UMCG_TASK_BLOCKED) &&
	    !umcg_try_state(info, UMCG_TASK_RUNNING | UMCG_TF_PREEMPT,
			    UMCG_TASK_BLOCKED))
		return false;
	umcg_set_managed(info);
	umcg_note_stack(info);
	info->waited = waited;
	umcg_count(info, UMCG_BLOCKS);
	trace_umcg_block(info);
	if (home)
		umcg_push_blocked(info, home);
	return true;
}

/*
 * Take a worker that is BLOCKED off the server that runs it, also where it has blocked
 * a second time meanwhile. If it runs again, leave it alone.
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
		umcg_drop_worker(server);
	raw_spin_unlock(&server->lock);
	return blocked ? server : NULL;
}

/*
 * A worker sleeps in a block that its critical word hides, for longer than its server
 * wants to wait: it is BLOCKED from now on.
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

/* A worker has not stopped: if it is on its way to umcg_wait(), that call returns. */
static int umcg_wake_early(struct umcg_info *info)
{
	return umcg_set_running(info) ? 0 : -EAGAIN;
}

/*
 * A worker waits by its own wish: put it on its server's list. It is held, and on no
 * server.
 *
 * Returns: 1 if somebody is about to run it; else as umcg_kick_wake().
 */
static int umcg_wake_held(struct umcg_info *info, struct umcg_info *home)
{
	int ret = 0;

	lockdep_assert_held(&info->lock);

	if (READ_ONCE(info->listed) ||
	    (!umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_BLOCKED) &&
	     !umcg_try_state(info, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
			     UMCG_TASK_BLOCKED)))
		return -EAGAIN;
	umcg_point(UMCG_POINT_WAKE);
	if (READ_ONCE(info->runner)) {
		ret = 1;
	} else {
		WRITE_ONCE(info->ut->runnable_ts, umcg_now(info));
		umcg_set_listed(info, true);
	}
	umcg_try_state(info, UMCG_TASK_BLOCKED, UMCG_TASK_RUNNABLE);
	if (!ret && !umcg_push_runnable(info, home)) {
		umcg_set_unlisted(info);
		ret = -EAGAIN;
	}
	return ret;
}

/*
 * End a worker's wait. Nobody else can run it, list it, or let it stop meanwhile:
 *
 *   umcg_kick_wake()                the worker, or its server
 *   runner's lock, if it has one    umcg_stop_served(): runner's lock
 *   its lock                        umcg_stop_unserved(), timeout: its lock
 *   RUNNABLE -> BLOCKED             umcg_claim(): RUNNABLE -> RUNNING
 *   runner? -> take that back       see there
 *   listed, RUNNABLE, pushed        umcg_is_held(): BLOCKED? its lock
 *
 * Returns: 0; -EAGAIN if it does not wait; *@home is the server that has it on its
 * list, or NULL.
 */
static int umcg_kick_wake(struct umcg_info *info, struct umcg_info **home)
{
	struct umcg_info *runner;
	int tries, ret = 1;

	*home = NULL;
	for (tries = 0; ret > 0 && tries < UMCG_TRIES; tries++) {
		/* Pairs with umcg_stop_served(): held before runner is cleared. */
		runner = smp_load_acquire(&info->runner);
		if (runner)
			raw_spin_lock(&runner->lock);
		raw_spin_lock_nested(&info->lock, SINGLE_DEPTH_NESTING);
		if (READ_ONCE(info->runner) != runner) {
			ret = 1;
		} else if (runner || !READ_ONCE(info->held)) {
			ret = umcg_wake_early(info);
		} else {
			*home = umcg_home(info);
			ret = *home ? umcg_wake_held(info, *home) : -EAGAIN;
		}
		raw_spin_unlock(&info->lock);
		if (runner)
			raw_spin_unlock(&runner->lock);
	}
	if (ret)
		*home = NULL;
	else if (*home)
		umcg_has_listed(info, *home);
	return ret > 0 ? -EAGAIN : ret;
}

static int umcg_kick_task(struct umcg_info *info, u32 flags,
			  struct umcg_info **home)
{
	if (!info->is_worker)
		return flags ? -EINVAL : umcg_kick_server(info);
	switch (flags) {
	case UMCG_KICK_BLOCKED:
		return umcg_kick_blocked(info);
	case UMCG_KICK_WAKE:
		return umcg_kick_wake(info, home);
	default:
		return umcg_kick_worker(info);
	}
}

/**
 * sys_umcg_kick - preempt a worker, wake a worker, or wake a server
 * @flags: 0, UMCG_KICK_BLOCKED or UMCG_KICK_WAKE
 * @tid: the worker or server
 *
 * A RUNNING worker stops at its next return to user mode, on its server's
 * runnable list. A server's umcg_wait(), the current one or else the next one,
 * returns; several kicks before that are one.
 *
 * With UMCG_KICK_BLOCKED a worker that sleeps in a block which its critical word
 * hides becomes BLOCKED at once, and its server's umcg_wait() returns. A worker that
 * executes is left alone.
 *
 * With UMCG_KICK_WAKE a worker that waits in umcg_wait(), on no list, is listed as
 * runnable; one that is RUNNABLE and on its way there is RUNNING again.
 *
 * Returns: 0; -EAGAIN if the worker is not RUNNING, or with UMCG_KICK_BLOCKED not
 * asleep, or with UMCG_KICK_WAKE does not wait; -ESRCH if this process has no such
 * UMCG task; -EINVAL for unknown flags, both flags, or a flag and a server.
 */
SYSCALL_DEFINE2(umcg_kick, u32, flags, pid_t, tid)
{
	struct umcg_info *info, *home = NULL;
	pid_t home_tid = 0;
	u64 idle_word = 0;
	int ret = -ESRCH;

	if (flags && flags != UMCG_KICK_BLOCKED && flags != UMCG_KICK_WAKE)
		return -EINVAL;
	rcu_read_lock();
	info = umcg_find(tid);
	if (info) {
		ret = umcg_kick_task(info, flags, &home);
		trace_umcg_kick(tid, ret);
	}
	if (home) {
		home_tid = home->tid;
		idle_word = READ_ONCE(info->ut->idle_server_tid_ptr);
	}
	rcu_read_unlock();
	if (home_tid)
		umcg_wake(umcg_announce(idle_word, home_tid, NULL));
	return ret;
}
