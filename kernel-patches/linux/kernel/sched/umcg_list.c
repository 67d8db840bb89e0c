// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the lists of workers.
 */

#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "umcg.h"

/*
 * Push @info on a list whose head is the field @offset bytes into the server's
 * struct and whose links are the same field of the workers. No reader ever sees
 * a node whose link is not written yet.
 */
static bool umcg_push(struct umcg_info *info, struct umcg_info *server,
		      size_t offset)
{
	u64 *head = (void *)server->ut + offset;
	u64 *link = (void *)info->ut + offset;
	u64 first = READ_ONCE(*head);
	int tries;

	for (tries = 0; tries < UMCG_TRIES; tries++) {
		WRITE_ONCE(*link, first);
		umcg_point(UMCG_POINT_PUSH);
		if (try_cmpxchg(head, &first, info->user_addr))
			return true;
	}
	return false;
}

bool umcg_push_blocked(struct umcg_info *info, struct umcg_info *server)
{
	return umcg_push(info, server,
			 offsetof(struct umcg_task, blocked_workers_ptr));
}

/**
 * umcg_push_runnable - put a worker on a runnable list
 * @info: the worker, marked by umcg_set_listed() as one that is being listed
 * @server: the list's owner
 *
 * User space takes a list as a whole. So a push that finds it empty starts a new
 * list, with a number of its own, and a worker whose number is an older one has been
 * taken: see umcg_is_on_list(). The lock keeps number and push together; user space
 * takes the list without it.
 *
 * Context: RCU read side. May be called with locks of workers and servers held.
 * Returns: false if user space keeps changing the words that this needs.
 */
bool umcg_push_runnable(struct umcg_info *info, struct umcg_info *server)
{
	u64 *head = &server->ut->runnable_workers_ptr;
	u64 first = READ_ONCE(*head);
	bool pushed = false;
	int tries;

	raw_spin_lock(&server->list_lock);
	for (tries = 0; tries < UMCG_TRIES && !pushed; tries++) {
		if (!first) {
			WRITE_ONCE(server->list_number, server->list_number + 1);
			WRITE_ONCE(server->first_tid, info->tid);
		}
		WRITE_ONCE(info->ut->runnable_workers_ptr, first);
		umcg_point(UMCG_POINT_PUSH);
		pushed = try_cmpxchg(head, &first, info->user_addr);
	}
	WRITE_ONCE(info->list_tid, server->tid);
	WRITE_ONCE(info->list_number, server->list_number);
	raw_spin_unlock(&server->list_lock);
	umcg_point(UMCG_POINT_LISTED);
	/* The numbers before that; pairs with umcg_is_on_list(). */
	smp_store_release(&info->listing, false);
	return pushed;
}

/* Is the struct at @addr on the list that starts at @first? Yes, if the list is too long. */
static bool umcg_find_in_list(struct umcg_group *group, u64 first, u64 addr)
{
	int left = atomic_read(&group->workers);
	bool fault = false;
	u64 next = first;

	pagefault_disable();
	while (next && next != addr && !fault && left-- > 0) {
		struct umcg_task __user *ut = u64_to_user_ptr(next);

		fault = get_user(next, &ut->runnable_workers_ptr);
	}
	pagefault_enable();
	return next && !fault;
}

/* Is it on a list that was bequeathed to another server, see umcg_bequeath()? */
static bool umcg_is_bequeathed(struct umcg_info *info)
{
	struct umcg_info *server;
	struct task_struct *t;
	u64 first;

	for_each_thread(current, t) {
		server = rcu_dereference(t->umcg);
		if (!server || server->is_worker)
			continue;
		first = READ_ONCE(server->ut->runnable_workers_ptr);
		if (umcg_find_in_list(info->group, first, info->user_addr))
			return true;
	}
	return false;
}

/**
 * umcg_is_on_list - can a server that takes the runnable list find a worker there?
 * @info: a worker that is RUNNABLE, or released
 *
 *   umcg_push_runnable()            umcg_is_on_list()
 *   number + 1, if it is empty      head: not empty
 *   push (cmpxchg, full barrier)    read barrier
 *   the worker's number = that      the worker's number that of the list?
 *
 * A list that was taken, and has got others since, has another number. Only where user
 * space puts back what it has taken does the number tell too little.
 *
 * Context: RCU read side.
 */
bool umcg_is_on_list(struct umcg_info *info)
{
	struct umcg_info *server;
	u64 first;

	if (!READ_ONCE(info->listed))
		return false;
	/* Pairs with umcg_push_runnable(). */
	if (smp_load_acquire(&info->listing))
		return true;
	server = umcg_find_server(READ_ONCE(info->list_tid));
	if (!server)
		return umcg_is_bequeathed(info);
	first = READ_ONCE(server->ut->runnable_workers_ptr);
	if (!first)
		return false;
	smp_rmb(); /* see above */
	if (READ_ONCE(server->list_number) != READ_ONCE(info->list_number))
		return false;
	return umcg_find_in_list(info->group, first, info->user_addr);
}
