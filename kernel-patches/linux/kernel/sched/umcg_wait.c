// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the system call umcg_wait.
 *
 * How workers and servers hand over, and what orders it, is in umcg.c.
 */

#include <linux/mmu_context.h>
#include <linux/resume_user_mode.h>
#include <linux/sched/signal.h>
#include <linux/syscalls.h>

#include "sched.h"
#include "umcg.h"
#include "umcg_trace.h"

/* There is nothing to wait for: the caller goes on as RUNNING. */
static int umcg_end_wait(struct umcg_info *info, int ret)
{
	umcg_set_running(info);
	return ret;
}

/* The worker that the caller names; *@next is NULL when it names none. */
static __always_inline int umcg_find_next(struct umcg_info *info, struct umcg_info **next)
{
	u32 tid = READ_ONCE(info->ut->next_tid);

	*next = NULL;
	if (!tid || tid & UMCG_NEXT_TID_CONSUMED)
		return 0;
	*next = umcg_find(tid);
	return *next && (*next)->is_worker && *next != info ? 0 : -ESRCH;
}

static void umcg_consume_next_tid(struct umcg_info *info,
				  const struct umcg_info *next)
{
	WRITE_ONCE(info->ut->next_tid, next->tid | UMCG_NEXT_TID_CONSUMED);
}

/* @to runs instead of @from. Returns: true if that changes no sum. */
static bool umcg_count_moved(struct umcg_info *from, struct umcg_info *to)
{
	if (!READ_ONCE(from->counted) || xchg(&to->counted, 1))
		return false;
	WRITE_ONCE(from->counted, 0);
	return true;
}

/*
 * A worker that has just been made RUNNING sleeps in unmanaged time, in a signal
 * handler say: the server would only go to sleep behind it. It becomes BLOCKED, as
 * if it had been run and had blocked at once, which is what it looks like.
 *
 * Returns: as umcg_attach().
 */
static int umcg_claim_dozing(struct umcg_info *info)
{
	struct umcg_info *server;
	int ret = 0;

	/* Against __umcg_worker_running(). */
	raw_spin_lock_nested(&info->lock, SINGLE_DEPTH_NESTING);
	if (info->dozing) {
		WRITE_ONCE(info->ut->blocked_ts, umcg_now(info));
		WRITE_ONCE(info->listed, false);
		WRITE_ONCE(info->held, false);
		if (umcg_try_state(info, UMCG_TASK_RUNNING, UMCG_TASK_BLOCKED)) {
			umcg_count(info, UMCG_BLOCKS);
			server = umcg_find_server(READ_ONCE(info->ut->server_tid));
			if (server)
				umcg_push_blocked(info, server);
			ret = UMCG_BLOCKED_AT_ONCE;
		}
	}
	raw_spin_unlock(&info->lock);
	return ret;
}

/*
 * RUNNABLE -> RUNNING, or RUNNING already. A listed worker in state NONE has been
 * let go while it was held, see umcg_rescue.c.
 *
 * Returns: as umcg_attach().
 */
static __always_inline int umcg_claim(struct umcg_info *info, bool join)
{
	if (!join &&
	    (umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_RUNNING) ||
	     (READ_ONCE(info->listed) &&
	      umcg_try_state(info, UMCG_TASK_NONE, UMCG_TASK_RUNNING))))
		/* Pairs with umcg_doze(). */
		return READ_ONCE(info->dozing) ? umcg_claim_dozing(info) : 0;
	return umcg_state(info) == UMCG_TASK_RUNNING ? 0 : -EAGAIN;
}

/**
 * umcg_attach - make a worker RUNNING, and the one that a server runs
 * @server: the server: the caller, or the one that runs the caller
 * @info: the worker
 * @from: the worker that stops for it, or NULL
 * @join: it must be RUNNING already
 *
 *   umcg_attach()                 umcg_leave(), umcg_block()
 *   runner = server               dead = true, or state = BLOCKED
 *   full barrier (cmpxchg)        full barrier
 *   dead? state RUNNABLE?         runner? -> detach it, wake it
 *
 * Context: RCU read side, @server's lock held.
 * Returns: 0; -EAGAIN when the worker cannot be run now; UMCG_BLOCKED_AT_ONCE
 * when it has been run, but the server has none.
 */
static __always_inline int umcg_attach(struct umcg_info *server,
				       struct umcg_info *info,
				       struct umcg_info *from, bool join)
{
	bool moved = false, counted = false;
	int ret = -EAGAIN;

	lockdep_assert_held(&server->lock);

	if (cmpxchg(&info->runner, NULL, server))
		return -EAGAIN;
	/*
	 * Counted first: once RUNNING it may stop, and be uncounted, at once. One that
	 * is RUNNING has been counted, or is uncounted already and about to stop.
	 */
	if (umcg_state(info) != UMCG_TASK_RUNNING) {
		moved = from && umcg_count_moved(from, info);
		counted = moved || umcg_count_running(info);
	}
	umcg_point(UMCG_POINT_ATTACH);
	if (!READ_ONCE(info->dead))
		ret = umcg_claim(info, join);
	if (ret) {
		if (moved)
			umcg_count_moved(info, from);
		else if (counted)
			umcg_count_stopped(info);
		WRITE_ONCE(info->runner, NULL);
		return ret;
	}
	if (from && !moved)
		umcg_count_stopped(from);
	WRITE_ONCE(info->listed, false);
	WRITE_ONCE(info->held, false);
	server->worker = info;
	if (counted) {
		umcg_count(info, UMCG_RUNS);
		trace_umcg_run(info);
	}
	return 0;
}

/*
 * Start the wait: take the worker, if the server names one, and make it RUNNING.
 * *@task is its thread, if that sleeps.
 */
static int umcg_server_run(struct umcg_info *info, bool join,
			   struct task_struct **task)
{
	struct umcg_info *next;
	int ret;

	rcu_read_lock();
	ret = umcg_find_next(info, &next);
	if (ret)
		goto out;
	umcg_point(UMCG_POINT_FOUND);
	raw_spin_lock(&info->lock);
	if (info->kicked || umcg_state(info) != UMCG_TASK_RUNNABLE)
		ret = -EAGAIN;
	else if (next)
		ret = umcg_attach(info, next, NULL, join);
	info->kicked = false;
	raw_spin_unlock(&info->lock);
	if (ret >= 0 && next) {
		umcg_consume_next_tid(info, next);
		*task = umcg_sleeper(next);
	}
out:
	rcu_read_unlock();
	return ret;
}

/* Sleep until somebody sets the server's state to RUNNING; @next runs first. */
static int umcg_server_sleep(struct umcg_info *info, u64 abs_timeout_ns,
			     struct task_struct *next)
{
	struct umcg_timeout timeout __uninitialized;
	int ret = 0;

	umcg_start_timeout(&timeout, info, abs_timeout_ns);
	umcg_point(UMCG_POINT_SLEEP);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE | TASK_FREEZABLE);
		if (umcg_state(info) != UMCG_TASK_RUNNABLE)
			break;
		if (signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		if (umcg_timed_out(&timeout)) {
			ret = -ETIMEDOUT;
			break;
		}
		umcg_schedule_in_call(info, next);
		next = NULL;
	}
	__set_current_state(TASK_RUNNING);
	umcg_wake(next);
	umcg_end_timeout(&timeout);
	return ret;
}

static int umcg_wait_server(struct umcg_info *info, u32 flags,
			    u64 abs_timeout_ns)
{
	struct task_struct *next = NULL;
	int ret;

	ret = umcg_server_run(info, flags & UMCG_WAIT_JOIN, &next);
	if (ret) {
		umcg_wake(next);
		return umcg_end_wait(info, ret == UMCG_BLOCKED_AT_ONCE ? 0 : ret);
	}
	ret = umcg_server_sleep(info, abs_timeout_ns, next);

	/* Whoever woke us, we run now; a worker that still does is on its own. */
	raw_spin_lock(&info->lock);
	umcg_let_worker_go(info);
	/* Somebody was faster than the signal or the timeout: that counts. */
	if (!umcg_set_running(info))
		ret = 0;
	raw_spin_unlock(&info->lock);
	return ret;
}

/*
 * Take the calling worker off its server, which then runs @next, or idles: *@idle
 * is that server, to be woken.
 *
 * Under the lock the caller must still be RUNNABLE: when its server has moved
 * on, another one may have run it since, and it must not stop that run.
 */
static int umcg_worker_stop(struct umcg_info *info, struct umcg_info *next,
			    struct umcg_info **idle)
{
	struct umcg_info *server = READ_ONCE(info->runner);
	int ret = next ? -EAGAIN : 0;

	*idle = NULL;
	if (!server) {
		WRITE_ONCE(info->held, !ret);
		return ret;
	}
	raw_spin_lock(&server->lock);
	if (server->worker != info) {
		WRITE_ONCE(info->held, !ret);
		goto out;
	}
	ret = -EAGAIN;
	if (umcg_state(info) != UMCG_TASK_RUNNABLE)
		goto out;
	ret = next ? umcg_attach(server, next, info, false) : UMCG_BLOCKED_AT_ONCE;
	if (ret < 0)
		goto out;
	if (ret == UMCG_BLOCKED_AT_ONCE) {
		umcg_count_stopped(info);
		server->worker = NULL;
		*idle = server;
	}
	ret = 0;
	/* Before anybody can run it again, which clears this. */
	WRITE_ONCE(info->held, true);
	WRITE_ONCE(info->runner, NULL);
out:
	raw_spin_unlock(&server->lock);
	return ret;
}

/*
 * The worker's own wish to stop: leave the server, be listed if it yields, and
 * be held, here and, after a signal, on the way to user mode. The switch comes
 * first: when it fails, the caller is on no list and still runs.
 */
static int umcg_wait_worker(struct umcg_info *info, u32 flags,
			    u64 abs_timeout_ns)
{
	pid_t server_tid = READ_ONCE(info->ut->server_tid);
	struct umcg_info *server = NULL, *next, *idle;
	struct task_struct *task = NULL;
	int ret;

	rcu_read_lock();
	ret = umcg_find_next(info, &next);
	if (flags & UMCG_WAIT_YIELD) {
		server = umcg_find_server(server_tid);
		if (!server)
			ret = -ESRCH;
	}
	if (ret)
		goto out;
	ret = umcg_worker_stop(info, next, &idle);
	if (ret)
		goto out;
	info->deadline = abs_timeout_ns;
	info->timed_out = false;
	info->wait_left = false;
	if (READ_ONCE(info->ut->state) & UMCG_TF_COND_WAIT)
		umcg_try_state(info, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
			       UMCG_TASK_RUNNABLE);
	if (server)
		umcg_push_runnable(info, server);
	if (next)
		umcg_consume_next_tid(info, next);
	/* With both, the next one blocked at once, and need not be woken. */
	task = idle ? umcg_claim_idle(idle) : next ? umcg_sleeper(next) : NULL;
out:
	rcu_read_unlock();
	if (ret)
		return umcg_end_wait(info, ret);
	if (server && server != idle)
		task = umcg_announce(info, server_tid, task);
	umcg_hold(info, current_pt_regs(), task, true);
	if (umcg_state(info) == UMCG_TASK_NONE)
		return -ESRCH;
	return info->timed_out ? -ETIMEDOUT : 0;
}

/**
 * sys_umcg_wait - stop running, and let somebody else run
 * @flags: worker: UMCG_WAIT_YIELD or 0; server: UMCG_WAIT_JOIN or 0
 * @abs_timeout_ns: when to stop waiting, on the clock of the registration; 0:
 *	never. A yielding worker has none, it is runnable already.
 *
 * The caller has set its state to RUNNABLE, and next_tid to whom it wants to
 * run. A server sleeps until its worker stops, until it is kicked, or, when it
 * runs nobody, until a worker on its lists needs it. A worker is held until
 * somebody runs it.
 *
 * Ordering: a full barrier between all that the caller did before and its
 * becoming runnable or idle for others.
 *
 * Returns:
 * * 0		- it was run, or woken, again
 * * -EAGAIN	- nobody waited: the caller was RUNNING, that is something
 *		  happened since it became RUNNABLE, or it was kicked; or the
 *		  worker that it names cannot be run now
 * * -ESRCH	- next_tid is no worker of this process, or a yielding worker's
 *		  server_tid no server; or a waiting worker has no server left that
 *		  could run it, and goes on unmanaged
 * * -ETIMEDOUT	- nobody came in time
 * * -EINTR	- server: a signal came first
 * * -EBUSY	- worker: called by a signal handler while it is held
 * * -EINVAL	- not registered, unknown flags, of the call or in the state, or
 *		  a state that is neither RUNNABLE nor RUNNING
 *
 * After any return the caller is RUNNING; next_tid has UMCG_NEXT_TID_CONSUMED
 * exactly if the switch happened.
 */
SYSCALL_DEFINE2(umcg_wait, u32, flags, u64, abs_timeout_ns)
{
	struct umcg_info *info = umcg_current();
	u32 state;
	int ret;

	if (!info || abs_timeout_ns > KTIME_MAX)
		return -EINVAL;
	if (flags & ~(info->is_worker ? UMCG_WAIT_YIELD : UMCG_WAIT_JOIN))
		return -EINVAL;
	if (abs_timeout_ns && (flags & UMCG_WAIT_YIELD))
		return -EINVAL;
	if (READ_ONCE(info->held))
		return -EBUSY;
	umcg_publish_tid(info);

	state = READ_ONCE(info->ut->state) &
		~(UMCG_TASK_USER_MASK | UMCG_TF_KNOWN);
	if (state != UMCG_TASK_RUNNING && state != UMCG_TASK_RUNNABLE)
		return -EINVAL;

	if (abs_timeout_ns)
		abs_timeout_ns = umcg_host_time(info, abs_timeout_ns);
	if (!info->is_worker) {
		WRITE_ONCE(info->waiting, true);
		ret = umcg_wait_server(info, flags, abs_timeout_ns);
		WRITE_ONCE(info->waiting, false);
		WRITE_ONCE(info->moves, info->moves + 1);
		umcg_start_watchdog(info->group);
		return ret;
	}
	if (state == UMCG_TASK_RUNNING)
		return -EAGAIN;
	return umcg_wait_worker(info, flags, abs_timeout_ns);
}
