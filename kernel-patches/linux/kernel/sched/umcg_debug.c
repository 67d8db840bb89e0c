// SPDX-License-Identifier: GPL-2.0-only
/*
 * User Managed Concurrency Groups: delays that force races, for tests.
 *
 * Writing "POINT TID MICROSECONDS" to umcg/delays in debugfs lets the thread TID, as
 * its own pid namespace has it, spin that long whenever it comes to POINT; 0 us ends
 * that. One thread for each point.
 */

#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>

#include "umcg_debug.h"

#define UMCG_MAX_DELAY_US	1000000

struct umcg_delay {
	pid_t		tid;
	unsigned int	us;
};

static const char * const umcg_point_names[] = {
	[UMCG_POINT_BLOCK] = "block",
	[UMCG_POINT_BLOCKED] = "blocked",
	[UMCG_POINT_TELL] = "tell",
	[UMCG_POINT_ENQUEUE] = "enqueue",
	[UMCG_POINT_ANNOUNCE] = "announce",
	[UMCG_POINT_HOLD] = "hold",
	[UMCG_POINT_PUSH] = "push",
	[UMCG_POINT_FOUND] = "found",
	[UMCG_POINT_ATTACH] = "attach",
	[UMCG_POINT_REFUSED] = "refused",
	[UMCG_POINT_CLAIMED] = "claimed",
	[UMCG_POINT_MARK] = "mark",
	[UMCG_POINT_SLEEP] = "sleep",
	[UMCG_POINT_HAND_OVER] = "hand_over",
	[UMCG_POINT_KICK] = "kick",
	[UMCG_POINT_WAKE] = "wake",
	[UMCG_POINT_DEFER] = "defer",
	[UMCG_POINT_LISTED] = "listed",
	[UMCG_POINT_TAKE] = "take",
	[UMCG_POINT_LEAVE] = "leave",
};

static struct umcg_delay umcg_delays[UMCG_POINTS];

/* True while some delay is set; under @umcg_delays_lock. */
DEFINE_STATIC_KEY_FALSE(umcg_delaying);
static DEFINE_MUTEX(umcg_delays_lock);

void umcg_delay(enum umcg_point point)
{
	struct umcg_delay *delay = &umcg_delays[point];
	unsigned int us = READ_ONCE(delay->us);
	u64 end;

	if (likely(!us) || READ_ONCE(delay->tid) != task_pid_vnr(current))
		return;
	end = ktime_get_ns() + us * NSEC_PER_USEC;
	while (ktime_get_ns() < end)
		cpu_relax();
}

static int umcg_delays_show(struct seq_file *m, void *unused)
{
	int i;

	for (i = 0; i < UMCG_POINTS; i++)
		seq_printf(m, "%s %d %u\n", umcg_point_names[i],
			   umcg_delays[i].tid, umcg_delays[i].us);
	return 0;
}

static int umcg_delays_open(struct inode *inode, struct file *file)
{
	return single_open(file, umcg_delays_show, NULL);
}

static void umcg_set_delay(int point, pid_t tid, unsigned int us)
{
	bool delaying = false;
	int i;

	mutex_lock(&umcg_delays_lock);
	WRITE_ONCE(umcg_delays[point].tid, tid);
	WRITE_ONCE(umcg_delays[point].us, us);
	for (i = 0; i < UMCG_POINTS; i++)
		delaying |= umcg_delays[i].us;
	if (delaying)
		static_branch_enable(&umcg_delaying);
	else
		static_branch_disable(&umcg_delaying);
	mutex_unlock(&umcg_delays_lock);
}

static ssize_t umcg_delays_write(struct file *file, const char __user *from,
				 size_t count, loff_t *pos)
{
	char line[64], name[16];
	unsigned int us;
	int point, tid;

	if (count >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, count))
		return -EFAULT;
	line[count] = 0;
	if (sscanf(line, "%15s %d %u", name, &tid, &us) != 3 ||
	    us > UMCG_MAX_DELAY_US)
		return -EINVAL;
	point = match_string(umcg_point_names, UMCG_POINTS, name);
	if (point < 0)
		return point;
	umcg_set_delay(point, tid, us);
	return count;
}

static const struct file_operations umcg_delays_fops = {
	.open		= umcg_delays_open,
	.read		= seq_read,
	.write		= umcg_delays_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int __init umcg_debug_init(void)
{
	struct dentry *dir = debugfs_create_dir("umcg", NULL);

	debugfs_create_file("delays", 0600, dir, NULL, &umcg_delays_fops);
	return 0;
}
late_initcall(umcg_debug_init);
