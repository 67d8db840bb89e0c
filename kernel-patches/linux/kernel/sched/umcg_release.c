// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: workers whose servers are gone, or stuck.
 *
 * A server that leaves bequeaths its runnable list to another one of the process.
 * When none is left, the held workers go on unmanaged, in state NONE. So do the
 * listed ones when every server has been busy with something else for longer than it
 * said, at registration, that it ever is: somebody has to take the lock, say, that all
 * servers wait for. One that set no limit is never stuck. Such a worker is
 * still where user space has it, on a list or in a queue, and is managed again once
 * it is run from there, or once it has blocked.
 */

#include <linux/freezer.h>
#include <linux/mmu_context.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "sched.h"
#include "umcg.h"
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

/* Every server is stuck: release the listed workers. Context: RCU read side. */
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
 * A list is lost: release its workers, to be listed anew. With @tid only those that
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
 * them, released once, have exited since.
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

/* Put the chain of workers that starts at @first before those of @successor. */
static bool umcg_give_list(struct umcg_info *successor, u64 first)
{
	struct umcg_info *last = umcg_last_listed(successor->group, first);
	u64 *head = &successor->ut->runnable_workers_ptr;
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
 *   umcg_leave()                    umcg_has_listed()
 *   dead = true                     push (cmpxchg)
 *   full barrier                    full barrier
 *   take the list                   dead? take the list
 *
 * Context: RCU read side.
 */
void umcg_bequeath(struct umcg_info *server)
{
	struct umcg_info *successor;
	u64 first;
	int tries;

	if (umcg_process_ends())
		return;
	for (tries = 0; tries < UMCG_TRIES; tries++) {
		successor = umcg_any_server(current);
		if (!successor) {
			umcg_release_lost(current, 0);
			return;
		}
		first = xchg(&server->ut->runnable_workers_ptr, 0);
		if (!first)
			return;
		if (!umcg_give_list(successor, first)) {
			umcg_release_lost(current, server->tid);
			return;
		}
		umcg_wake(umcg_claim_idle(successor));
		if (!READ_ONCE(successor->dead))
			return;
		server = successor;
	}
}

/* Often enough to see four times within each limit that time passes. */
#define UMCG_LOOKS	4
#define UMCG_MAX_PAUSE	HZ

/*
 * How much of the time since the last look could @t, a server that has not moved, have
 * run? All of it, if it sleeps. If it wants to run, then only what it did: it may be kept
 * from its CPU by cpu.max, by tasks of a higher class, or by the host of the machine.
 */
static u64 umcg_could_run(struct umcg_info *info, struct task_struct *t,
			  u64 passed)
{
	u64 ran = READ_ONCE(t->se.sum_exec_runtime) - info->seen_runtime;

	if (!READ_ONCE(t->on_rq) && !task_is_running(t))
		return passed;
	return min(ran, passed);
}

/*
 * Is this server stuck, for longer than its limit? One that waits, or has moved since the
 * last look, is not; nor is one that is stopped, frozen or traced.
 */
static bool umcg_is_stuck(struct umcg_info *info, struct task_struct *t,
			  u64 passed)
{
	unsigned int moves = READ_ONCE(info->moves);

	if (READ_ONCE(info->waiting) || info->seen_moves != moves ||
	    task_is_stopped_or_traced(t) || frozen(t))
		info->stuck_ns = 0;
	else
		info->stuck_ns += umcg_could_run(info, t, passed);
	info->seen_moves = moves;
	info->seen_runtime = READ_ONCE(t->se.sum_exec_runtime);
	return info->limit_ns && info->stuck_ns >= info->limit_ns;
}

enum umcg_servers {
	UMCG_SERVERS_STUCK,	/* all of them */
	UMCG_SERVERS_MOVE,	/* or may yet */
	UMCG_SERVERS_WAIT,	/* one at least: it arms the timer when it stops waiting */
};

static enum umcg_servers umcg_look_at_servers(struct task_struct *leader,
					      u64 passed)
{
	enum umcg_servers ret = UMCG_SERVERS_STUCK;
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(leader, t) {
		info = rcu_dereference(t->umcg);
		if (!info || info->is_worker)
			continue;
		if (!umcg_is_stuck(info, t, passed) && ret == UMCG_SERVERS_STUCK)
			ret = UMCG_SERVERS_MOVE;
		if (READ_ONCE(info->waiting))
			ret = UMCG_SERVERS_WAIT;
	}
	return ret;
}

/* A while ago a server left umcg_wait(), or a worker was listed. Does all move? */
static void umcg_watch(struct timer_list *timer)
{
	struct umcg_group *group = from_timer(group, timer, watchdog);
	unsigned long look_every = READ_ONCE(group->look_every);
	u64 now = ktime_get_ns(), passed;
	struct task_struct *leader;

	/* A look that comes late says nothing of the servers, but of the machine. */
	passed = min(now - group->looked_at, 2 * jiffies_to_nsecs(look_every));
	group->looked_at = now;
	rcu_read_lock();
	leader = pid_task(group->pid, PIDTYPE_TGID);
	if (leader && atomic_read(&group->workers)) {
		switch (umcg_look_at_servers(leader, passed)) {
		case UMCG_SERVERS_STUCK:
			umcg_release_listed(leader);
			break;
		case UMCG_SERVERS_MOVE:
			__umcg_start_watchdog(group);
			break;
		case UMCG_SERVERS_WAIT:
			break;
		}
	}
	rcu_read_unlock();
	umcg_put_group(group);
}

void umcg_init_watchdog(struct umcg_group *group)
{
	timer_setup(&group->watchdog, umcg_watch, 0);
}

/* The timer has a reference while it is pending, and hands it to its function. */
void __umcg_start_watchdog(struct umcg_group *group)
{
	unsigned long look_every = READ_ONCE(group->look_every);

	if (!look_every)
		return;
	refcount_inc(&group->refs);
	if (mod_timer(&group->watchdog, jiffies + look_every))
		umcg_put_group(group);
}

/**
 * umcg_set_looks - find out how often the watchdog has to look at the servers
 * @group: the calling process', one of whose servers has come or gone
 *
 * Never, if one of them has no limit: then all are not stuck, whatever they do.
 */
void umcg_set_looks(struct umcg_group *group)
{
	u64 limit = UMCG_LOOKS * jiffies_to_nsecs(UMCG_MAX_PAUSE);
	struct umcg_info *info;
	struct task_struct *t;

	rcu_read_lock();
	spin_lock(&group->lock);
	for_each_thread(current, t) {
		info = rcu_dereference(t->umcg);
		if (info && !info->is_worker)
			limit = min(limit, info->limit_ns);
	}
	limit = limit ? max(nsecs_to_jiffies(limit / UMCG_LOOKS), 1UL) : 0;
	WRITE_ONCE(group->look_every, limit);
	spin_unlock(&group->lock);
	rcu_read_unlock();
	umcg_start_watchdog(group);
}
