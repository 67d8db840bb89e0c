// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: the life of a task, and what is told of it.
 *
 * A task's struct is reached through the kernel's own mapping of its page, which
 * registration pins. So no hook ever faults on it, and a thread that scribbles
 * over, unmaps or shares that memory harms nobody but itself: the page stays ours
 * until nobody can be looking at it any more.
 */

#include <linux/compat.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/resume_user_mode.h>
#include <linux/slab.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>

#include "umcg.h"
#include "umcg_watchdog.h"

/* The last thread of the process is forgotten, and nobody can look at it any more. */
void umcg_process_gone(struct signal_struct *sig)
{
	if (unlikely(sig->umcg))
		umcg_put_group(sig->umcg);
}

static struct umcg_group *umcg_new_group(void)
{
	struct umcg_group *group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);

	if (!group)
		return NULL;
	refcount_set(&group->refs, 1);
	group->pid = get_task_pid(current, PIDTYPE_TGID);
	INIT_LIST_HEAD(&group->pins);
	spin_lock_init(&group->lock);
	umcg_init_watchdog(group);
	return group;
}

/* The group of the calling process, which has it from the first registration on. */
static struct umcg_group *umcg_get_group(void)
{
	struct umcg_group *group = umcg_find_group(current), *first;

	if (group)
		return group;
	group = umcg_new_group();
	if (!group)
		return NULL;
	first = cmpxchg(&current->signal->umcg, NULL, group);
	if (!first)
		return group;
	umcg_put_group(group);
	return first;
}

/* Last use of an info; a worker may have written to its page until now. */
static void umcg_free_rcu(struct rcu_head *rcu)
{
	struct umcg_info *info = container_of(rcu, struct umcg_info, rcu);

	umcg_put_pin(info->pin);
	kfree(info);
}

/* Check a new task's fields, as user space filled them in. */
static int umcg_check_new(const struct umcg_task *ut, u32 flags)
{
	u32 state = ut->state & ~UMCG_TASK_USER_MASK;
	u32 wanted = flags & UMCG_CTL_WORKER ? UMCG_TASK_BLOCKED :
					       UMCG_TASK_RUNNING;

	if (state != wanted || ut->next_tid || ut->blocked_ts ||
	    ut->runnable_ts || ut->blocked_workers_ptr ||
	    ut->runnable_workers_ptr)
		return -EINVAL;
	if (ut->hold_limit_ms && flags & UMCG_CTL_WORKER)
		return -EINVAL;
	if (ut->turns ||
	    memchr_inv(ut->reserved, 0, sizeof(ut->reserved)))
		return -EINVAL;
	if (!IS_ALIGNED(ut->idle_server_tid_ptr, sizeof(u32)) ||
	    !IS_ALIGNED(ut->critical_ptr, sizeof(u32)))
		return -EINVAL;
	return 0;
}

/* Copy a new task's struct; the part that this kernel does not know must be 0. */
static int umcg_copy_new(struct umcg_task *ut, struct umcg_task __user *self,
			 u32 size)
{
	unsigned long addr = (unsigned long)self;

	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < UMCG_TASK_SIZE_VER0 || !IS_ALIGNED(addr, UMCG_TASK_ALIGN) ||
	    offset_in_page(addr) + size > PAGE_SIZE)
		return -EINVAL;
	return copy_struct_from_user(ut, sizeof(*ut), self, size);
}

/* Does @info name a server that it may name? */
static int umcg_check_server(struct umcg_info *info, pid_t server_tid)
{
	int ret = 0;

	if (!info->is_worker)
		return server_tid == info->tid ? 0 : -ESRCH;
	info->orphan_tid = server_tid;
	rcu_read_lock();
	if (!umcg_find_server(server_tid))
		ret = -ESRCH;
	rcu_read_unlock();
	return ret;
}

/* A critical section was in the way of a preemption: look again. */
static enum hrtimer_restart umcg_recheck(struct hrtimer *timer)
{
	set_notify_resume(container_of(timer, struct umcg_info, recheck)->task);
	return HRTIMER_NORESTART;
}

static void umcg_publish(struct umcg_info *info)
{
	struct umcg_group *group = info->group;

	/* Nobody runs: the first task of others that come starts anew. */
	if (!atomic_read(&group->workers) && !atomic_read(&group->servers))
		atomic_set(&group->max_running, 0);
	atomic_inc(info->is_worker ? &group->workers : &group->servers);
	rcu_assign_pointer(current->umcg, info);
	umcg_publish_tid(info);
	if (!info->is_worker) {
		umcg_set_looks(group);
		return;
	}
	/* Registered as BLOCKED: held on the way back, until a server runs it. */
	info->blocked = true;
	current->flags |= PF_UMCG_WORKER;
	set_thread_flag(TIF_NOTIFY_RESUME);
}

static struct umcg_info *umcg_new_info(u32 flags, u64 addr, u32 size,
				       u32 limit_ms, clockid_t clockid)
{
	struct umcg_info *info = kzalloc(sizeof(*info), GFP_KERNEL_ACCOUNT);

	if (!info)
		return NULL;
	info->task = current;
	info->tid = task_pid_vnr(current);
	info->user_addr = addr;
	info->size = size;
	info->clockid = clockid;
	info->clock_offset = umcg_clock_offset(clockid);
	info->limit_ns = (u64)limit_ms * NSEC_PER_MSEC;
	info->moves = 1;
	info->is_worker = flags & UMCG_CTL_WORKER;
	raw_spin_lock_init(&info->lock);
	raw_spin_lock_init(&info->list_lock);
	hrtimer_init(&info->recheck, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	info->recheck.function = umcg_recheck;
	umcg_init_inherit(info);
	return info;
}

/* Into the process' group, with its page pinned. */
static int umcg_join_group(struct umcg_info *info)
{
	info->group = umcg_get_group();
	if (!info->group)
		return -ENOMEM;
	info->pin = umcg_get_pin(info->group, info->user_addr, &info->ut);
	if (IS_ERR(info->pin))
		return PTR_ERR(info->pin);
	umcg_publish(info);
	return 0;
}

static int umcg_register(u32 flags, struct umcg_task __user *self, u32 size,
			 clockid_t clockid)
{
	struct umcg_info *info;
	struct umcg_task ut;
	int ret;

	if (umcg_current())
		return -EBUSY;
	if (clockid != CLOCK_REALTIME && clockid != CLOCK_MONOTONIC &&
	    clockid != CLOCK_BOOTTIME && clockid != CLOCK_TAI)
		return -EINVAL;
	ret = umcg_copy_new(&ut, self, size);
	if (!ret)
		ret = umcg_check_new(&ut, flags);
	if (ret)
		return ret;

	info = umcg_new_info(flags, (u64)(unsigned long)self, size,
			     ut.hold_limit_ms, clockid);
	if (!info)
		return -ENOMEM;
	ret = umcg_check_server(info, ut.server_tid);
	if (!ret)
		ret = umcg_join_group(info);
	if (ret)
		kfree(info);
	return ret;
}

/*
 * Add what the calling task has counted since it @told last to the process' counts. The
 * task gives @info up under the same lock, so that /proc/PID/umcg has each count once,
 * and none is ever less than before.
 */
static void umcg_add_to_group(struct umcg_info *info, unsigned long *told)
{
	struct umcg_group *group = info->group;
	unsigned long count;
	int i;

	spin_lock(&group->lock);
	rcu_assign_pointer(current->umcg, NULL);
	for (i = 0; i < UMCG_COUNTS; i++) {
		count = READ_ONCE(info->counts[i]);
		group->counts[i] += count - told[i];
		told[i] = count;
	}
	spin_unlock(&group->lock);
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
	unsigned long told[UMCG_COUNTS] = { };
	int tries;

	current->flags &= ~PF_UMCG_WORKER;
	hrtimer_cancel(&info->recheck);
	/* Uncount it first: a server that sees it gone may run another one at once. */
	umcg_count_stopped(info);
	for (tries = 0; tries < UMCG_TRIES; tries++) {
		if (try_cmpxchg(&info->ut->state, &state,
				(state & UMCG_TASK_USER_MASK) | UMCG_TASK_NONE))
			break;
	}
	umcg_add_to_group(info, told);
	umcg_end_inherit(info);
	umcg_leave(info);
	atomic_dec(info->is_worker ? &info->group->workers :
				     &info->group->servers);
	umcg_add_to_group(info, told);
	if (!info->is_worker)
		umcg_set_looks(info->group);
	umcg_uncharge_pin(info->group, info->pin);
	call_rcu(&info->rcu, umcg_free_rcu);
}

static int umcg_unregister(u32 flags, struct umcg_task __user *self, u32 size)
{
	struct umcg_info *info = umcg_current();

	if (!info || info->user_addr != (u64)(unsigned long)self ||
	    info->is_worker != !!(flags & UMCG_CTL_WORKER) ||
	    (size && size != info->size))
		return -EINVAL;
	/* The caller is a signal handler of a worker that is on a list, or in a queue. */
	if (READ_ONCE(info->held))
		return -EBUSY;
	if (info->is_worker && umcg_enter_call(info) == -EAGAIN)
		return -ERESTARTNOINTR;
	if (umcg_state(info) != UMCG_TASK_RUNNING &&
	    umcg_state(info) != UMCG_TASK_NONE)
		return -EINVAL;
	__umcg_exit();
	return 0;
}

/**
 * sys_umcg_ctl - register, unregister, query
 * @flags: UMCG_CTL_*
 * @self: what the calling thread shares with the kernel, 64-byte aligned, in
 *	one page of private anonymous memory
 * @size: of what @self points to, as the caller knows it; to unregister the
 *	same, or 0; to query 0
 * @clockid: clock of its time stamps and timeouts; 0 but to register
 *
 * Returns:
 * * 0		- done; a worker has been run by a server
 * * > 0	- version and features, for UMCG_CTL_QUERY
 * * -EINVAL	- flags, alignment, size, clock, fields that must be 0, state, or
 *		  kind of memory; unregister: not what was registered
 * * -E2BIG	- @size is larger than a page, or what it covers beyond what this
 *		  kernel knows is not 0
 * * -EFAULT	- @self is not mapped, or not writable
 * * -ESRCH	- server_tid is no server of this process
 * * -EBUSY	- registered already; unregister: the worker is held
 * * -ENOMEM	- no memory, or more pinned than RLIMIT_MEMLOCK allows
 * * -EINTR	- killed while it waited for the page
 */
SYSCALL_DEFINE4(umcg_ctl, u32, flags, struct umcg_task __user *, self,
		u32, size, clockid_t, clockid)
{
	BUILD_BUG_ON(sizeof(struct umcg_task) != UMCG_TASK_SIZE_VER0);
	BUILD_BUG_ON(offsetof(struct umcg_task, critical_mask) != 12);
	BUILD_BUG_ON(offsetof(struct umcg_task, blocked_ts) != 16);
	BUILD_BUG_ON(offsetof(struct umcg_task, blocked_workers_ptr) != 32);
	BUILD_BUG_ON(offsetof(struct umcg_task, runnable_workers_ptr) != 40);
	BUILD_BUG_ON(offsetof(struct umcg_task, idle_server_tid_ptr) != 48);
	BUILD_BUG_ON(offsetof(struct umcg_task, critical_ptr) != 56);
	BUILD_BUG_ON(offsetof(struct umcg_task, hold_limit_ms) != UMCG_TASK_ALIGN);

	switch (flags) {
	case UMCG_CTL_REGISTER:
	case UMCG_CTL_REGISTER | UMCG_CTL_WORKER:
		return umcg_register(flags, self, size, clockid);
	case UMCG_CTL_UNREGISTER:
	case UMCG_CTL_UNREGISTER | UMCG_CTL_WORKER:
		return clockid ? -EINVAL : umcg_unregister(flags, self, size);
	case UMCG_CTL_QUERY:
		if (self || size || clockid)
			return -EINVAL;
		return UMCG_ABI_VERSION | UMCG_FEATURE_PREEMPT |
		       UMCG_FEATURE_CRITICAL | UMCG_FEATURE_KICK_BLOCKED |
		       UMCG_FEATURE_KICK_WAKE | UMCG_FEATURE_FUTEX |
		       UMCG_FEATURE_TURNS;
	default:
		return -EINVAL;
	}
}
