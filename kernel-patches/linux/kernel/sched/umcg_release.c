// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: workers whose servers are gone, or stuck, go on.
 *
 * A worker that is released is unmanaged, in state NONE. It is still where user space
 * has it, on a list or in a queue, and is managed again once it is run from there, or
 * once it has blocked.
 */

#include <linux/sched/signal.h>

#include "umcg.h"
#include "umcg_sleep.h"
#include "umcg_trace.h"

/* A held worker goes on, unmanaged. */
static void umcg_release(struct umcg_info *info)
{
	if (!umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_NONE))
		return;
	umcg_count(info, UMCG_RELEASES);
	trace_umcg_release(info);
	umcg_wake(umcg_sleeper(info));
}

/**
 * umcg_release_listed - release the workers that are listed: every server is stuck
 * @leader: a thread of the process
 *
 * Context: RCU read side.
 */
void umcg_release_listed(struct task_struct *leader)
{
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(leader, t) {
		info = rcu_dereference(t->umcg);
		if (info && info->is_worker && READ_ONCE(info->listed))
			umcg_release(info);
	}
}

/**
 * umcg_release_lost - release the workers of a list that is lost, to be listed anew
 * @leader: a thread of the process
 * @tid: only the listed workers that name this server; or 0: all held ones, also where
 *	they wait by their own wish
 *
 * Context: RCU read side.
 */
void umcg_release_lost(struct task_struct *leader, pid_t tid)
{
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(leader, t) {
		info = rcu_dereference(t->umcg);
		if (!info || !info->is_worker)
			continue;
		if (tid && (!READ_ONCE(info->listed) ||
			    READ_ONCE(info->ut->server_tid) != tid))
			continue;
		umcg_set_listed(info, false);
		umcg_release(info);
	}
}
