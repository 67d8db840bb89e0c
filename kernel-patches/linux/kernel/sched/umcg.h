/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_H
#define _KERNEL_SCHED_UMCG_H

/*
 * What the files umcg*.c share.
 *
 * The files are floors of a house, lowest first. A file calls, and includes, nothing
 * that is above it.
 *
 * umcg_debug		delays that force races
 * umcg_info		what the kernel knows of a task, and who writes what
 * umcg			states, clocks, and which worker a server runs
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
 * umcg_attach		a server takes a worker
 * umcg_turn		the kernel takes a server's turn
 * umcg_defer		a worker that waits in a futex is listed by its waker
 * umcg_hold		a worker is held on its way to user mode
 * umcg_block		a worker sleeps in the kernel
 * umcg_wait		the system call umcg_wait()
 * umcg_kick		the system call umcg_kick()
 * umcg_task		the system call umcg_ctl(), exit
 * umcg_proc		/proc/PID/umcg
 */

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/timekeeping.h>
#include <linux/umcg.h>

#include "umcg_debug.h"
#include "umcg_info.h"

/* All that a hand-over touches of a shared struct is in one cache line. */
#define UMCG_TASK_ALIGN	64

/* All flags that a state word can have. */
#define UMCG_TF_KNOWN	(UMCG_TF_PREEMPT | UMCG_TF_COND_WAIT)

/* How often the kernel tries a word that user space keeps changing before it gives up. */
#define UMCG_TRIES	64

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

/**
 * umcg_set_running - move a task from RUNNABLE, with whatever flags, to RUNNING
 * @info: the task: a server, or the calling worker that stays on its server
 *
 * A full barrier when it succeeds; the caller then owes a server a wake-up.
 *
 * Returns: true if this call made the change.
 */
static inline bool umcg_set_running(struct umcg_info *info)
{
	u32 state = READ_ONCE(info->ut->state) & ~UMCG_TASK_USER_MASK;

	return (state & UMCG_TASK_STATE_MASK) == UMCG_TASK_RUNNABLE &&
	       umcg_try_state(info, state, UMCG_TASK_RUNNING);
}

/* What a worker forgets whenever it finds itself RUNNING. */
static inline void umcg_set_managed(struct umcg_info *info)
{
	WRITE_ONCE(info->held, false);
	WRITE_ONCE(info->in_handler, false);
	info->deadline = 0;
}

/*
 * A worker is about to be pushed on a list, or is no longer on a list or in a queue. Nobody
 * else can list it meanwhile; but the thread that has pushed it may not be through yet when
 * it is run, and it is that one that says so.
 */
static inline void umcg_set_listed(struct umcg_info *info, bool listed)
{
	if (READ_ONCE(info->listed) == listed)
		return;
	if (listed)
		WRITE_ONCE(info->listing, true);
	if (xchg(&info->listed, listed) != listed)
		atomic_add(listed ? 1 : -1, &info->group->listed);
}

/* The caller has marked it as listed, and it is not pushed after all. */
static inline void umcg_set_unlisted(struct umcg_info *info)
{
	WRITE_ONCE(info->listing, false);
	umcg_set_listed(info, false);
}

/*
 * The calling worker is about to be listed, and was before, by another thread perhaps:
 * that one may have put it on the list, and not be through yet.
 */
static inline void umcg_await_lister(struct umcg_info *info)
{
	if (likely(!READ_ONCE(info->listing)))
		return;
	raw_spin_lock(&info->lock);
	raw_spin_unlock(&info->lock);
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

static inline void umcg_count_stopped(struct umcg_info *info)
{
	if (xchg(&info->counted, 0))
		atomic_dec(&info->group->running);
}

/**
 * umcg_drop_worker - a server's wait is over, its worker runs on without it
 * @server: the server, its lock held
 */
static inline void umcg_drop_worker(struct umcg_info *server)
{
	lockdep_assert_held(&server->lock);

	if (server->worker) {
		WRITE_ONCE(server->worker->runner, NULL);
		WRITE_ONCE(server->worker, NULL);
	}
}

/* Has a worker inherited a priority from a thread that waits for its mutex? */
static inline bool umcg_has_inherited(const struct umcg_info *info)
{
	return READ_ONCE(info->task->prio) < READ_ONCE(info->task->normal_prio);
}

/* umcg.c */
s64 umcg_clock_offset(clockid_t clockid);
u64 umcg_host_now(const struct umcg_info *info);
u64 umcg_host_time(const struct umcg_info *info, u64 ns);
struct umcg_info *umcg_search(pid_t tid);
bool umcg_count_running(struct umcg_info *info);
struct umcg_info *umcg_detach(struct umcg_info *info);
void umcg_await_runner(struct umcg_info *info);
bool umcg_is_critical(const struct umcg_info *info, unsigned int shift);
struct umcg_group *umcg_find_group(struct task_struct *task);
void umcg_put_group(struct umcg_group *group);

/* The time on the clock that the task registered with, in nanoseconds. */
static inline u64 umcg_now(const struct umcg_info *info)
{
	u64 now = likely(info->clockid == CLOCK_MONOTONIC) ? ktime_get_ns() :
							      umcg_host_now(info);

	return now + info->clock_offset;
}

/*
 * umcg_search(), quick for a task that waits now and then. @group has the tasks of the
 * calling process.
 */
static inline struct umcg_info *umcg_find_in(struct umcg_group *group, pid_t tid)
{
	struct umcg_info *info = rcu_dereference(*umcg_tid_slot(group, tid));

	return likely(info && info->tid == tid) ? info : umcg_search(tid);
}

/* The same where the caller may be no UMCG task. */
static inline struct umcg_info *umcg_find(pid_t tid)
{
	struct umcg_info *info = umcg_current();

	return info ? umcg_find_in(info->group, tid) : umcg_search(tid);
}

/* The same for a server. */
static inline struct umcg_info *umcg_find_server(pid_t tid)
{
	struct umcg_info *info = umcg_find(tid);

	return info && !info->is_worker ? info : NULL;
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
void umcg_put_back(struct umcg_info *server, u64 first);
void umcg_bequeath(struct umcg_info *server);
void umcg_leave(struct umcg_info *info);

/*
 * Where user space advertises an idle server to @info, which is listed with @server; 0: that
 * one is alone, as it says.
 */
static inline u64 umcg_idle_word(struct umcg_info *info, struct umcg_info *server)
{
	if (READ_ONCE(server->ut->turns) & UMCG_TURNS_IDLE)
		return 0;
	return READ_ONCE(info->ut->idle_server_tid_ptr);
}

/* umcg_announce.c */
void umcg_has_listed(struct umcg_info *info, struct umcg_info *server);
struct task_struct *umcg_claim_advertised(u64 idle_word, struct task_struct **next);
struct task_struct *umcg_announce(u64 idle_word, pid_t server_tid,
				  struct task_struct *next);

/* umcg_turn.c */
bool umcg_take_turn(struct umcg_info *info, struct task_struct **next);
bool umcg_run_at_once(struct umcg_info *info, struct umcg_info *server);
bool umcg_run_dormant(struct umcg_info *info, struct umcg_info *server);

/* umcg_hold.c */
void umcg_hold(struct umcg_info *info, struct pt_regs *regs,
	       struct task_struct *next, bool in_call);
int umcg_enter_call(struct umcg_info *info);

#endif /* _KERNEL_SCHED_UMCG_H */
