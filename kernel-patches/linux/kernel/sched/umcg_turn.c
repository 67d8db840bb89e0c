// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: turns that the kernel takes in a server's place.
 *
 * A server whose worker has blocked takes its lists, and decides whom to run. Where it has
 * nobody queued, and finds one worker, or none, there is nothing to decide. So it may say
 * how many such turns the kernel is to take for it, in umcg_task::turns:
 *
 *   the worker that blocks,	that one runs in its place
 *   or calls sched_yield(),
 *   names one in next_tid
 *   it names nobody, and one	the one that is listed
 *   is listed
 *   it blocks, nobody is	the server sleeps on, without a worker
 *   listed, and the server
 *   allows that
 *   and then one can go on	it goes on at once, on no list and not held
 *
 * A worker that was on its way to umcg_wait() names whom that call is to run.
 *
 * A worker that blocks in such a turn is not listed as blocked: the server would find a
 * list of workers that it has not run, and of which some run again.
 */

#include "umcg.h"
#include "umcg_attach.h"
#include "umcg_sleep.h"
#include "umcg_trace.h"

/* All of umcg_task::turns that is no number. */
#define UMCG_TURNS_FLAGS	(UMCG_TURNS_IDLE | UMCG_TURNS_TAKING)

/*
 * May the kernel take a turn of @server? One less is left then. @needs: what must be set
 * beside the number; @takes: what is to be set; or 0.
 */
static __always_inline bool umcg_spend_turn(struct umcg_info *server, u32 needs, u32 takes)
{
	u32 turns = READ_ONCE(server->ut->turns);
	int tries;

	for (tries = 0; tries < UMCG_TRIES; tries++) {
		if (!(turns & ~UMCG_TURNS_FLAGS) || (turns & needs) != needs)
			return false;
		if (try_cmpxchg(&server->ut->turns, &turns, (turns - 1) | takes))
			return true;
	}
	return false;
}

/* What the kernel was about to take it has, or has not got. */
static void umcg_end_taking(struct umcg_info *server)
{
	u32 turns = READ_ONCE(server->ut->turns);
	int tries;

	for (tries = 0; tries < UMCG_TRIES && turns & UMCG_TURNS_TAKING; tries++) {
		if (try_cmpxchg(&server->ut->turns, &turns, turns & ~UMCG_TURNS_TAKING))
			break;
	}
}

/* @server runs @info from now on, and has no news. Its lock is held. */
static void umcg_end_turn(struct umcg_info *server, pid_t tid)
{
	lockdep_assert_held(&server->lock);

	if (READ_ONCE(server->ut->blocked_workers_ptr))
		xchg(&server->ut->blocked_workers_ptr, 0);
	WRITE_ONCE(server->ut->next_tid, tid | UMCG_NEXT_TID_CONSUMED);
}

/* Run the worker that the one that stops names in its place. */
static __always_inline bool umcg_run_named(struct umcg_info *server,
					   struct umcg_info *other)
{
	return other && other->is_worker && umcg_spend_turn(server, 0, 0) &&
	       !umcg_attach(server, other, NULL, UMCG_CLAIM_HELD);
}

/*
 * Run the worker that was alone on the list, which other servers may be about to take. If
 * such a server has written down which worker it takes, and is stopped before or after it
 * does, its deputy must know who has the worker:
 *
 *   deputy                          umcg_run_listed_and_tell()
 *   state is RUNNABLE, or NONE      TAKING (cmpxchg, full barrier)
 *   the worker is on no list        off the list
 *   TAKING is not set               state = RUNNING
 *   state, runnable_ts as before    TAKING is cleared (cmpxchg, full barrier)
 *   -> it was not the kernel
 *
 * Without others, as UMCG_TURNS_IDLE says, there is nothing to tell.
 */
static noinline bool umcg_run_listed_and_tell(struct umcg_info *server,
					      struct umcg_info *other)
{
	bool runs;

	if (!umcg_spend_turn(server, 0, UMCG_TURNS_TAKING))
		return false;
	runs = !umcg_attach(server, other, NULL, UMCG_CLAIM_LISTED);
	umcg_end_taking(server);
	return runs;
}

/* Run the worker that was alone on the list. */
static __always_inline bool umcg_run_listed(struct umcg_info *server,
					    struct umcg_info *other)
{
	if (unlikely(!(READ_ONCE(server->ut->turns) & UMCG_TURNS_IDLE)))
		return umcg_run_listed_and_tell(server, other);
	return umcg_spend_turn(server, 0, 0) &&
	       !umcg_attach(server, other, NULL, UMCG_CLAIM_LISTED);
}

/*
 * Find the worker to run in place of @info: the one that it names, or else the one that is
 * alone on the server's list.
 *
 *   umcg_run_other()                a worker that becomes runnable
 *   nobody listed?                  server busy? pushes itself
 *   worker = NULL, unlock           umcg_announce(): the server's lock
 *                                   worker NULL? wakes the server
 *
 * Context: RCU read side, @server's lock held; it waits, and runs @info.
 * Returns: false if the server is to do that.
 */
static bool umcg_run_other(struct umcg_info *server, struct umcg_info *info,
			   struct umcg_info **other)
{
	u64 listed = READ_ONCE(server->ut->runnable_workers_ptr);
	u32 next_tid = READ_ONCE(info->ut->next_tid);

	*other = NULL;
	if (next_tid && !(next_tid & UMCG_NEXT_TID_CONSUMED) && !info->waited) {
		*other = umcg_find_in(info->group, next_tid);
		if (*other == info ||
		    !umcg_run_named(server, *other))
			return false;
		WRITE_ONCE(info->ut->next_tid, next_tid | UMCG_NEXT_TID_CONSUMED);
	} else if (listed) {
		*other = umcg_find_in(info->group, READ_ONCE(server->first_tid));
		if (!*other || (*other)->user_addr != listed || !(*other)->is_worker ||
		    !umcg_run_listed(server, *other))
			return false;
	} else {
		if (umcg_state(info) != UMCG_TASK_BLOCKED ||
		    !umcg_spend_turn(server, UMCG_TURNS_IDLE, 0))
			return false;
		WRITE_ONCE(server->worker, NULL);
	}
	umcg_end_turn(server, *other ? (*other)->tid : 0);
	WRITE_ONCE(info->runner, NULL);
	return true;
}

/**
 * umcg_take_turn - take the turn of the server that runs the calling worker
 * @info: the worker: BLOCKED, or RUNNABLE and about to be listed; uncounted, on no list
 * @next: the thread to hand over to, or NULL
 *
 *   umcg_take_turn()                umcg_wait() of the server: timeout, signal, kick
 *   its lock                        its lock
 *   it waits for @info?             the worker goes on without it
 *   yes: worker = the other one     RUNNING
 *   unlock                          unlock
 *
 * Context: RCU read side.
 * Returns: false if the server is to take it.
 */
bool umcg_take_turn(struct umcg_info *info, struct task_struct **next)
{
	struct umcg_info *server = READ_ONCE(info->runner), *other;
	bool taken = false;

	if (!server || likely(!READ_ONCE(server->ut->turns)) ||
	    READ_ONCE(info->ut->server_tid) != server->tid)
		return false;
	raw_spin_lock(&server->lock);
	if (server->worker == info && umcg_state(server) == UMCG_TASK_RUNNABLE)
		taken = umcg_run_other(server, info, &other);
	raw_spin_unlock(&server->lock);
	if (!taken)
		return false;
	umcg_count(info, UMCG_TURNS);
	*next = other ? umcg_sleeper(other) : NULL;
	return true;
}

/* Does that server wait for somebody to run? Its lock is held. */
static bool umcg_has_nobody(struct umcg_info *server)
{
	lockdep_assert_held(&server->lock);

	return server->settled && !server->worker &&
	       umcg_state(server) == UMCG_TASK_RUNNABLE &&
	       !READ_ONCE(server->ut->runnable_workers_ptr) &&
	       umcg_spend_turn(server, UMCG_TURNS_IDLE, 0);
}

/* BLOCKED -> RUNNING, on @server, whose lock is held. */
static bool umcg_try_run(struct umcg_info *server, struct umcg_info *info)
{
	lockdep_assert_held(&server->lock);

	if (cmpxchg(&info->runner, NULL, server))
		return false;
	/* Count it first: once RUNNING it may stop at once. */
	umcg_count_running(info);
	WRITE_ONCE(info->ut->runnable_ts, umcg_now(info));
	if (!umcg_try_state(info, UMCG_TASK_BLOCKED, UMCG_TASK_RUNNING)) {
		umcg_count_stopped(info);
		WRITE_ONCE(info->runner, NULL);
		return false;
	}
	WRITE_ONCE(server->worker, info);
	umcg_end_turn(server, info->tid);
	umcg_count(info, UMCG_RUNS);
	trace_umcg_run(info);
	return true;
}

/**
 * umcg_run_at_once - go on, if the server has nobody to run
 * @info: the calling worker, which is BLOCKED
 * @server: its server
 *
 * Context: RCU read side.
 * Returns: true if it is RUNNING.
 */
bool umcg_run_at_once(struct umcg_info *info, struct umcg_info *server)
{
	bool runs;

	if (likely(!READ_ONCE(server->ut->turns)) || READ_ONCE(info->listed))
		return false;
	raw_spin_lock(&server->lock);
	runs = umcg_has_nobody(server) && umcg_try_run(server, info);
	raw_spin_unlock(&server->lock);
	return runs;
}

/**
 * umcg_run_dormant - the same for a worker that sleeps in a futex
 * @info: the worker
 * @server: its server
 *
 * Context: RCU read side.
 * Returns: true if it is RUNNING, and to be woken.
 */
bool umcg_run_dormant(struct umcg_info *info, struct umcg_info *server)
{
	bool runs = false;

	if (likely(!READ_ONCE(server->ut->turns)))
		return false;
	raw_spin_lock(&server->lock);
	if (umcg_has_nobody(server)) {
		/* Against umcg_end_dormant(). */
		raw_spin_lock_nested(&info->lock, SINGLE_DEPTH_NESTING);
		runs = READ_ONCE(info->dormant) && !READ_ONCE(info->listed) &&
		       umcg_try_run(server, info);
		raw_spin_unlock(&info->lock);
	}
	raw_spin_unlock(&server->lock);
	return runs;
}
