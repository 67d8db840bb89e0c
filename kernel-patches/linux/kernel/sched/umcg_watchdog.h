/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_WATCHDOG_H
#define _KERNEL_SCHED_UMCG_WATCHDOG_H

/* What umcg_watchdog.c offers. */

#include "umcg.h"

void umcg_init_watchdog(struct umcg_group *group);
void umcg_set_looks(struct umcg_group *group);
void __umcg_start_watchdog(struct umcg_group *group);

static inline void umcg_start_watchdog(struct umcg_group *group)
{
	if (!timer_pending(&group->watchdog))
		__umcg_start_watchdog(group);
}

#endif /* _KERNEL_SCHED_UMCG_WATCHDOG_H */
