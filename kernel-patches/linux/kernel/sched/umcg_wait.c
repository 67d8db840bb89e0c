// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the system call umcg_wait.
 *
 * What orders a server's wait against workers that are listed is at the top of umcg.c.
 */

#include <linux/mmu_context.h>
#include <linux/resume_user_mode.h>
#include <linux/sched/signal.h>
#include <linux/syscalls.h>

#include "sched.h"
#include "umcg.h"
#include "umcg_attach.h"
#include "umcg_sleep.h"
#include "umcg_watchdog.h"

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
	*next = umcg_find_in(info->group, tid);
	return *next && (*next)->is_worker && *next != info ? 0 : -ESRCH;
}

static void umcg_consume_next_tid(struct umcg_info *info,
				  const struct umcg_info *next)
{
	WRITE_ONCE(info->ut->next_tid, next->tid | UMCG_NEXT_TID_CONSUMED);
}

/*
 * Start the wait: take the worker, if the server names one, and make it RUNNING.
 * *@task is its thread, if that sleeps.
 */
static int umcg_server_run(struct umcg_info *info, enum umcg_claim claim,
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
	else if (next && claim == UMCG_CLAIM_JOIN)
		ret = umcg_attach(info, next, NULL, UMCG_CLAIM_JOIN);
	else if (next)
		ret = umcg_attach(info, next, NULL, UMCG_CLAIM_HELD);
	info->kicked = false;
	info->settled = !ret;
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

	ret = umcg_server_run(info, flags & UMCG_WAIT_JOIN ? UMCG_CLAIM_JOIN :
			      UMCG_CLAIM_HELD, &next);
	if (ret) {
		umcg_wake(next);
		return umcg_end_wait(info, ret == UMCG_BLOCKED_AT_ONCE ? 0 : ret);
	}
	ret = umcg_server_sleep(info, abs_timeout_ns, next);

	/* The server runs now; a worker that still does is on its own. */
	raw_spin_lock(&info->lock);
	umcg_drop_worker(info);
	info->settled = false;
	/* A waker was faster than the signal or the timeout: that counts. */
	if (!umcg_set_running(info))
		ret = 0;
	raw_spin_unlock(&info->lock);
	return ret;
}

/* The calling worker stops by its own wish: servers that may run it find it held. */
static void umcg_set_stopped(struct umcg_info *info, u32 flags)
{
	if (flags & UMCG_WAIT_YIELD)
		umcg_set_listed(info, true);
	WRITE_ONCE(info->held, true);
}

/*
 * The calling worker stops, and no server waits for it. A server may be about to wait
 * for it, or to run it:
 *
 *   umcg_stop_unserved()            umcg_attach()
 *   lock                            runner = server
 *   held, listed = true             full barrier (cmpxchg)
 *   full barrier                    join: lock, held? unlock
 *   runner? -> not stopped          else: listed?
 *   unlock
 *
 * Returns: 0; -EAGAIN if it was woken meanwhile; 1 if there is a server.
 */
static int umcg_stop_unserved(struct umcg_info *info, u32 flags)
{
	bool listed = READ_ONCE(info->listed);
	int ret = -EAGAIN;

	raw_spin_lock(&info->lock);
	if (umcg_state(info) == UMCG_TASK_RUNNABLE) {
		/* Uncount it first: once held it may be run. */
		umcg_count_stopped(info);
		umcg_set_stopped(info, flags);
		smp_mb(); /* see above */
		ret = READ_ONCE(info->runner) ? 1 : 0;
		if (ret) {
			if (!listed && flags & UMCG_WAIT_YIELD)
				umcg_set_unlisted(info);
			WRITE_ONCE(info->held, false);
			umcg_count_running(info);
		}
	}
	raw_spin_unlock(&info->lock);
	return ret;
}

/* The same where @server runs it; the server then runs @next, or idles. */
static int umcg_stop_served(struct umcg_info *info, u32 flags,
			    struct umcg_info *server, struct umcg_info *next,
			    struct umcg_info **idle)
{
	int ret = -EAGAIN;

	raw_spin_lock(&server->lock);
	if (server->worker != info) {
		ret = 1;
		goto out;
	}
	/*
	 * When its server has moved on, another server may have run it since, and the
	 * worker must not stop that run.
	 */
	if (umcg_state(info) != UMCG_TASK_RUNNABLE)
		goto out;
	ret = UMCG_BLOCKED_AT_ONCE;
	if (next)
		ret = umcg_attach(server, next, info, UMCG_CLAIM_HELD);
	if (ret < 0)
		goto out;
	if (ret == UMCG_BLOCKED_AT_ONCE) {
		umcg_count_stopped(info);
		WRITE_ONCE(server->worker, NULL);
		*idle = server;
	}
	ret = 0;
	/* Before anybody can run it again, which clears this. */
	umcg_set_stopped(info, flags);
	/* Pairs with umcg_kick_wake(). */
	smp_store_release(&info->runner, NULL);
out:
	raw_spin_unlock(&server->lock);
	return ret;
}

/*
 * Take the calling worker off its server, which then runs @next, or idles: *@idle
 * is that server, to be woken.
 */
static int umcg_worker_stop(struct umcg_info *info, u32 flags,
			    struct umcg_info *next, struct umcg_info **idle)
{
	struct umcg_info *server;
	int ret;

	*idle = NULL;
	do {
		server = READ_ONCE(info->runner);
		if (server)
			ret = umcg_stop_served(info, flags, server, next, idle);
		else
			ret = next ? -EAGAIN : umcg_stop_unserved(info, flags);
	} while (ret > 0);
	return ret;
}

/* The server whose list a worker that yields is put on, without a look-up if it can be. */
static struct umcg_info *umcg_yield_server(struct umcg_info *info)
{
	struct umcg_info *runner = READ_ONCE(info->runner);
	pid_t tid = READ_ONCE(info->ut->server_tid);

	return runner && runner->tid == tid ? runner : umcg_find_server(tid);
}

/*
 * The worker's own wish to stop: leave the server, be listed if it yields, and
 * be held, here and, after a signal, on the way to user mode. The switch comes
 * first: when it fails, the caller is on no list and still runs.
 */
static int umcg_wait_worker(struct umcg_info *info, u32 flags,
			    u64 abs_timeout_ns)
{
	struct umcg_info *server = NULL, *next, *idle;
	struct task_struct *task = NULL;
	pid_t server_tid = 0;
	bool again = false;
	int ret;

	rcu_read_lock();
	ret = umcg_find_next(info, &next);
	if (flags & UMCG_WAIT_YIELD) {
		/* Released while it was on a list, or in a queue: it still is. */
		again = READ_ONCE(info->listed);
		umcg_await_lister(info);
		server = umcg_yield_server(info);
		if (!server)
			ret = -ESRCH;
		else
			server_tid = server->tid;
	}
	if (!ret)
		ret = umcg_worker_stop(info, flags, next, &idle);
	if (ret) {
		rcu_read_unlock();
		return umcg_end_wait(info, ret);
	}
	info->deadline = abs_timeout_ns;
	info->timed_out = false;
	info->wait_left = false;
	umcg_try_state(info, UMCG_TASK_RUNNABLE | UMCG_TF_COND_WAIT,
		       UMCG_TASK_RUNNABLE);
	if (server && (again || umcg_push_runnable(info, server))) {
		umcg_has_listed(info, server);
	} else if (server) {
		/* No server would find it: it goes on, unmanaged. */
		umcg_set_unlisted(info);
		umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_NONE);
		server = NULL;
	}
	if (next)
		umcg_consume_next_tid(info, next);
	/* With both, the next one blocked at once, and need not be woken. */
	task = idle ? umcg_claim_idle(idle) : next ? umcg_sleeper(next) : NULL;
	rcu_read_unlock();
	if (server && server != idle)
		task = umcg_announce(READ_ONCE(info->ut->idle_server_tid_ptr),
				     server_tid, task);
	umcg_hold(info, current_pt_regs(), task, true);
	if (umcg_state(info) == UMCG_TASK_NONE)
		return -ESRCH;
	return info->timed_out ? -ETIMEDOUT : 0;
}

/**
 * sys_umcg_wait - stop running, and let another task run
 * @flags: worker: UMCG_WAIT_YIELD or 0; server: UMCG_WAIT_JOIN or 0
 * @abs_timeout_ns: when to stop waiting, on the clock of the registration; 0:
 *	never. A yielding worker has none, it is runnable already.
 *
 * The caller has set its state to RUNNABLE, and next_tid to the worker that it wants
 * to run. A server sleeps until its worker stops, until it is kicked, or, when it runs
 * nobody, until a worker on its lists needs it. A worker is held until a server runs
 * it.
 *
 * Ordering: a full barrier between all that the caller did before and its
 * becoming runnable or idle for others.
 *
 * Returns:
 * * 0		- it was run, or woken, again
 * * -EAGAIN	- nobody waited: the caller was RUNNING, that is something
 *		  happened since it became RUNNABLE, or it was kicked; or the
 *		  worker that it names cannot be run now, or is on a list
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
 * exactly if the worker that it names has been run.
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
	if (unlikely(info->blocked)) {
		ret = umcg_enter_call(info);
		if (ret)
			return ret;
	}

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
