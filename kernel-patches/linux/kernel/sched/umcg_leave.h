/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_SCHED_UMCG_LEAVE_H
#define _KERNEL_SCHED_UMCG_LEAVE_H

#include "umcg.h"

/* The server that hears of a worker, without a look-up where @runner is that one. */
static inline struct umcg_info *umcg_server_of(struct umcg_info *info,
					       struct umcg_info *runner)
{
	pid_t tid = READ_ONCE(info->ut->server_tid);

	return runner && runner->tid == tid ? runner : umcg_home(info);
}

#endif /* _KERNEL_SCHED_UMCG_LEAVE_H */
