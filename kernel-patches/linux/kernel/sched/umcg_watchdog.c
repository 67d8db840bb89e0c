// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: a look at servers that may be stuck.
 *
 * The listed workers are released when every server has been busy with something else
 * for longer than it said, at registration, that it ever is: somebody has to take the
 * lock, say, that all servers wait for. A server that set no limit is never stuck.
 */

#include <linux/freezer.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>

#include "umcg.h"
#include "umcg_watchdog.h"

/* Often enough to see four times within each limit that time passes. */
#define UMCG_LOOKS	4
#define UMCG_MAX_PAUSE	HZ

/*
 * How much of the time since the last look could @t, a server that has not moved, have
 * run? All of it, if it sleeps. If it wants to run, then only what it did: it may be kept
 * from its CPU by cpu.max, by tasks of a higher class, or by the host of the machine.
 */
static u64 umcg_could_run(struct umcg_info *info, struct task_struct *t,
			  u64 passed)
{
	u64 ran = READ_ONCE(t->se.sum_exec_runtime) - info->seen_runtime;

	if (!READ_ONCE(t->on_rq) && !task_is_running(t))
		return passed;
	return min(ran, passed);
}

/*
 * Is this server stuck, for longer than its limit? It is not if it waits, has moved since
 * the last look, or is stopped, frozen or traced.
 */
static bool umcg_is_stuck(struct umcg_info *info, struct task_struct *t,
			  u64 passed)
{
	unsigned int moves = READ_ONCE(info->moves);

	if (READ_ONCE(info->waiting) || info->seen_moves != moves ||
	    task_is_stopped_or_traced(t) || frozen(t))
		info->stuck_ns = 0;
	else
		info->stuck_ns += umcg_could_run(info, t, passed);
	info->seen_moves = moves;
	info->seen_runtime = READ_ONCE(t->se.sum_exec_runtime);
	return info->limit_ns && info->stuck_ns >= info->limit_ns;
}

enum umcg_servers {
	UMCG_SERVERS_STUCK,	/* all of them */
	UMCG_SERVERS_MOVE,	/* or may yet */
	UMCG_SERVERS_WAIT,	/* one at least: it arms the timer when it stops waiting */
};

static enum umcg_servers umcg_look_at_servers(struct task_struct *leader,
					      u64 passed)
{
	enum umcg_servers ret = UMCG_SERVERS_STUCK;
	struct umcg_info *info;
	struct task_struct *t;

	for_each_thread(leader, t) {
		info = rcu_dereference(t->umcg);
		if (!info || info->is_worker)
			continue;
		if (!umcg_is_stuck(info, t, passed) && ret == UMCG_SERVERS_STUCK)
			ret = UMCG_SERVERS_MOVE;
		if (READ_ONCE(info->waiting))
			ret = UMCG_SERVERS_WAIT;
	}
	return ret;
}

/* A while ago a server left umcg_wait(), or a worker was listed. Do the servers move? */
static void umcg_watch(struct timer_list *timer)
{
	struct umcg_group *group = from_timer(group, timer, watchdog);
	unsigned long look_every = READ_ONCE(group->look_every);
	u64 now = ktime_get_ns(), passed;
	struct task_struct *leader;

	/* A look that comes late says nothing of the servers, but of the machine. */
	passed = min(now - group->looked_at, 2 * jiffies_to_nsecs(look_every));
	group->looked_at = now;
	rcu_read_lock();
	leader = pid_task(group->pid, PIDTYPE_TGID);
	if (leader && atomic_read(&group->workers)) {
		switch (umcg_look_at_servers(leader, passed)) {
		case UMCG_SERVERS_STUCK:
			umcg_release_listed(leader);
			break;
		case UMCG_SERVERS_MOVE:
			__umcg_start_watchdog(group);
			break;
		case UMCG_SERVERS_WAIT:
			break;
		}
	}
	rcu_read_unlock();
	umcg_put_group(group);
}

void umcg_init_watchdog(struct umcg_group *group)
{
	timer_setup(&group->watchdog, umcg_watch, 0);
}

/* The timer has a reference while it is pending, and hands it to its function. */
void __umcg_start_watchdog(struct umcg_group *group)
{
	unsigned long look_every = READ_ONCE(group->look_every);

	if (!look_every)
		return;
	refcount_inc(&group->refs);
	if (mod_timer(&group->watchdog, jiffies + look_every))
		umcg_put_group(group);
}

/**
 * umcg_set_looks - find out how often the watchdog has to look at the servers
 * @group: the calling process', one of whose servers has come or gone
 *
 * Never, if one of them has no limit: then not all are stuck, whatever they do.
 */
void umcg_set_looks(struct umcg_group *group)
{
	u64 limit = UMCG_LOOKS * jiffies_to_nsecs(UMCG_MAX_PAUSE);
	struct umcg_info *info;
	struct task_struct *t;

	rcu_read_lock();
	spin_lock(&group->lock);
	for_each_thread(current, t) {
		info = rcu_dereference(t->umcg);
		if (info && !info->is_worker)
			limit = min(limit, info->limit_ns);
	}
	limit = limit ? max(nsecs_to_jiffies(limit / UMCG_LOOKS), 1UL) : 0;
	WRITE_ONCE(group->look_every, limit);
	spin_unlock(&group->lock);
	rcu_read_unlock();
	umcg_start_watchdog(group);
}
