/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM umcg

#if !defined(_KERNEL_SCHED_UMCG_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _KERNEL_SCHED_UMCG_TRACE_H

#include <linux/tracepoint.h>

#include "umcg.h"

/*
 * What happens to a worker: its tid, the server that it names, both as the process
 * has them; how many workers of the process are RUNNING then, and how many servers
 * it has.
 */
DECLARE_EVENT_CLASS(umcg_worker,
		    TP_PROTO(const struct umcg_info *info),
		    TP_ARGS(info),
		    TP_STRUCT__entry(__field(int, tid)
				     __field(int, server)
				     __field(int, running)
				     __field(int, servers)),
		    TP_fast_assign(__entry->tid = info->tid;
				   __entry->server = READ_ONCE(info->ut->server_tid);
				   __entry->running = atomic_read(&info->group->running);
				   __entry->servers = atomic_read(&info->group->servers);),
		    TP_printk("tid=%d server=%d running=%d servers=%d",
			      __entry->tid, __entry->server,
			      __entry->running, __entry->servers)
);

/* RUNNING -> BLOCKED */
DEFINE_EVENT(umcg_worker, umcg_block, TP_PROTO(const struct umcg_info *info), TP_ARGS(info));

/* BLOCKED -> RUNNABLE, on a list */
DEFINE_EVENT(umcg_worker, umcg_unblock, TP_PROTO(const struct umcg_info *info), TP_ARGS(info));

/* It is stopped on its way to user mode, or in umcg_wait(). */
DEFINE_EVENT(umcg_worker, umcg_hold, TP_PROTO(const struct umcg_info *info), TP_ARGS(info));

/* RUNNABLE -> RUNNING */
DEFINE_EVENT(umcg_worker, umcg_run, TP_PROTO(const struct umcg_info *info), TP_ARGS(info));

/* It is released because no server moves, or none is left. */
DEFINE_EVENT(umcg_worker, umcg_release, TP_PROTO(const struct umcg_info *info), TP_ARGS(info));

/*
 * The calling thread has given its CPU to another one, and has it back; or it could
 * not: @result is an enum umcg_hand_over of umcg_info.h, 0 for success.
 */
TRACE_EVENT(umcg_hand_over,
	    TP_PROTO(int tid, int result),
	    TP_ARGS(tid, result),
	    TP_STRUCT__entry(__field(int, tid)
			     __field(int, result)),
	    TP_fast_assign(__entry->tid = tid;
			   __entry->result = result;),
	    TP_printk("tid=%d result=%d", __entry->tid, __entry->result)
);

/* umcg_kick() of @tid, and what it returned */
TRACE_EVENT(umcg_kick,
	    TP_PROTO(int tid, int result),
	    TP_ARGS(tid, result),
	    TP_STRUCT__entry(__field(int, tid)
			     __field(int, result)),
	    TP_fast_assign(__entry->tid = tid;
			   __entry->result = result;),
	    TP_printk("tid=%d result=%d", __entry->tid, __entry->result)
);

#endif /* _KERNEL_SCHED_UMCG_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE umcg_trace

/* This part must be outside protection */
#include <trace/define_trace.h>
