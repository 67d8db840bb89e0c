/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_H
#define _KERNEL_SCHED_UMCG_H

/* What the files umcg*.c, and those that include some of them, share. */

#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/umcg.h>

/**
 * enum umcg_switch - what umcg_switch() returns
 * @UMCG_SWITCH_DONE: the caller slept, the other one ran in its place
 * @UMCG_SWITCH_AWAKE: that one does not sleep, or not interruptibly
 * @UMCG_SWITCH_QUEUED: it is on a run queue: not asleep yet, or its dequeue from
 *	another CPU's has been delayed
 * @UMCG_SWITCH_AFFINITY: it may not run on this CPU
 * @UMCG_SWITCH_UNEQUAL: the two are not in the fair class with the same weight
 *	and group
 * @UMCG_SWITCH_SIGNAL: the caller does not sleep: a signal, or woken already
 * @UMCG_SWITCH_CONFIG: core scheduling, or precise ticks, want a proper pick
 * @UMCG_SWITCH_RESCHED: some other task is due on this CPU
 */
enum umcg_switch {
	UMCG_SWITCH_DONE,
	UMCG_SWITCH_AWAKE,
	UMCG_SWITCH_QUEUED,
	UMCG_SWITCH_AFFINITY,
	UMCG_SWITCH_UNEQUAL,
	UMCG_SWITCH_SIGNAL,
	UMCG_SWITCH_CONFIG,
	UMCG_SWITCH_RESCHED,
	UMCG_SWITCH_RESULTS
};

/* How many tasks of a process are found by their tid without a search. */
#define UMCG_TIDS	1024

/* A timeout on the stack of the task that sleeps. */
struct umcg_timeout {
	struct hrtimer_sleeper	sleeper;
	bool			armed;
};

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
 * @hand_overs: what came of the attempts to switch without a wake-up
 * @by_tid: at index tid modulo UMCG_TIDS, the last task that has put itself there
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
	atomic_long_t	hand_overs[UMCG_SWITCH_RESULTS];
	struct rcu_head	rcu;
	struct umcg_info __rcu	*by_tid[UMCG_TIDS];
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
 * parked	the worker		WRITE_ONCE, full	umcg_sleeper()
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
 * @timed_out: worker: it did end so; own use only
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
	bool			timed_out;
};

/* Where the task is found by its tid; only the task itself puts itself there. */
static inline struct umcg_info __rcu **umcg_tid_slot(struct umcg_group *group,
						     pid_t tid)
{
	return &group->by_tid[(u32)tid % UMCG_TIDS];
}

static inline void umcg_publish_tid(struct umcg_info *info)
{
	struct umcg_info __rcu **slot = umcg_tid_slot(info->group, info->tid);

	if (rcu_access_pointer(*slot) != info)
		rcu_assign_pointer(*slot, info);
}

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
int umcg_attach(struct umcg_info *server, struct umcg_info *info,
		struct umcg_info *from, bool join);
struct umcg_info *umcg_detach(struct umcg_info *info);
struct task_struct *umcg_announce(struct umcg_info *info, pid_t server_tid,
				  struct task_struct *next);
bool umcg_count_running(struct umcg_info *info);
void umcg_count_stopped(struct umcg_info *info);
void umcg_leave(struct umcg_info *info);

/* umcg_hold.c */
void umcg_hold(struct umcg_info *info, struct pt_regs *regs,
	       struct task_struct *next, bool in_call);

/* umcg_sleep.c */
struct task_struct *umcg_claim_idle(struct umcg_info *server);
void __umcg_wake(struct task_struct *task);
bool umcg_hand_over(struct umcg_info *info, struct task_struct *next);
void umcg_schedule(struct umcg_info *info, struct task_struct *next,
		   bool in_call);
void umcg_start_timeout(struct umcg_timeout *timeout,
			const struct umcg_info *info, u64 abs_ns);

/**
 * umcg_sleeper - the thread of a worker that has been made RUNNING
 * @info: the worker
 *
 * Context: RCU read side.
 * Returns: its thread, with a reference, to be woken; NULL if it is not asleep in
 * umcg_hold(), and will not be.
 */
static inline struct task_struct *umcg_sleeper(struct umcg_info *info)
{
	/* Pairs with umcg_hold(): the state was written, now look who sleeps. */
	return READ_ONCE(info->parked) ? get_task_struct(info->task) : NULL;
}

static inline void umcg_wake(struct task_struct *task)
{
	if (task)
		__umcg_wake(task);
}

static inline bool umcg_timed_out(const struct umcg_timeout *timeout)
{
	return timeout->armed && !READ_ONCE(timeout->sleeper.task);
}

static inline void umcg_end_timeout(struct umcg_timeout *timeout)
{
	if (!timeout->armed)
		return;
	hrtimer_cancel(&timeout->sleeper.timer);
	destroy_hrtimer_on_stack(&timeout->sleeper.timer);
}

/* umcg_switch.c, part of core.c */
enum umcg_switch umcg_switch(struct task_struct *next);

/* umcg_fair.c, part of fair.c */
void fair_hand_over(struct rq *rq, struct task_struct *prev,
		    struct task_struct *next);

#endif /* _KERNEL_SCHED_UMCG_H */
