/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_INFO_H
#define _KERNEL_SCHED_UMCG_INFO_H

/* What the kernel knows of a UMCG task and of its process, and who writes what. */

#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <uapi/linux/umcg.h>

/**
 * enum umcg_hand_over - what umcg_hand_over() returns
 * @UMCG_HAND_OVER_DONE: the caller slept, the other one ran in its place
 * @UMCG_HAND_OVER_AWAKE: the other one does not sleep, or not in umcg_wait() or held
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
 * @UMCG_TURNS: it blocked, or yielded, and the kernel took its server's turn
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
	UMCG_TURNS,
	UMCG_HAND_OVERS,
	UMCG_COUNTS = UMCG_HAND_OVERS + UMCG_HAND_OVER_RESULTS
};

/* How many tasks of a process are found by their tid without a search. */
#define UMCG_TIDS	1024

/**
 * struct umcg_group - the UMCG tasks of one process
 * @refs: one of the process, in signal_struct::umcg, and one of the watchdog while it is
 *	armed
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
 * worker	server, its worker	server's @lock,		each other;
 *				WRITE_ONCE		umcg_run_dormant(), which only
 *							looks whether to try
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
 * dormant	the worker		release; cleared under	umcg_defer()
 *				its @lock
 * kicked	kicker, server		server's @lock		umcg_server_run()
 * counted	worker, its server	xchg			each other
 * held	worker, its waker: set;	READ/WRITE_ONCE, set	the worker itself
 *	worker: clears;
 *	server that runs it:	before the worker can
 *	clears			be run
 * listed	worker, its waker: set;	xchg before the		umcg_claim(), see there;
 *	server that runs it:	worker is RUNNABLE	umcg_release_listed(),
 *	clears						which is only a hint
 * listing	as listed; cleared by	WRITE_ONCE; cleared by	umcg_is_on_list()
 *	the one that pushed it	a release
 * settled	the server		its @lock		umcg_run_at_once()
 * list_number,	server: the pusher;	its @list_lock		umcg_is_on_list(), which
 *   list_tid	worker: the same				reads the head before
 * first_tid	the pusher		server's @list_lock	umcg_take_turn(), which
 *							only looks whom to try
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
 * ut->next_tid	the task, kernel;	READ/WRITE_ONCE		own system calls
 *	in a turn of the	server's @lock, while it waits
 *	kernel's: the worker
 *	that blocks
 * ut->turns	user space, kernel	cmpxchg			user space, which writes it
 * ut->*_ts	kernel			WRITE_ONCE before the	user's acquire
 *					state and the push
 */

/* The rseq area of a thread that sleeps, and where that ran when it hid it. */
struct umcg_hidden_rseq {
#ifdef CONFIG_RSEQ
	struct rseq __user	*area;
	int			cpu;
	int			cid;
#endif
};

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
 * @asleep: it sleeps for umcg_wait() or umcg_hold(), or is @dormant, and can be switched
 *	to
 * @worker: server: the worker that it runs while it sleeps in umcg_wait()
 * @kicked: server: kicked while it was not waiting
 * @list_lock: server: keeps pushes on its runnable list together with @list_number
 * @settled: server: it is in umcg_wait(), and has run whom it named
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
 * @parked: worker: it sleeps in umcg_hold(), or is @dormant, or is about to be
 * @dozing: worker: it sleeps although held, in unmanaged time, or in a block that is
 *	hidden; cleared under its @lock
 * @dormant: worker: it is BLOCKED, and sleeps in a futex or in a way that looks the
 *	same: the thread that wakes it may list it and let it sleep on
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
 * @list_tid: worker: the server that has it on its list
 * @first_tid: server: the worker that was pushed when its runnable list was empty
 * @hidden: worker: its rseq area while it is @dormant, see umcg_hide_rseq(); own use only
 * @is_hidden: worker: that is so; own use only
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
	bool			settled;
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
	bool			dormant;
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
	pid_t			first_tid;
	pid_t			orphan_tid;
	struct umcg_hidden_rseq	hidden;
	bool			is_hidden;
	struct hrtimer		recheck;
	struct irq_work		inherits;
	unsigned long		counts[UMCG_COUNTS];
};

#endif /* _KERNEL_SCHED_UMCG_INFO_H */
