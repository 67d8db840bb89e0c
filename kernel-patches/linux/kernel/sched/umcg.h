/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_H
#define _KERNEL_SCHED_UMCG_H

/* What umcg.c (protocol) and umcg_task.c (life of a task) share. */

#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/umcg.h>

/**
 * struct umcg_group - the UMCG tasks of one process
 * @refs: one for each registered task
 * @running: workers that are RUNNING now, as the kernel counts them
 * @max_running: the most there ever were
 * @servers: registered servers
 * @workers: registered workers
 * @blocks: RUNNING -> BLOCKED
 * @unblocks: BLOCKED -> RUNNABLE
 * @preempts: RUNNING -> RUNNABLE by umcg_kick()
 * @switches: RUNNABLE -> RUNNING
 * @rcu: readers of /proc look without a reference
 */
struct umcg_group {
	refcount_t	refs;
	atomic_t	running;
	atomic_t	max_running;
	atomic_t	servers;
	atomic_t	workers;
	atomic_long_t	blocks;
	atomic_long_t	unblocks;
	atomic_long_t	preempts;
	atomic_long_t	switches;
	struct rcu_head	rcu;
};

/*
 * What threads share of struct umcg_info:
 *
 * field	writer			mode			pairs with
 * task->umcg	the task		rcu_assign_pointer	umcg_find()
 * worker	server, its worker	server's @lock		each other
 * runner	server: sets; either:	cmpxchg from NULL;	umcg_leave() and
 *		clears			READ/WRITE_ONCE, and	__umcg_worker_sleeping():
 *					cleared under server's	dead or state first, then
 *					@lock			runner
 * dead		the task		WRITE_ONCE, smp_mb	umcg_attach()
 * parked	the worker		WRITE_ONCE, full	umcg_wake_worker()
 *					barrier of
 *					set_current_state()
 * dozing	the worker		worker's @lock		umcg_claim()
 * kicked	kicker, server		server's @lock		umcg_server_run()
 * counted	worker, its server	xchg			each other
 * ut->state	all, and user space	cmpxchg			see umcg.c, top
 * ut->*_ptr	all, and user space	cmpxchg of the head	user's xchg
 * ut->next_tid	the task, kernel	READ/WRITE_ONCE		own system calls
 * ut->*_ts	kernel			WRITE_ONCE before the	user's acquire
 *					state and the push
 */

/**
 * struct umcg_info - the kernel's side of one registered task
 * @ut: the shared struct, through the kernel's own mapping of the pinned page
 * @task: the thread; the info does not outlive it
 * @group: the process' tasks
 * @user_addr: where user space sees @ut; what the lists are made of
 * @page: the pinned page
 * @tid: the thread's id, as its own pid namespace has it
 * @clockid: clock of time stamps and timeouts
 * @is_worker: worker, else server
 * @dead: left; checked after an attach, see umcg_attach()
 * @rcu: everybody but the task itself looks under RCU
 *
 * @lock: server: guards @worker, and @runner of the worker it names; worker:
 *	guards @dozing against being run. A server's comes before a worker's.
 * @worker: server: the worker that it runs while it sleeps in umcg_wait()
 * @kicked: server: kicked while it was not waiting
 *
 * @runner: worker: the server that runs it
 * @counted: worker: it is in umcg_group::running
 * @blocked: worker: it slept, tell at return to user; own use only
 * @held: worker: it may not return to user mode before it is RUNNING; own use
 *	only
 * @parked: worker: it sleeps in umcg_hold(), or is about to
 * @dozing: worker: it sleeps although held, in unmanaged time; under its @lock
 * @sig_depth: worker: signal handlers entered while held; own use only
 * @sig_sp: worker: stack pointer at the entry of the outermost of them
 * @sig_on_altstack: worker: that stack is the one of sigaltstack()
 * @deadline: worker: when its umcg_wait() ends, or 0; own use only
 */
struct umcg_info {
	struct umcg_task	*ut;
	struct task_struct	*task;
	struct umcg_group	*group;
	u64			user_addr;
	struct page		*page;
	pid_t			tid;
	clockid_t		clockid;
	bool			is_worker;
	bool			dead;
	struct rcu_head		rcu;

	raw_spinlock_t		lock;
	struct umcg_info	*worker;
	bool			kicked;

	struct umcg_info	*runner;
	int			counted;
	bool			blocked;
	bool			held;
	bool			parked;
	bool			dozing;
	bool			sig_on_altstack;
	unsigned int		sig_depth;
	unsigned long		sig_sp;
	u64			deadline;
};

/* The calling task's info; only the task itself sets and clears the pointer. */
static inline struct umcg_info *umcg_current(void)
{
	return rcu_dereference_protected(current->umcg, true);
}

static inline u32 umcg_state(const struct umcg_info *info)
{
	return READ_ONCE(info->ut->state) & UMCG_TASK_STATE_MASK;
}

/* What umcg_attach() returns besides 0 and errors. */
#define UMCG_BLOCKED_AT_ONCE	1

/* What a worker forgets whenever it finds itself RUNNING. */
static inline void umcg_set_managed(struct umcg_info *info)
{
	info->held = false;
	info->sig_depth = 0;
	info->deadline = 0;
}

u64 umcg_now(const struct umcg_info *info);
struct umcg_info *umcg_find(pid_t tid);
struct umcg_info *umcg_find_server(pid_t tid);
bool umcg_try_state(struct umcg_info *info, u32 from, u32 to);
bool umcg_set_running(struct umcg_info *info);
bool umcg_push_runnable(struct umcg_info *info, struct umcg_info *server);
int umcg_attach(struct umcg_info *server, struct umcg_info *info, bool join);
struct umcg_info *umcg_detach(struct umcg_info *info);
void umcg_wake_worker(struct umcg_info *info);
bool umcg_wake_idle(struct umcg_info *server);
void umcg_announce(struct umcg_info *info, pid_t server_tid);
bool umcg_count_running(struct umcg_info *info);
void umcg_count_stopped(struct umcg_info *info);
void umcg_leave(struct umcg_info *info);

#endif /* _KERNEL_SCHED_UMCG_H */
