// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: workers whose servers are gone, or stuck.
 *
 * A server that leaves bequeaths its runnable list to another one of the process.
 * When none is left, the held workers go on unmanaged, in state NONE. So do the
 * listed ones when every server has been busy with something else for too long:
 * somebody has to take the lock, say, that all servers wait for. Such a worker is
 * still where user space has it, on a list or in a queue, and is managed again once
 * it is run from there, or once it has blocked.
 */

#include <linux/freezer.h>
#include <linux/mmu_context.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sysctl.h>
#include <linux/uaccess.h>

#include "sched.h"
#include "umcg.h"
#include "umcg_trace.h"

/* Milliseconds without a move of any server; 0: for ever. */
static unsigned int umcg_hold_limit_ms = 1000;

#ifdef CONFIG_SYSCTL
static struct ctl_table umcg_sysctls[] = {
	{
		.procname	= "umcg_hold_limit_ms",
		.data		= &umcg_hold_limit_ms,
		.maxlen		= sizeof(umcg_hold_limit_ms),
		.mode		= 0644,
		.proc_handler	= proc_douintvec,
	},
};

static int __init umcg_sysctl_init(void)
{
	register_sysctl_init("kernel", umcg_sysctls);
	return 0;
}
late_initcall(umcg_sysctl_init);
#endif

/* A held worker goes on, unmanaged. */
static void umcg_release(struct umcg_info *info)
{
	if (!umcg_try_state(info, UMCG_TASK_RUNNABLE, UMCG_TASK_NONE))
		return;
	umcg_count(info, UMCG_RESCUES);
	trace_umcg_rescue(info);
	umcg_wake(umcg_sleeper(info));
}

/* Every server is stuck: let the listed workers go. Context: RCU read side. */
static void umcg_release_listed(struct task_struct *leader)
{
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(leader, t) {
		info = rcu_dereference(t->umcg);
		if (info && info->is_worker && READ_ONCE(info->listed))
			umcg_release(info);
	}
}

/*
 * A list is lost: let its workers go, to be listed anew. With @tid only those that
 * name this server, else also those that wait by their own wish.
 *
 * Context: RCU read side.
 */
static void umcg_release_lost(struct task_struct *leader, pid_t tid)
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

/* All threads go: exit_group(), a fatal signal, execve(). */
static bool umcg_process_ends(void)
{
	return current->signal->flags & SIGNAL_GROUP_EXIT ||
	       current->signal->group_exec_task;
}

/* Some server of the process, but for one that leaves; NULL: none is left. */
static struct umcg_info *umcg_any_server(struct task_struct *leader)
{
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(leader, t) {
		info = rcu_dereference(t->umcg);
		if (info && !info->is_worker && !READ_ONCE(info->dead))
			return info;
	}
	return NULL;
}

/**
 * umcg_home - the server that hears of a worker
 * @info: the calling worker
 *
 * The one that it names; when that one has been a server and is gone, any other.
 *
 *   umcg_home()                     umcg_leave() of the server
 *   dead?                           the worker's orphan_tid = its tid
 *   read barrier                    write barrier
 *   read orphan_tid                 dead = true
 *
 * Context: RCU read side.
 * Returns: the server, or NULL.
 */
struct umcg_info *umcg_home(struct umcg_info *info)
{
	pid_t tid = READ_ONCE(info->ut->server_tid);
	struct umcg_info *server = umcg_find_server(tid);

	if (likely(server))
		return server;
	smp_rmb(); /* dead before orphan_tid; pairs with umcg_leave() */
	return tid == READ_ONCE(info->orphan_tid) ? umcg_any_server(current) : NULL;
}

/**
 * umcg_orphan_workers - let the workers that name a server know that it leaves
 * @server: the calling task, not marked dead yet
 *
 * Context: RCU read side.
 */
void umcg_orphan_workers(struct umcg_info *server)
{
	struct umcg_info *info;
	struct task_struct *t;

	if (umcg_process_ends())
		return;
	for_each_thread(current, t) {
		info = rcu_dereference(t->umcg);
		if (info && info->is_worker &&
		    READ_ONCE(info->ut->server_tid) == server->tid)
			WRITE_ONCE(info->orphan_tid, server->tid);
	}
}

/* The worker whose struct user space sees at @addr, or NULL. */
static struct umcg_info *umcg_worker_at(u64 addr)
{
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(current, t) {
		info = rcu_dereference(t->umcg);
		if (info && info->is_worker && info->user_addr == addr)
			return info;
	}
	return NULL;
}

/*
 * The last worker of the chain that starts at @first. NULL if a page is not there, or
 * the chain has more links than @group has workers: it runs in a circle, or some of
 * them, let go once, have exited since.
 */
static struct umcg_info *umcg_last_listed(struct umcg_group *group, u64 first)
{
	int left = atomic_read(&group->workers);
	struct umcg_task __user *ut;
	u64 addr = 0, next = first;
	bool fault = false;

	pagefault_disable();
	for (; next && !fault && left > 0; left--) {
		addr = next;
		ut = u64_to_user_ptr(addr);
		fault = get_user(next, &ut->runnable_workers_ptr);
	}
	pagefault_enable();
	return next || fault ? NULL : umcg_worker_at(addr);
}

/* Put the chain of workers that starts at @first before those of @heir. */
static bool umcg_give_list(struct umcg_info *heir, u64 first)
{
	struct umcg_info *last = umcg_last_listed(heir->group, first);
	u64 *head = &heir->ut->runnable_workers_ptr;
	u64 old = READ_ONCE(*head);
	int tries;

	if (!last)
		return false;
	for (tries = 0; tries < UMCG_TRIES; tries++) {
		WRITE_ONCE(last->ut->runnable_workers_ptr, old);
		if (try_cmpxchg(head, &old, first))
			return true;
	}
	return false;
}

/**
 * umcg_bequeath - see to the workers that a server leaves behind
 * @server: it is marked dead, and runs nobody
 *
 * Also called by whoever has pushed a worker on the list of a server that turns out
 * to be dead. Both take the list with xchg.
 *
 *   umcg_leave()                    umcg_list()
 *   dead = true                     push (cmpxchg)
 *   full barrier                    full barrier
 *   take the list                   dead? take the list
 *
 * Context: RCU read side.
 */
void umcg_bequeath(struct umcg_info *server)
{
	struct umcg_info *heir;
	u64 first;
	int tries;

	if (umcg_process_ends())
		return;
	for (tries = 0; tries < UMCG_TRIES; tries++) {
		heir = umcg_any_server(current);
		if (!heir) {
			umcg_release_lost(current, 0);
			return;
		}
		first = xchg(&server->ut->runnable_workers_ptr, 0);
		if (!first)
			return;
		if (!umcg_give_list(heir, first)) {
			umcg_release_lost(current, server->tid);
			return;
		}
		umcg_wake(umcg_claim_idle(heir));
		if (!READ_ONCE(heir->dead))
			return;
		server = heir;
	}
}

/*
 * When did a server of the process last move? One that is stopped, frozen or traced
 * is not stuck: now. One that waits is not either, and moves when it stops waiting:
 * *@waits is set.
 */
static unsigned long umcg_last_move(struct task_struct *leader,
				    unsigned long now, bool *waits)
{
	unsigned long last = now - MAX_JIFFY_OFFSET;
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(leader, t) {
		info = rcu_dereference(t->umcg);
		if (!info || info->is_worker)
			continue;
		if (READ_ONCE(info->waiting))
			*waits = true;
		if (task_is_stopped_or_traced(t) || frozen(t))
			last = now;
		else if (time_after(READ_ONCE(info->last_move), last))
			last = READ_ONCE(info->last_move);
	}
	return last;
}

/* The timer has a reference while it is pending, and hands it to its function. */
static void umcg_arm_watchdog(struct umcg_group *group, unsigned long at)
{
	refcount_inc(&group->refs);
	if (mod_timer(&group->watchdog, at))
		umcg_put_group(group);
}

/* A while ago a server left umcg_wait(), or a worker was listed. Does all move? */
static void umcg_watch(struct timer_list *timer)
{
	struct umcg_group *group = from_timer(group, timer, watchdog);
	unsigned long limit = msecs_to_jiffies(READ_ONCE(umcg_hold_limit_ms));
	unsigned long last, now = jiffies;
	struct task_struct *leader;
	bool waits = false;

	rcu_read_lock();
	leader = pid_task(group->pid, PIDTYPE_TGID);
	if (limit && leader && atomic_read(&group->workers)) {
		last = umcg_last_move(leader, now, &waits);
		/* A server that waits arms the timer when it stops waiting. */
		if (!waits && time_after_eq(now, last + limit))
			umcg_release_listed(leader);
		else if (!waits)
			umcg_arm_watchdog(group, last + limit);
	}
	rcu_read_unlock();
	umcg_put_group(group);
}

void umcg_init_watchdog(struct umcg_group *group)
{
	timer_setup(&group->watchdog, umcg_watch, 0);
}

void __umcg_start_watchdog(struct umcg_group *group)
{
	unsigned long limit = msecs_to_jiffies(READ_ONCE(umcg_hold_limit_ms));

	if (limit)
		umcg_arm_watchdog(group, jiffies + limit);
}
