// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: a task leaves, and what a server leaves behind.
 *
 * A server that leaves bequeaths its runnable list to another one of the process, its
 * successor. When none is left, the held workers are released.
 */

#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "umcg.h"
#include "umcg_sleep.h"

/* Do all threads go: exit_group(), a fatal signal, execve()? */
static bool umcg_process_ends(void)
{
	return current->signal->flags & SIGNAL_GROUP_EXIT ||
	       current->signal->group_exec_task;
}

/* Some server of the process that does not leave; NULL: none is left. */
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
 * It is the server that the worker names; when that one is gone, any other.
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

/*
 * Note in the workers that name @server that it has been one. @server is the calling
 * task, not marked dead yet.
 */
static void umcg_orphan_workers(struct umcg_info *server)
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
 * the chain has more links than @group has workers: it runs in a circle, or some of its
 * workers have been released, and have exited since.
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
 * umcg_put_back - put workers back on a runnable list, in front of what is there now
 * @server: the list's owner
 * @first: the struct of the first of them, as user space sees it; off all lists
 *
 * If that chain has no end, they are released, to be listed anew.
 *
 * Context: RCU read side.
 */
void umcg_put_back(struct umcg_info *server, u64 first)
{
	if (!umcg_give_list(server, first))
		umcg_release_lost(current, server->tid);
}

/**
 * umcg_bequeath - see to the workers that a server leaves behind
 * @server: it is marked dead, and runs nobody
 *
 * A thread that has pushed a worker on the list of a server calls this too when that
 * server turns out to be dead. Both take the list with xchg.
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

/**
 * umcg_leave - take a task that unregisters or exits out of everybody's hands
 * @info: the calling task's info
 *
 * Where a worker leaves, its server is woken. Where a server leaves, its worker goes on
 * without one, and its list is bequeathed, see umcg_bequeath().
 */
void umcg_leave(struct umcg_info *info)
{
	struct umcg_info *server;

	rcu_read_lock();
	if (!info->is_worker)
		umcg_orphan_workers(info);
	cmpxchg(umcg_tid_slot(info->group, info->tid), info, NULL);
	/* Pairs with the read barrier in umcg_home(). */
	smp_wmb();
	WRITE_ONCE(info->dead, true);
	umcg_set_listed(info, false);
	/* Orders dead against runner, pairs with the cmpxchg in umcg_attach(). */
	smp_mb();
	umcg_point(UMCG_POINT_LEAVE);
	if (info->is_worker) {
		umcg_count_stopped(info);
		server = umcg_detach(info);
		if (server)
			umcg_wake(umcg_claim_idle(server));
	} else {
		raw_spin_lock(&info->lock);
		umcg_drop_worker(info);
		raw_spin_unlock(&info->lock);
		umcg_bequeath(info);
	}
	rcu_read_unlock();
}
