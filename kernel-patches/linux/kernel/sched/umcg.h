/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_H
#define _KERNEL_SCHED_UMCG_H

/*
 * What the files umcg*.c share: the tasks of a process, and what each file offers.
 *
 * The files are floors of a house, lowest first. A file calls, and includes, what is
 * below it or is its own; kernel-patches/floors checks that.
 *
 * umcg_debug		delays that force races
 * umcg			tasks, states, clocks, and which worker a server runs
 * umcg_trace		trace events
 * umcg_pin		the pages of the shared structs
 * umcg_fair		one task takes another one's place in the fair class
 * umcg_hand_over	one task takes another one's CPU
 * umcg_sleep		sleep, wake up, time out
 * umcg_list		the lists of workers
 * umcg_release		a worker goes on unmanaged, for want of servers
 * umcg_inherit		a worker goes on unmanaged, since it inherits a priority
 * umcg_watchdog	servers that are stuck
 * umcg_leave		a task leaves; what a server leaves behind
 * umcg_announce	a server is told of a worker that has been listed
 * umcg_hold		a worker is held on its way to user mode
 * umcg_block		a worker sleeps in the kernel
 * umcg_attach		a server takes a worker
 * umcg_wait		the system call umcg_wait()
 * umcg_kick		the system call umcg_kick()
 * umcg_task		the system call umcg_ctl(), exit
 * umcg_proc		/proc/PID/umcg
 */

#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/umcg.h>

#include "umcg_debug.h"

/**
 * enum umcg_hand_over - what umcg_hand_over() returns
 * @UMCG_HAND_OVER_DONE: the caller slept, the other one ran in its place
 * @UMCG_HAND_OVER_AWAKE: that one does not sleep, or not for our sake
 * @UMCG_HAND_OVER_QUEUED: it is on a run queue, or a CPU: not asleep yet
 * @UMCG_HAND_OVER_AFFINITY: it may not run on this CPU, or the caller may not leave it
 * @UMCG_HAND_OVER_UNEQUAL: the two are not in the fair class with the same weight,
 *	group and cgroups
 * @UMCG_HAND_OVER_SIGNAL: the caller does not sleep: a signal, or woken already
 * @UMCG_HAND_OVER_CONFIG: core scheduling, or precise ticks, want a proper pick
 * @UMCG_HAND_OVER_RESCHED: some other task is due on this CPU
 */
enum umcg_hand_over {
	UMCG_HAND_OVER_DONE,
	UMCG_HAND_OVER_AWAKE,
	UMCG_HAND_OVER_QUEUED,
	UMCG_HAND_OVER_AFFINITY,
	UMCG_HAND_OVER_UNEQUAL,
	UMCG_HAND_OVER_SIGNAL,
	UMCG_HAND_OVER_CONFIG,
	UMCG_HAND_OVER_RESCHED,
	UMCG_HAND_OVER_RESULTS
};

/**
 * enum umcg_count - what is counted for each task, and for the process
 * @UMCG_BLOCKS: RUNNING -> BLOCKED
 * @UMCG_HIDDEN_BLOCKS: slept while critical, stayed RUNNING
 * @UMCG_UNBLOCKS: BLOCKED -> RUNNABLE
 * @UMCG_PREEMPTS: RUNNING -> RUNNABLE by umcg_kick()
 * @UMCG_DEFERRED_PREEMPTS: not yet, since critical
 * @UMCG_RUNS: RUNNABLE -> RUNNING
 * @UMCG_RELEASES: RUNNABLE -> NONE, for want of servers
 * @UMCG_YIELDS: RUNNING -> RUNNABLE by sched_yield()
 * @UMCG_INHERITS: released, or not held, since it has inherited a priority
 * @UMCG_HAND_OVERS: from here on, what came of the attempts to hand the CPU over, at
 *	index UMCG_HAND_OVERS + enum umcg_hand_over
 */
enum umcg_count {
	UMCG_BLOCKS,
	UMCG_HIDDEN_BLOCKS,
	UMCG_UNBLOCKS,
	UMCG_PREEMPTS,
	UMCG_DEFERRED_PREEMPTS,
	UMCG_RUNS,
	UMCG_RELEASES,
	UMCG_YIELDS,
	UMCG_INHERITS,
	UMCG_HAND_OVERS,
	UMCG_COUNTS = UMCG_HAND_OVERS + UMCG_HAND_OVER_RESULTS
};

/* All that a hand-over touches of a shared struct is in one cache line. */
#define UMCG_TASK_ALIGN	64

/* The flags of a state word that there are. */
#define UMCG_TF_KNOWN	(UMCG_TF_PREEMPT | UMCG_TF_COND_WAIT)

/* How often a word that user space keeps changing is tried before we give up. */
#define UMCG_TRIES	64

/* How many tasks of a process are found by their tid without a search. */
#define UMCG_TIDS	1024

/**
 * struct umcg_group - the UMCG tasks of one process
 * @refs: the process', in signal_struct::umcg, and one of the watchdog while it is armed
 * @running: workers that are RUNNING now, as the kernel counts them
 * @max_running: the most there were since the process had no task
 * @servers: registered servers
 * @workers: registered workers
 * @listed: workers that are listed: others could run
 * @lock: guards @pins and @counts; innermost
 * @counts: what happened to tasks that have left since, see &enum umcg_count
 * @by_tid: at index tid modulo UMCG_TIDS, the last task that has put itself there
 * @pid: the process
 * @watchdog: looks whether the servers are stuck, see umcg_watchdog.c
 * @look_every: how often, in jiffies; 0: never
 * @looked_at: when it last did, in ns; its own
 * @pins: folios of the tasks' structs
 */
struct umcg_group {
	refcount_t	refs;
	atomic_t	running;
	atomic_t	max_running;
	atomic_t	servers;
	atomic_t	workers;
	atomic_t	listed;
	spinlock_t	lock; /* guards @pins and @counts */
	unsigned long	counts[UMCG_COUNTS];
	struct pid	*pid;
	struct timer_list watchdog;
	unsigned long	look_every;
	u64		looked_at;
	struct list_head pins;
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
 * asleep	the task		WRITE_ONCE, then sleeps	umcg_can_take_over(), under
 *							pi_lock: it sleeps
 * dozing	the worker		WRITE_ONCE, smp_mb;	umcg_claim(),
 *				cleared under its @lock	umcg_kick_blocked()
 * kicked	kicker, server		server's @lock		umcg_server_run()
 * counted	worker, its server	xchg			each other
 * held	worker: sets, clears;	READ/WRITE_ONCE, set	the worker itself
 *	server that runs it:	before the worker can
 *	clears			be run
 * listed	worker: sets, or who	xchg before the		umcg_claim(), see there;
 *	wakes it; who runs	worker is RUNNABLE	umcg_release_listed(),
 *	it: clears					which is only a hint
 * listing	as listed; cleared by	WRITE_ONCE; cleared by	umcg_is_on_list()
 *	whoever has pushed it	a release
 * list_number,	server: who pushes;	its @list_lock		umcg_is_on_list(), which
 *   list_tid	worker: the same				reads the head before
 * inherits	the worker		irq_work_queue()	umcg_release_heir()
 * counts	worker, its server	WRITE_ONCE		/proc; may miss one
 * orphan_tid	its server that leaves;	WRITE_ONCE before dead,	umcg_home(), which reads
 *	registration		write barrier between	it after dead
 * waiting,	the server		WRITE_ONCE		umcg_watch()
 *   moves
 * stuck_ns,	umcg_watch()		plain			itself
 *   seen_*
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
 * @size: how large user space said that @ut is
 * @pin: the page of @ut
 * @tid: the thread's id, as its own pid namespace has it
 * @clockid: clock of time stamps and timeouts
 * @clock_offset: how far that clock is ahead, in the time namespace of the registration,
 *	in ns
 * @is_worker: worker, else server
 * @dead: left; checked after an attach, see umcg_attach()
 * @rcu: everybody but the task itself looks under RCU
 *
 * @lock: server: guards @worker, and @runner of the worker it names; worker:
 *	guards @dozing against being run, and its wait against wake-ups, joins and
 *	its timeout. A server's comes before a worker's.
 * @asleep: it sleeps for umcg_wait() or umcg_hold(), and can be switched to
 * @worker: server: the worker that it runs while it sleeps in umcg_wait()
 * @kicked: server: kicked while it was not waiting
 * @list_lock: server: keeps pushes on its runnable list together with @list_number
 * @waiting: server: it is in umcg_wait()
 * @moves: server: how often it has left umcg_wait()
 * @seen_moves: server: the same when umcg_watch() last looked
 * @limit_ns: server: how long it may do other things before it counts as stuck; 0: for
 *	ever
 * @stuck_ns: server: for how long it has done so, when it was last looked at
 * @seen_runtime: server: its CPU time then
 *
 * @runner: worker: the server that runs it
 * @counted: worker: it is in umcg_group::running
 * @blocked: worker: it slept, tell at return to user; own use only
 * @held: worker: it may not return to user mode before it is RUNNING, and nobody has
 *	run it since
 * @parked: worker: it sleeps in umcg_hold(), or is about to
 * @dozing: worker: it sleeps although held, in unmanaged time, or in a block that is
 *	hidden; cleared under its @lock
 * @yields: worker: it has called sched_yield(); own use only
 * @waited: worker: when it blocked it was on its way to umcg_wait(); own use only
 * @hold_sp: worker: its stack pointer where it blocked, or where a signal came first
 *	while it was held
 * @hold_on_altstack: worker: that stack is the one of sigaltstack(); own use only
 * @in_handler: worker: a signal handler was entered there, and has not been left
 * @sig_sp: worker: stack pointer at the handler's entry; own use only
 * @sig_on_altstack: worker: that stack is the one of sigaltstack(), and it was not
 *	on it before
 * @deadline: worker: when its umcg_wait() ends, or 0; own use only
 * @wait_left: worker: a handler has left that call by a jump; own use only
 * @timed_out: worker: it did end so; own use only
 * @listed: worker: it has been put on a runnable list, and not been run since
 * @listing: worker: it is marked as listed, but not pushed yet
 * @list_number: server: how often its runnable list was found empty by a push; worker:
 *	what that was when it was pushed
 * @list_tid: worker: on whose list
 * @orphan_tid: worker: what server_tid was at its registration, or when the server
 *	that it named last went
 * @recheck: worker: looks again whether a deferred preemption, or hold, is due
 * @inherits: worker: releases it when it has inherited a priority
 * @counts: of this task, see &enum umcg_count
 */
struct umcg_info {
	struct umcg_task	*ut;
	struct task_struct	*task;
	struct umcg_group	*group;
	u64			user_addr;
	u32			size;
	struct umcg_pin		*pin;
	pid_t			tid;
	clockid_t		clockid;
	s64			clock_offset;
	bool			is_worker;
	bool			dead;
	bool			asleep;
	struct rcu_head		rcu;

	raw_spinlock_t		lock;
	raw_spinlock_t		list_lock; /* of @list_number */
	unsigned int		list_number;
	struct umcg_info	*worker;
	bool			kicked;
	bool			waiting;
	unsigned int		moves;
	unsigned int		seen_moves;
	u64			limit_ns;
	u64			stuck_ns;
	u64			seen_runtime;

	struct umcg_info	*runner;
	int			counted;
	bool			blocked;
	bool			held;
	bool			parked;
	bool			dozing;
	bool			yields;
	bool			waited;
	bool			in_handler;
	bool			hold_on_altstack;
	bool			sig_on_altstack;
	unsigned long		hold_sp;
	unsigned long		sig_sp;
	u64			deadline;
	bool			wait_left;
	bool			timed_out;
	bool			listed;
	bool			listing;
	pid_t			list_tid;
	pid_t			orphan_tid;
	struct hrtimer		recheck;
	struct irq_work		inherits;
	unsigned long		counts[UMCG_COUNTS];
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

/**
 * umcg_try_state - move a task from one state to another
 * @info: the task
 * @from: the state, with flags, that it must be in
 * @to: the state, with flags, that it is to have; user bits stay
 *
 * A full barrier when it succeeds.
 *
 * Returns: true if this call made the change.
 */
static __always_inline bool umcg_try_state(struct umcg_info *info, u32 from,
					   u32 to)
{
	u32 old = READ_ONCE(info->ut->state);
	int tries;

	for (tries = 0; tries < UMCG_TRIES; tries++) {
		if ((old & ~UMCG_TASK_USER_MASK) != from)
			return false;
		if (try_cmpxchg(&info->ut->state, &old,
				(old & UMCG_TASK_USER_MASK) | to))
			return true;
	}
	return false;
}

/* What a worker forgets whenever it finds itself RUNNING. */
static inline void umcg_set_managed(struct umcg_info *info)
{
	WRITE_ONCE(info->held, false);
	WRITE_ONCE(info->in_handler, false);
	info->deadline = 0;
}

/*
 * A worker is about to be pushed on a list, or is no longer on a list or in a queue. No
 * one else can list it meanwhile.
 */
static inline void umcg_set_listed(struct umcg_info *info, bool listed)
{
	if (READ_ONCE(info->listed) == listed)
		return;
	WRITE_ONCE(info->listing, listed);
	if (xchg(&info->listed, listed) != listed)
		atomic_add(listed ? 1 : -1, &info->group->listed);
}

/* Where a worker's user code is to go on; it is the caller, or asleep. */
static inline void umcg_note_stack(struct umcg_info *info)
{
	info->hold_sp = user_stack_pointer(task_pt_regs(info->task));
}

static inline void umcg_count(struct umcg_info *info, enum umcg_count what)
{
	WRITE_ONCE(info->counts[what], info->counts[what] + 1);
}

/* Has a worker a priority from somebody who waits for its mutex? */
static inline bool umcg_has_inherited(const struct umcg_info *info)
{
	return READ_ONCE(info->task->prio) < READ_ONCE(info->task->normal_prio);
}

/* umcg.c */
bool umcg_set_running(struct umcg_info *info);
s64 umcg_clock_offset(clockid_t clockid);
u64 umcg_now(const struct umcg_info *info);
u64 umcg_host_time(const struct umcg_info *info, u64 ns);
struct umcg_info *umcg_search(pid_t tid);
struct umcg_info *umcg_find_server(pid_t tid);
bool umcg_count_running(struct umcg_info *info);
void umcg_count_stopped(struct umcg_info *info);
struct umcg_info *umcg_detach(struct umcg_info *info);
void umcg_drop_worker(struct umcg_info *server);
void umcg_await_runner(struct umcg_info *info);
bool umcg_is_critical(const struct umcg_info *info, unsigned int shift);
struct umcg_group *umcg_find_group(struct task_struct *task);
void umcg_put_group(struct umcg_group *group);

/* umcg_search(), quick for a task that waits now and then. */
static inline struct umcg_info *umcg_find(pid_t tid)
{
	struct umcg_info *info = umcg_current();

	if (info) {
		info = rcu_dereference(*umcg_tid_slot(info->group, tid));
		if (likely(info && info->tid == tid))
			return info;
	}
	return umcg_search(tid);
}

/* umcg_pin.c */
struct umcg_pin *umcg_get_pin(struct umcg_group *group, unsigned long addr,
			      struct umcg_task **ut);
void umcg_uncharge_pin(struct umcg_group *group, struct umcg_pin *pin);
void umcg_put_pin(struct umcg_pin *pin);

/* umcg_fair.c, part of fair.c */
void fair_hand_over(struct rq *rq, struct task_struct *prev,
		    struct task_struct *next);

/* umcg_hand_over.c, part of core.c */
enum umcg_hand_over umcg_hand_over(struct task_struct *next);

/* umcg_list.c */
bool umcg_push_blocked(struct umcg_info *info, struct umcg_info *server);
bool umcg_push_runnable(struct umcg_info *info, struct umcg_info *server);
bool umcg_is_on_list(struct umcg_info *info);

/* umcg_release.c */
void umcg_release_listed(struct task_struct *leader);
void umcg_release_lost(struct task_struct *leader, pid_t tid);

/* umcg_inherit.c */
void umcg_release_heir(struct umcg_info *info);
void umcg_init_inherit(struct umcg_info *info);
void umcg_end_inherit(struct umcg_info *info);

/* umcg_leave.c */
struct umcg_info *umcg_home(struct umcg_info *info);
void umcg_bequeath(struct umcg_info *server);
void umcg_leave(struct umcg_info *info);

/* umcg_announce.c */
void umcg_has_listed(struct umcg_info *info, struct umcg_info *server);
struct task_struct *umcg_announce(u64 idle_word, pid_t server_tid,
				  struct task_struct *next);

/* umcg_hold.c */
void umcg_hold(struct umcg_info *info, struct pt_regs *regs,
	       struct task_struct *next, bool in_call);
int umcg_enter_call(struct umcg_info *info);

#endif /* _KERNEL_SCHED_UMCG_H */
