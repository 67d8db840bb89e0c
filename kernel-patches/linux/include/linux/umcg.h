/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_UMCG_H
#define _LINUX_UMCG_H

/*
 * Where the rest of the kernel calls kernel/sched/umcg*.c. For a task that is no
 * UMCG task each of these is one test of current->flags or current->umcg.
 */

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/wake_q.h>
#include <linux/thread_info.h>
#include <uapi/linux/umcg.h>

struct pid;
struct pid_namespace;
struct pt_regs;
struct seq_file;
struct signal_struct;

#ifdef CONFIG_UMCG

bool __umcg_worker_sleeping(struct task_struct *tsk);
void __umcg_worker_running(struct task_struct *tsk);
bool __umcg_dequeue_now(struct task_struct *tsk);
void __umcg_notify_resume(struct pt_regs *regs);
void __umcg_signal_delivered(void);
void __umcg_handler_syscall_exit(void);
bool __umcg_sched_yield(void);
void __umcg_wake_up_q(struct wake_q_head *head);
void __umcg_prio_inherited(struct task_struct *tsk);
void __umcg_exit(void);
void umcg_process_gone(struct signal_struct *sig);

int proc_pid_umcg(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *task);
int proc_tid_umcg(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *task);

/*
 * schedule(), before a worker that does not stay runnable leaves its CPU. True if the
 * worker has left it, and is back: nothing remains to be done.
 */
static inline bool umcg_worker_sleeping(struct task_struct *tsk)
{
	return unlikely(tsk->flags & PF_UMCG_WORKER) &&
	       __umcg_worker_sleeping(tsk);
}

/* schedule(): is the calling thread, which goes to sleep, to be dequeued at once? */
static inline bool umcg_dequeue_now(struct task_struct *tsk)
{
	return unlikely(rcu_access_pointer(tsk->umcg)) &&
	       __umcg_dequeue_now(tsk);
}

/* schedule(), after a worker has its CPU back. */
static inline void umcg_worker_running(struct task_struct *tsk)
{
	__umcg_worker_running(tsk);
}

/* The same where a task sleeps by other means, whatever it is. */
static inline void umcg_worker_awake(struct task_struct *tsk)
{
	if (unlikely(tsk->flags & PF_UMCG_WORKER))
		__umcg_worker_running(tsk);
}

/* What wakes threads that wait in a futex. The caller may sleep. */
static inline void umcg_wake_up_q(struct wake_q_head *head)
{
	if (unlikely(current->signal->umcg))
		__umcg_wake_up_q(head);
	else
		wake_up_q(head);
}

/* sched_yield(): true if the worker gives way to other workers. */
static inline bool umcg_sched_yield(void)
{
	return unlikely(current->flags & PF_UMCG_WORKER) &&
	       __umcg_sched_yield();
}

/* rt_mutex_setprio(): the priority of @tsk has changed. Its pi_lock is held. */
static inline void umcg_prio_inherited(struct task_struct *tsk)
{
	if (unlikely(tsk->flags & PF_UMCG_WORKER))
		__umcg_prio_inherited(tsk);
}

/* update_curr(): the time that is still to be charged to the place that @curr runs in. */
static inline u64 umcg_take_unpaid(struct sched_entity *curr)
{
	u64 unpaid = curr->umcg_unpaid;

	if (unlikely(unpaid))
		curr->umcg_unpaid = 0;
	return unpaid;
}

/* The return-to-user loop: the one place where workers are held. */
static inline void umcg_notify_resume(struct pt_regs *regs)
{
	if (unlikely(current->flags & PF_UMCG_WORKER))
		__umcg_notify_resume(regs);
}

/* A signal frame stands on the user stack: a handler is about to run. */
static inline void umcg_signal_delivered(void)
{
	if (unlikely(current->flags & PF_UMCG_WORKER))
		__umcg_signal_delivered();
}

/* A system call of such a handler ends, possibly its sigreturn. */
static inline void umcg_handler_syscall_exit(void)
{
	__umcg_handler_syscall_exit();
}

/* copy_process(): the child of a UMCG task is a plain task. */
static inline void umcg_fork(struct task_struct *child)
{
	RCU_INIT_POINTER(child->umcg, NULL);
	child->flags &= ~PF_UMCG_WORKER;
	child->se.umcg_unpaid = 0;
}

/* do_exit() and execve(). */
static inline void umcg_exit(void)
{
	if (unlikely(rcu_access_pointer(current->umcg)))
		__umcg_exit();
}

#else

static inline bool umcg_worker_sleeping(struct task_struct *tsk)
{
	return false;
}

static inline bool umcg_dequeue_now(struct task_struct *tsk)
{
	return false;
}

static inline void umcg_worker_running(struct task_struct *tsk) { }
static inline void umcg_worker_awake(struct task_struct *tsk) { }
static inline void umcg_wake_up_q(struct wake_q_head *head)
{
	wake_up_q(head);
}

static inline bool umcg_sched_yield(void)
{
	return false;
}

static inline void umcg_prio_inherited(struct task_struct *tsk) { }

static inline u64 umcg_take_unpaid(struct sched_entity *curr)
{
	return 0;
}

static inline void umcg_notify_resume(struct pt_regs *regs) { }
static inline void umcg_signal_delivered(void) { }
static inline void umcg_handler_syscall_exit(void) { }
static inline void umcg_fork(struct task_struct *child) { }
static inline void umcg_exit(void) { }
static inline void umcg_process_gone(struct signal_struct *sig) { }

#endif /* CONFIG_UMCG */

#endif /* _LINUX_UMCG_H */
