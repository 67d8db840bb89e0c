/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_TASK_STATE_H
#define UMCG_TASK_STATE_H

/* What the state of a task says. */

#include <errno.h>
#include <linux/umcg.h>
#include <stdbool.h>
#include <stdint.h>

static inline uint32_t state_of(struct umcg_task *task)
{
	return __atomic_load_n(&task->state, __ATOMIC_SEQ_CST) &
	       UMCG_TASK_STATE_MASK;
}

/*
 * A worker was taken off a list to be run, and umcg_wait() returned @error: is it to
 * be run still? The kernel counts it as listed until it has been run, and lists it no
 * second time; not even one that it has released, in state NONE. -ESRCH is one that has
 * ended.
 */
static inline bool is_still_to_run(struct umcg_task *worker, int error)
{
	uint32_t state = state_of(worker);

	return error == -EAGAIN &&
	       (state == UMCG_TASK_RUNNABLE || state == UMCG_TASK_NONE);
}

#endif /* UMCG_TASK_STATE_H */
