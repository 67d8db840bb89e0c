// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: turns that the kernel takes in a server's place.
 *
 * A server whose worker has blocked takes its lists, and decides whom to run. Where it has
 * nobody queued, and finds one worker, there is nothing to decide. So it may say how many
 * such turns the kernel is to take for it, in umcg_task::turns: then the worker that
 * blocks hands its CPU over to that one, and the server sleeps on.
 *
 * Who blocks in such a turn is not listed as blocked: the server would find a list of
 * workers that it has not run, and of which some run again.
 */

#include "umcg.h"
#include "umcg_attach.h"
#include "umcg_sleep.h"

/* May the kernel take a turn of @server? One less is left then. */
static bool umcg_spend_turn(struct umcg_info *server)
{
	u32 turns = READ_ONCE(server->ut->turns);
	int tries;

	for (tries = 0; tries < UMCG_TRIES && turns; tries++) {
		if (try_cmpxchg(&server->ut->turns, &turns, turns - 1))
			return true;
	}
	return false;
}

/*
 * Run the worker that is alone on the server's list in place of @info.
 *
 * Context: RCU read side, @server's lock held; it waits, and runs @info.
 * Returns: that worker, or NULL.
 */
static struct umcg_info *umcg_run_only(struct umcg_info *server,
				       struct umcg_info *info)
{
	struct umcg_info *other = umcg_find_in(info->group, READ_ONCE(server->only_tid));

	if (!other || !other->is_worker || other == info || !umcg_spend_turn(server) ||
	    umcg_attach(server, other, NULL, UMCG_CLAIM_LISTED))
		return NULL;
	/* What the server would take along. */
	if (READ_ONCE(server->ut->blocked_workers_ptr))
		xchg(&server->ut->blocked_workers_ptr, 0);
	WRITE_ONCE(server->ut->next_tid, other->tid | UMCG_NEXT_TID_CONSUMED);
	WRITE_ONCE(info->runner, NULL);
	return other;
}

/**
 * umcg_take_turn - take the turn of the server that runs the calling worker
 * @info: the worker: BLOCKED, uncounted, on no list
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
	struct umcg_info *server = READ_ONCE(info->runner), *other = NULL;

	if (!server || likely(!READ_ONCE(server->ut->turns)) ||
	    READ_ONCE(info->ut->server_tid) != server->tid)
		return false;
	raw_spin_lock(&server->lock);
	if (server->worker == info && umcg_state(server) == UMCG_TASK_RUNNABLE)
		other = umcg_run_only(server, info);
	raw_spin_unlock(&server->lock);
	if (!other)
		return false;
	umcg_count(info, UMCG_TURNS);
	*next = umcg_sleeper(other);
	return true;
}
