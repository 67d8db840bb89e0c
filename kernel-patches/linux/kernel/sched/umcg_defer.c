// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: a worker that waits in a futex is woken.
 *
 * Awake, it would leave its system call, be held on the way to user mode, and sleep there
 * until a server runs it. So the thread that wakes it lists it in its place, and lets it
 * sleep on: the server that runs it wakes it, or hands its CPU over, and it returns to
 * user mode without being held.
 *
 * A futex lends itself to that, as a thread that has been taken off its queue, and has
 * not run yet, has no lock and owes nobody anything. Signals and timeouts still wake it:
 * it is then held on its way to user mode, as ever. A thread that has left the futex
 * meanwhile, and sleeps for something else that looks the same, is woken too early by
 * that, as a wake-up that is late always does.
 */

#include <linux/sched/signal.h>
#include <linux/sched/wake_q.h>

#include "umcg.h"
#include "umcg_leave.h"
#include "umcg_sleep.h"
#include "umcg_trace.h"

/*
 * List a worker that sleeps, as umcg_enqueue() does for one that is awake.
 *
 *   umcg_defer()                    the worker, woken by a signal or a timeout
 *   its lock                        umcg_end_dormant(): its lock
 *   dormant? held, listed           dormant = false
 *   BLOCKED -> RUNNABLE, pushed     BLOCKED? it will list itself
 *   unlock                          RUNNABLE? it will be held
 *
 * Context: its lock held.
 * Returns: false if it is to be woken.
 */
static bool umcg_list_dormant(struct umcg_info *info, struct umcg_info *home)
{
	bool pushed = false;

	lockdep_assert_held(&info->lock);

	/* Where it was released while it was on a list, it still is: its own to say. */
	if (!READ_ONCE(info->dormant) || READ_ONCE(info->listed))
		return false;
	WRITE_ONCE(info->ut->runnable_ts, umcg_now(info));
	WRITE_ONCE(info->held, true);
	umcg_set_listed(info, true);
	if (umcg_try_state(info, UMCG_TASK_BLOCKED, UMCG_TASK_RUNNABLE)) {
		umcg_point(UMCG_POINT_DEFER);
		pushed = umcg_push_runnable(info, home);
		if (!pushed)
			umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_NONE);
	}
	if (pushed) {
		umcg_count(info, UMCG_UNBLOCKS);
		trace_umcg_unblock(info);
	} else {
		WRITE_ONCE(info->held, false);
		umcg_set_unlisted(info);
	}
	return pushed;
}

/*
 * The same for @task, if it is a worker of this process. *@server is the server's thread,
 * to be woken, if that idles. *@idle_word as umcg_claim_advertised().
 */
static bool umcg_defer(struct task_struct *task, struct task_struct **server,
		       u64 *idle_word)
{
	struct umcg_info *info, *self = umcg_current(), *home = NULL;
	bool listed = false;

	rcu_read_lock();
	info = rcu_dereference(task->umcg);
	/* Pairs with umcg_go_dormant(). */
	if (info && smp_load_acquire(&info->dormant) && !umcg_has_inherited(info))
		home = umcg_server_of(info, self ? READ_ONCE(self->runner) : NULL);
	/* A server that has somebody to run is the common case. */
	if (home && !READ_ONCE(home->worker) && umcg_run_dormant(info, home)) {
		umcg_count(info, UMCG_UNBLOCKS);
		home = NULL;
	}
	if (home) {
		raw_spin_lock(&info->lock);
		listed = umcg_list_dormant(info, home);
		raw_spin_unlock(&info->lock);
	}
	if (listed) {
		*idle_word = umcg_idle_word(info, home);
		umcg_has_listed(info, home);
		*server = umcg_claim_idle(home);
	}
	rcu_read_unlock();
	return listed;
}

static bool umcg_was_deferred(struct task_struct *task)
{
	struct task_struct *server = NULL, *next = NULL;
	u64 idle_word;

	if (!(READ_ONCE(task->flags) & PF_UMCG_WORKER) ||
	    !same_thread_group(task, current) ||
	    !umcg_defer(task, &server, &idle_word))
		return false;
	if (!server && idle_word)
		server = umcg_claim_advertised(idle_word, &next);
	if (server) {
		/* The caller goes on here: any other CPU is better. */
		wake_up_state(server, TASK_INTERRUPTIBLE);
		put_task_struct(server);
	}
	return true;
}

/**
 * __umcg_wake_up_q - wake_up_q() for threads that wait in a futex
 * @head: the threads, none of which is queued on its futex any more
 *
 * Context: process context, may sleep.
 */
void __umcg_wake_up_q(struct wake_q_head *head)
{
	struct wake_q_node *node = head->first;
	struct task_struct *task;

	while (node != WAKE_Q_TAIL) {
		task = container_of(node, struct task_struct, wake_q);
		node = node->next;
		/* As in wake_up_q(): from here on it may be queued again. */
		WRITE_ONCE(task->wake_q.next, NULL);
		if (!umcg_was_deferred(task))
			wake_up_process(task);
		put_task_struct(task);
	}
}
