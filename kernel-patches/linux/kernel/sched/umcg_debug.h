/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_DEBUG_H
#define _KERNEL_SCHED_UMCG_DEBUG_H

#include <linux/jump_label.h>

/**
 * enum umcg_point - where a test can delay a thread, see umcg_debug.c
 * @UMCG_POINT_BLOCK: a worker is to become BLOCKED
 * @UMCG_POINT_BLOCKED: it is, but on no list
 * @UMCG_POINT_TELL: it is listed, but no server has been told
 * @UMCG_POINT_ENQUEUE: a worker is RUNNABLE, but on no list
 * @UMCG_POINT_ANNOUNCE: the tid of an idle server has been taken
 * @UMCG_POINT_HOLD: a worker is about to be held
 * @UMCG_POINT_PUSH: a worker is about to become the head of a list
 * @UMCG_POINT_FOUND: a server has found the worker that it names
 * @UMCG_POINT_ATTACH: a server has reserved a worker, which is not RUNNING yet
 * @UMCG_POINT_REFUSED: a server cannot have the worker that it has reserved
 * @UMCG_POINT_CLAIMED: a server has found that the worker it names is RUNNING
 * @UMCG_POINT_MARK: a worker is about to be marked as held, and as listed
 * @UMCG_POINT_SLEEP: a server is about to sleep
 * @UMCG_POINT_HAND_OVER: a thread is about to hand its CPU over
 * @UMCG_POINT_KICK: a worker is about to be kicked
 * @UMCG_POINT_WAKE: a worker that waits is to be listed, and is BLOCKED
 * @UMCG_POINT_DEFER: a worker in a futex is RUNNABLE, but on no list
 * @UMCG_POINT_LISTED: a worker is on a list, but is marked as one that is not yet
 * @UMCG_POINT_TAKE: a worker is alone on a list, and is about to be taken off it
 * @UMCG_POINT_LEAVE: a task is marked dead, but still has a server or worker
 */
enum umcg_point {
	UMCG_POINT_BLOCK,
	UMCG_POINT_BLOCKED,
	UMCG_POINT_TELL,
	UMCG_POINT_ENQUEUE,
	UMCG_POINT_ANNOUNCE,
	UMCG_POINT_HOLD,
	UMCG_POINT_PUSH,
	UMCG_POINT_FOUND,
	UMCG_POINT_ATTACH,
	UMCG_POINT_REFUSED,
	UMCG_POINT_CLAIMED,
	UMCG_POINT_MARK,
	UMCG_POINT_SLEEP,
	UMCG_POINT_HAND_OVER,
	UMCG_POINT_KICK,
	UMCG_POINT_WAKE,
	UMCG_POINT_DEFER,
	UMCG_POINT_LISTED,
	UMCG_POINT_TAKE,
	UMCG_POINT_LEAVE,
	UMCG_POINTS
};

#ifdef CONFIG_UMCG_DEBUG
DECLARE_STATIC_KEY_FALSE(umcg_delaying);
void umcg_delay(enum umcg_point point);

static __always_inline void umcg_point(enum umcg_point point)
{
	if (static_branch_unlikely(&umcg_delaying))
		umcg_delay(point);
}
#else
static inline void umcg_point(enum umcg_point point) { }
#endif

#endif /* _KERNEL_SCHED_UMCG_DEBUG_H */
