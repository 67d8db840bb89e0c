// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: /proc/PID/umcg and /proc/PID/task/TID/umcg.
 *
 * One "name value" line each. Counters only grow; they need not be of the same moment.
 *
 * Like /proc/PID/io they are for readers that may trace the task, at the time of each
 * read: a file that was opened before may outlive an execve() that takes that right away.
 */

#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>

#include "umcg.h"

static const char * const umcg_count_names[] = {
	[UMCG_BLOCKS] = "blocks",
	[UMCG_HIDDEN_BLOCKS] = "hidden_blocks",
	[UMCG_UNBLOCKS] = "unblocks",
	[UMCG_PREEMPTS] = "preempts",
	[UMCG_DEFERRED_PREEMPTS] = "deferred_preempts",
	[UMCG_RUNS] = "runs",
	[UMCG_RELEASES] = "releases",
	[UMCG_YIELDS] = "yields",
	[UMCG_INHERITS] = "inherits",
	[UMCG_TURNS] = "turns",
	[UMCG_HAND_OVERS + UMCG_HAND_OVER_DONE] = "handed_over",
	[UMCG_HAND_OVERS + UMCG_HAND_OVER_AWAKE] = "woken_awake",
	[UMCG_HAND_OVERS + UMCG_HAND_OVER_QUEUED] = "woken_queued",
	[UMCG_HAND_OVERS + UMCG_HAND_OVER_AFFINITY] = "woken_affinity",
	[UMCG_HAND_OVERS + UMCG_HAND_OVER_UNEQUAL] = "woken_unequal",
	[UMCG_HAND_OVERS + UMCG_HAND_OVER_SIGNAL] = "woken_signal",
	[UMCG_HAND_OVERS + UMCG_HAND_OVER_CONFIG] = "woken_config",
	[UMCG_HAND_OVERS + UMCG_HAND_OVER_RESCHED] = "woken_resched",
};

/* Under the lock, so that no task leaves meanwhile: it would count twice, or not. */
static void umcg_sum_counts(unsigned long *sums, struct umcg_group *group,
			    struct task_struct *task)
{
	const struct umcg_info *info;
	struct task_struct *t;
	int i;

	spin_lock(&group->lock);
	memcpy(sums, group->counts, sizeof(group->counts));
	for_each_thread(task, t) {
		info = rcu_dereference(t->umcg);
		for (i = 0; info && i < UMCG_COUNTS; i++)
			sums[i] += READ_ONCE(info->counts[i]);
	}
	spin_unlock(&group->lock);
}

static void umcg_show_process(struct seq_file *m, struct task_struct *task)
{
	unsigned long sums[UMCG_COUNTS] = { };
	int servers = 0, workers = 0, running = 0, max_running = 0;
	struct umcg_group *group;
	int i;

	rcu_read_lock();
	group = umcg_find_group(task);
	if (group) {
		servers = atomic_read(&group->servers);
		workers = atomic_read(&group->workers);
		running = atomic_read(&group->running);
		max_running = atomic_read(&group->max_running);
		umcg_sum_counts(sums, group, task);
	}
	rcu_read_unlock();

	seq_printf(m, "servers %d\n", servers);
	seq_printf(m, "workers %d\n", workers);
	seq_printf(m, "running %d\n", running);
	seq_printf(m, "max_running %d\n", max_running);
	for (i = 0; i < UMCG_COUNTS; i++)
		seq_printf(m, "%s %lu\n", umcg_count_names[i], sums[i]);
}

static void umcg_show_thread(struct seq_file *m, struct task_struct *task)
{
	static const char * const states[] = {
		"none", "running", "runnable", "blocked",
	};
	const struct umcg_info *info;
	u32 state;
	int i;

	rcu_read_lock();
	info = rcu_dereference(task->umcg);
	if (info) {
		state = umcg_state(info);
		seq_printf(m, "role %s\n", info->is_worker ? "worker" : "server");
		seq_printf(m, "state %s\n",
			   state < ARRAY_SIZE(states) ? states[state] : "invalid");
		seq_printf(m, "server_tid %u\n", READ_ONCE(info->ut->server_tid));
		for (i = 0; i < UMCG_COUNTS; i++)
			seq_printf(m, "%s %lu\n", umcg_count_names[i],
				   READ_ONCE(info->counts[i]));
	}
	rcu_read_unlock();
}

/* No execve() meanwhile, after which the reader might not be allowed to look. */
static int umcg_show(struct seq_file *m, struct task_struct *task,
		     void (*show)(struct seq_file *m, struct task_struct *task))
{
	int ret = down_read_killable(&task->signal->exec_update_lock);

	if (ret)
		return ret;
	if (ptrace_may_access(task, PTRACE_MODE_READ_FSCREDS))
		show(m, task);
	else
		ret = -EACCES;
	up_read(&task->signal->exec_update_lock);
	return ret;
}

/* The whole process, threads that have gone included; all 0 if it never had UMCG tasks. */
int proc_pid_umcg(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *task)
{
	return umcg_show(m, task, umcg_show_process);
}

/* One thread; nothing unless it is a UMCG task. */
int proc_tid_umcg(struct seq_file *m, struct pid_namespace *ns,
		  struct pid *pid, struct task_struct *task)
{
	return umcg_show(m, task, umcg_show_thread);
}
