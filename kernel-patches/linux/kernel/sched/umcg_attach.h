/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_ATTACH_H
#define _KERNEL_SCHED_UMCG_ATTACH_H

/*
 * How a server takes a worker and makes it RUNNING. Part of umcg_wait.c and umcg_turn.c,
 * since every switch passes through all of it.
 */

#include "umcg.h"
#include "umcg_trace.h"

/* What umcg_attach() returns besides 0 and errors. */
#define UMCG_BLOCKED_AT_ONCE	1

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
 * handler say, and the server would go to sleep behind it. So it becomes BLOCKED, as
 * if it had been run and had blocked at once.
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
 * What makes a worker RUNNING, or finds that it is.
 *
 * UMCG_CLAIM_HELD: RUNNABLE -> RUNNING, unless the worker is on a list still: the
 * server that takes the list is to run it. The worker's @runner is reserved by now, so
 * that a timeout or a wake-up that is listing it is over, or waits for us, or comes
 * later:
 *
 *   umcg_claim()                    umcg_enqueue(), umcg_kick_wake()
 *   runner = server                 state = BLOCKED
 *   full barrier (cmpxchg)          full barrier (cmpxchg)
 *   state RUNNABLE?                 runner? -> wait until it is over
 *   read barrier                    listed, listing = true
 *   listed? then listing, or        full barrier (xchg)
 *   found on the list?              state = RUNNABLE, push
 *   state RUNNABLE -> RUNNING       listing = false
 *
 * A listed worker in state NONE has been released while it was held, see umcg_release.c.
 *
 * UMCG_CLAIM_LISTED: the same for a worker that is alone on @server's list, and is taken
 * from there first. Its @runner is reserved, so that nobody else can run it between the
 * two.
 *
 * UMCG_CLAIM_JOIN: the worker must execute: RUNNING, or RUNNABLE and on its way to
 * umcg_wait(), where umcg_stop_unserved() finds that somebody waits for it.
 */
enum umcg_claim {
	UMCG_CLAIM_HELD,
	UMCG_CLAIM_LISTED,
	UMCG_CLAIM_JOIN,
};

/* Was @info last listed with @server, whose list is empty now? See umcg_is_on_list(). */
static __always_inline bool umcg_was_taken(struct umcg_info *server,
					   struct umcg_info *info)
{
	/* Pairs with umcg_push_runnable(). */
	return !smp_load_acquire(&info->listing) &&
	       READ_ONCE(info->list_tid) == server->tid &&
	       !READ_ONCE(server->ut->runnable_workers_ptr);
}

static __always_inline bool umcg_is_free(struct umcg_info *server,
					 struct umcg_info *info)
{
	u32 state = umcg_state(info);

	if (state != UMCG_TASK_RUNNABLE && state != UMCG_TASK_NONE)
		return false;
	smp_rmb(); /* state before listed; see above */
	if (likely(!READ_ONCE(info->listed)))
		return state == UMCG_TASK_RUNNABLE;
	return umcg_was_taken(server, info) || !umcg_is_on_list(info);
}

static bool umcg_is_on_its_way(struct umcg_info *info)
{
	bool on_its_way;

	/* Against umcg_stop_unserved(). */
	raw_spin_lock_nested(&info->lock, SINGLE_DEPTH_NESTING);
	on_its_way = umcg_state(info) == UMCG_TASK_RUNNABLE;
	smp_rmb(); /* state before held; pairs with umcg_enqueue() */
	on_its_way &= !READ_ONCE(info->held);
	raw_spin_unlock(&info->lock);
	return on_its_way;
}

/* The worker is RUNNING because of us: umcg_enqueue() waits for our lock meanwhile. */
static __always_inline int umcg_was_claimed(struct umcg_info *info)
{
	umcg_set_listed(info, false);
	WRITE_ONCE(info->held, false);
	/* Pairs with umcg_doze(). */
	return READ_ONCE(info->dozing) ? umcg_claim_dozing(info) : 0;
}

/* RUNNABLE -> RUNNING; the same where it has been released while it was listed. */
static __always_inline bool umcg_set_claimed(struct umcg_info *info)
{
	return umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_RUNNING) ||
	       (READ_ONCE(info->listed) &&
		umcg_try_state(info, UMCG_TASK_NONE, UMCG_TASK_RUNNING));
}

/*
 * Take a worker that is alone on @server's runnable list, as user space takes the list.
 * The kernel does not push it again, on top of others, between the look at its link and
 * the cmpxchg: its @runner is @server, for whose lock it would wait if it executed. User
 * space may, which has taken it and gives it back: then they are all taken, and put back.
 *
 * Returns: false if it is not there, or not alone.
 */
static __always_inline bool umcg_take_only(struct umcg_info *info, struct umcg_info *server)
{
	u64 *head = &server->ut->runnable_workers_ptr;
	u64 addr = info->user_addr;

	lockdep_assert_held(&server->lock);

	/* The head was that worker a moment ago, and is to be so still when it is taken. */
	if (READ_ONCE(info->ut->runnable_workers_ptr))
		return false;
	umcg_point(UMCG_POINT_TAKE);
	if (!try_cmpxchg(head, &addr, 0))
		return false;
	if (likely(!READ_ONCE(info->ut->runnable_workers_ptr)))
		return true;
	umcg_put_back(server, info->user_addr);
	return false;
}

/* Returns: as umcg_attach(). */
static __always_inline int umcg_claim_listed(struct umcg_info *server,
					     struct umcg_info *info)
{
	if (!umcg_take_only(info, server))
		return -EAGAIN;
	if (umcg_set_claimed(info))
		return umcg_was_claimed(info);
	/* User space plays with its state. */
	umcg_push_runnable(info, server);
	return -EAGAIN;
}

/*
 * A worker that is RUNNING without this call may be on its way into the hold: whether it
 * is held, and listed, is its own to say then.
 *
 * Returns: as umcg_attach().
 */
static __always_inline int umcg_claim(struct umcg_info *server,
				      struct umcg_info *info,
				      enum umcg_claim claim)
{
	if (claim == UMCG_CLAIM_LISTED)
		return umcg_claim_listed(server, info);
	if (claim == UMCG_CLAIM_JOIN) {
		if (umcg_state(info) == UMCG_TASK_RUNNABLE)
			return umcg_is_on_its_way(info) ? 0 : -EAGAIN;
	} else if (umcg_is_free(server, info)) {
		if (umcg_set_claimed(info))
			return umcg_was_claimed(info);
	}
	return umcg_state(info) == UMCG_TASK_RUNNING ? 0 : -EAGAIN;
}

/**
 * umcg_attach - make a worker RUNNING, and the one that a server runs
 * @server: the server: the caller, or the one that runs the caller
 * @info: the worker
 * @from: the worker that stops for it, or NULL
 * @claim: which workers will do
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
				       struct umcg_info *from,
				       enum umcg_claim claim)
{
	bool moved = false, counted = false;
	int ret = -EAGAIN;

	lockdep_assert_held(&server->lock);

	if (cmpxchg(&info->runner, NULL, server))
		return -EAGAIN;
	/*
	 * Count it first: once RUNNING it may stop, and be uncounted, at once. A worker
	 * that executes has been counted, or is uncounted already and about to stop.
	 */
	if (claim != UMCG_CLAIM_JOIN && umcg_state(info) != UMCG_TASK_RUNNING) {
		moved = from && umcg_count_moved(from, info);
		counted = moved || umcg_count_running(info);
	}
	umcg_point(UMCG_POINT_ATTACH);
	if (!READ_ONCE(info->dead))
		ret = umcg_claim(server, info, claim);
	if (ret) {
		/* It may uncount itself meanwhile: it is on its way into the hold, say. */
		if (counted)
			umcg_count_stopped(info);
		umcg_point(UMCG_POINT_REFUSED);
		if (moved)
			umcg_count_running(from);
		WRITE_ONCE(info->runner, NULL);
		return ret;
	}
	umcg_point(UMCG_POINT_CLAIMED);
	if (from && !moved)
		umcg_count_stopped(from);
	WRITE_ONCE(server->worker, info);
	if (counted) {
		umcg_count(info, UMCG_RUNS);
		trace_umcg_run(info);
	}
	return 0;
}

#endif /* _KERNEL_SCHED_UMCG_ATTACH_H */
