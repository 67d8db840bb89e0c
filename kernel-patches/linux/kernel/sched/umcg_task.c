// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the life of a task, and what is told of it.
 *
 * A task's struct is reached through the kernel's own mapping of its page, which
 * registration pins. So nothing in umcg.c ever faults, and a thread that scribbles
 * over, unmaps or shares that memory harms nobody but itself: the page stays ours
 * until nobody can be looking at it any more.
 */

#include <linux/compat.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

#include "umcg.h"

/* Two servers that register at once must find each other's group. */
static DEFINE_MUTEX(umcg_group_mutex);

static void umcg_put_group(struct umcg_group *group)
{
	if (group && refcount_dec_and_test(&group->refs))
		kfree_rcu(group, rcu);
}

/* The group of @task's process, or NULL. Context: RCU read side. */
static struct umcg_group *umcg_find_group(struct task_struct *task)
{
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(task, t) {
		info = rcu_dereference(t->umcg);
		if (info)
			return info->group;
	}
	return NULL;
}

static struct umcg_group *umcg_get_group(void)
{
	struct umcg_group *group;

	rcu_read_lock();
	group = umcg_find_group(current);
	if (group && !refcount_inc_not_zero(&group->refs))
		group = NULL;
	rcu_read_unlock();
	if (group)
		return group;

	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (group)
		refcount_set(&group->refs, 1);
	return group;
}

/*
 * Pin the page of @addr, which must be private anonymous memory that the process
 * may write. FOLL_LONGTERM moves it to where it may stay, and breaks COW now.
 */
static int umcg_pin(unsigned long addr, struct page **page)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int ret;

	ret = account_locked_vm(mm, 1, true);
	if (ret)
		return ret;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma)
		ret = -EFAULT;
	else if (!vma_is_anonymous(vma) || (vma->vm_flags & VM_MAYSHARE))
		ret = -EINVAL;
	else
		ret = pin_user_pages(addr, 1, FOLL_WRITE | FOLL_LONGTERM, page);
	mmap_read_unlock(mm);

	if (ret == 1 && PageAnon(*page))
		return 0;
	if (ret == 1) {
		unpin_user_page(*page);
		ret = -EINVAL;
	}
	account_locked_vm(mm, 1, false);
	return ret ? ret : -EFAULT;
}

/* Last use of an info; a worker may have written to its page until now. */
static void umcg_free_rcu(struct rcu_head *rcu)
{
	struct umcg_info *info = container_of(rcu, struct umcg_info, rcu);

	unpin_user_page(info->page);
	umcg_put_group(info->group);
	kfree(info);
}

/* A new task's struct, as user space filled it in. */
static int umcg_check_new(const struct umcg_task *ut, u32 flags)
{
	u32 state = ut->state & ~UMCG_TASK_USER_MASK;
	u32 wanted = flags & UMCG_CTL_WORKER ? UMCG_TASK_BLOCKED :
					       UMCG_TASK_RUNNING;

	if (state != wanted || ut->next_tid || ut->blocked_ts ||
	    ut->runnable_ts || ut->blocked_workers_ptr ||
	    ut->runnable_workers_ptr)
		return -EINVAL;
	if (!IS_ALIGNED(ut->idle_server_tid_ptr, sizeof(u32)) ||
	    !IS_ALIGNED(ut->critical_ptr, sizeof(u32)))
		return -EINVAL;
	return 0;
}

/* Does @info name a server that it may name? */
static int umcg_check_server(const struct umcg_info *info, pid_t server_tid)
{
	int ret = 0;

	if (!info->is_worker)
		return server_tid == info->tid ? 0 : -ESRCH;
	rcu_read_lock();
	if (!umcg_find_server(server_tid))
		ret = -ESRCH;
	rcu_read_unlock();
	return ret;
}

static void umcg_publish(struct umcg_info *info)
{
	struct umcg_group *group = info->group;

	atomic_inc(info->is_worker ? &group->workers : &group->servers);
	rcu_assign_pointer(current->umcg, info);
	if (!info->is_worker)
		return;
	/* Registered as BLOCKED: held on the way back, until a server runs it. */
	info->blocked = true;
	current->flags |= PF_UMCG_WORKER;
	set_thread_flag(TIF_NOTIFY_RESUME);
}

static int umcg_register(u32 flags, struct umcg_task __user *self,
			 clockid_t clockid)
{
	struct umcg_info *info;
	struct umcg_task ut;
	int ret;

	if (umcg_current())
		return -EBUSY;
	if (!IS_ALIGNED((unsigned long)self, sizeof(*self)))
		return -EINVAL;
	if (clockid != CLOCK_REALTIME && clockid != CLOCK_MONOTONIC &&
	    clockid != CLOCK_BOOTTIME && clockid != CLOCK_TAI)
		return -EINVAL;
	if (copy_from_user(&ut, self, sizeof(ut)))
		return -EFAULT;
	ret = umcg_check_new(&ut, flags);
	if (ret)
		return ret;

	info = kzalloc(sizeof(*info), GFP_KERNEL_ACCOUNT);
	if (!info)
		return -ENOMEM;
	info->task = current;
	info->tid = task_pid_vnr(current);
	info->user_addr = (u64)(unsigned long)self;
	info->clockid = clockid;
	info->is_worker = flags & UMCG_CTL_WORKER;
	raw_spin_lock_init(&info->lock);

	ret = umcg_check_server(info, ut.server_tid);
	if (ret)
		goto free;
	ret = umcg_pin((unsigned long)self, &info->page);
	if (ret)
		goto free;
	info->ut = page_address(info->page) + offset_in_page(self);

	mutex_lock(&umcg_group_mutex);
	info->group = umcg_get_group();
	if (info->group)
		umcg_publish(info);
	mutex_unlock(&umcg_group_mutex);
	if (info->group)
		return 0;

	ret = -ENOMEM;
	account_locked_vm(current->mm, 1, false);
	unpin_user_page(info->page);
free:
	kfree(info);
	return ret;
}

/**
 * __umcg_exit - the calling task stops being a UMCG task
 *
 * At exit, at execve while the old memory is still there, and to unregister.
 */
void __umcg_exit(void)
{
	struct umcg_info *info = umcg_current();
	u32 state = READ_ONCE(info->ut->state);
	int tries;

	current->flags &= ~PF_UMCG_WORKER;
	for (tries = 0; tries < 64; tries++) {
		if (try_cmpxchg(&info->ut->state, &state,
				(state & UMCG_TASK_USER_MASK) | UMCG_TASK_NONE))
			break;
	}
	rcu_assign_pointer(current->umcg, NULL);
	umcg_leave(info);
	atomic_dec(info->is_worker ? &info->group->workers :
				     &info->group->servers);
	account_locked_vm(current->mm, 1, false);
	call_rcu(&info->rcu, umcg_free_rcu);
}

static int umcg_unregister(u32 flags, struct umcg_task __user *self)
{
	struct umcg_info *info = umcg_current();

	if (!info || info->user_addr != (u64)(unsigned long)self ||
	    info->is_worker != !!(flags & UMCG_CTL_WORKER))
		return -EINVAL;
	/* A signal handler of a worker that is on a list, or in a queue. */
	if (info->held)
		return -EBUSY;
	if (umcg_state(info) != UMCG_TASK_RUNNING)
		return -EINVAL;
	__umcg_exit();
	return 0;
}

/**
 * sys_umcg_ctl - register, unregister, query
 * @flags: UMCG_CTL_*
 * @self: what the calling thread shares with the kernel, 64-byte aligned, in
 *	private anonymous memory
 * @clockid: clock of its time stamps and timeouts; 0 but to register
 *
 * Returns:
 * * 0		- done; a worker has been run by a server
 * * > 0	- version and features, for UMCG_CTL_QUERY
 * * -EINVAL	- flags, alignment, clock, fields that must be 0, state, or kind
 *		  of memory; unregister: not what was registered
 * * -EFAULT	- @self is not mapped, or not writable
 * * -ESRCH	- server_tid is no server of this process
 * * -EBUSY	- registered already; unregister: the worker is held
 * * -ENOMEM	- no memory, or more locked than RLIMIT_MEMLOCK allows
 */
SYSCALL_DEFINE3(umcg_ctl, u32, flags, struct umcg_task __user *, self,
		clockid_t, clockid)
{
	BUILD_BUG_ON(sizeof(struct umcg_task) != 64);
	BUILD_BUG_ON(offsetof(struct umcg_task, critical_mask) != 12);
	BUILD_BUG_ON(offsetof(struct umcg_task, blocked_ts) != 16);
	BUILD_BUG_ON(offsetof(struct umcg_task, blocked_workers_ptr) != 32);
	BUILD_BUG_ON(offsetof(struct umcg_task, runnable_workers_ptr) != 40);
	BUILD_BUG_ON(offsetof(struct umcg_task, idle_server_tid_ptr) != 48);
	BUILD_BUG_ON(offsetof(struct umcg_task, critical_ptr) != 56);

	switch (flags) {
	case UMCG_CTL_REGISTER:
	case UMCG_CTL_REGISTER | UMCG_CTL_WORKER:
		return umcg_register(flags, self, clockid);
	case UMCG_CTL_UNREGISTER:
	case UMCG_CTL_UNREGISTER | UMCG_CTL_WORKER:
		return clockid ? -EINVAL : umcg_unregister(flags, self);
	case UMCG_CTL_QUERY:
		if (self || clockid)
			return -EINVAL;
		return UMCG_ABI_VERSION | UMCG_FEATURE_PREEMPT;
	default:
		return -EINVAL;
	}
}

/* /proc/PID/umcg: one "name value" line each; all 0 without UMCG tasks. */
int proc_pid_umcg(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *task)
{
	static const char * const hand_overs[] = {
		[UMCG_SWITCH_DONE] = "handed_over",
		[UMCG_SWITCH_AWAKE] = "woken_awake",
		[UMCG_SWITCH_QUEUED] = "woken_queued",
		[UMCG_SWITCH_AFFINITY] = "woken_affinity",
		[UMCG_SWITCH_UNEQUAL] = "woken_unequal",
		[UMCG_SWITCH_SIGNAL] = "woken_signal",
		[UMCG_SWITCH_CONFIG] = "woken_config",
		[UMCG_SWITCH_RESCHED] = "woken_resched",
	};
	static const struct umcg_group none;
	const struct umcg_group *group;
	int i;

	rcu_read_lock();
	group = umcg_find_group(task);
	if (!group)
		group = &none;
	seq_printf(m, "servers %d\n", atomic_read(&group->servers));
	seq_printf(m, "workers %d\n", atomic_read(&group->workers));
	seq_printf(m, "running %d\n", atomic_read(&group->running));
	seq_printf(m, "max_running %d\n", atomic_read(&group->max_running));
	seq_printf(m, "blocks %ld\n", atomic_long_read(&group->blocks));
	seq_printf(m, "unblocks %ld\n", atomic_long_read(&group->unblocks));
	seq_printf(m, "preempts %ld\n", atomic_long_read(&group->preempts));
	seq_printf(m, "switches %ld\n", atomic_long_read(&group->switches));
	for (i = 0; i < UMCG_SWITCH_RESULTS; i++)
		seq_printf(m, "%s %ld\n", hand_overs[i],
			   atomic_long_read(&group->hand_overs[i]));
	rcu_read_unlock();
	return 0;
}
