// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: a worker has been listed, and a server is told.
 */

#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include <asm/futex.h>

#include "umcg.h"
#include "umcg_sleep.h"
#include "umcg_watchdog.h"

/**
 * umcg_has_listed - a worker has been put on a runnable list, or was there still
 * @info: the worker
 * @server: the list's owner
 *
 * Context: RCU read side, no lock held.
 */
void umcg_has_listed(struct umcg_info *info, struct umcg_info *server)
{
	/* Pairs with the full barrier in umcg_leave(); see umcg_bequeath(). */
	if (unlikely(READ_ONCE(server->dead)))
		umcg_bequeath(server);
	umcg_start_watchdog(server->group);
	if (unlikely(umcg_has_inherited(info)))
		umcg_release_heir(info);
}

/*
 * Take the tid of an idle server from the word that user space advertises it in.
 *
 * Returns: the tid, or 0; -EFAULT when the word's page is not there.
 */
static int umcg_take_idle_tid(u32 __user *word)
{
	u32 tid, seen;
	int tries, ret;

	for (tries = 0; tries < UMCG_TRIES; tries++) {
		/* Full barrier between the push and the look at the word. */
		smp_mb();
		pagefault_disable();
		ret = get_user(tid, word);
		if (!ret && tid)
			ret = futex_atomic_cmpxchg_inatomic(&seen, word, tid, 0);
		pagefault_enable();
		if (ret == -EFAULT)
			return ret;
		if (!tid)
			break;
		if (!ret && seen == tid)
			return tid;
	}
	return 0;
}

/**
 * umcg_claim_advertised - take an idle server that user space advertises out of its wait
 * @idle_word: where: idle_server_tid_ptr of a worker that has been listed, not 0
 * @next: the thread that the caller is about to hand over to, or NULL; it does not wait
 *	for pages that this may have to fault in, and is NULL then
 *
 * Context: process context, may sleep.
 * Returns: as umcg_claim_idle().
 */
struct task_struct *umcg_claim_advertised(u64 idle_word, struct task_struct **next)
{
	u32 __user *word = u64_to_user_ptr(idle_word);
	struct umcg_info *server;
	struct task_struct *idle;
	int tid;

	if (!IS_ALIGNED((unsigned long)word, sizeof(*word)))
		return NULL;
	tid = umcg_take_idle_tid(word);
	if (tid == -EFAULT) {
		umcg_wake(*next);
		*next = NULL;
		if (!fault_in_safe_writeable((char __user *)word, sizeof(*word)))
			tid = umcg_take_idle_tid(word);
	}
	umcg_point(UMCG_POINT_ANNOUNCE);
	if (tid <= 0)
		return NULL;
	rcu_read_lock();
	server = umcg_find_server(tid);
	idle = server ? umcg_claim_idle(server) : NULL;
	rcu_read_unlock();
	return idle;
}

/**
 * umcg_announce - see that somebody awake looks at a runnable list
 * @idle_word: idle_server_tid_ptr of a worker that was on that list a moment ago
 * @server_tid: the list's owner
 * @next: as umcg_claim_advertised()
 *
 * Claims the owner if it idles, else the idle server that user space advertises, else
 * nobody: the next server to look finds the list.
 *
 * Context: process context, may sleep.
 * Returns: the thread that the caller is to hand over to, or NULL.
 */
struct task_struct *umcg_announce(u64 idle_word, pid_t server_tid,
				  struct task_struct *next)
{
	struct umcg_info *server;
	struct task_struct *idle;

	rcu_read_lock();
	server = umcg_find_server(server_tid);
	idle = server ? umcg_claim_idle(server) : NULL;
	rcu_read_unlock();

	if (!idle && idle_word)
		idle = umcg_claim_advertised(idle_word, &next);
	if (!next)
		return idle;
	if (idle) {
		wake_up_state(idle, TASK_INTERRUPTIBLE);
		put_task_struct(idle);
	}
	return next;
}
