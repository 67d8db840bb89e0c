/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef _UAPI_LINUX_UMCG_H
#define _UAPI_LINUX_UMCG_H

/*
 * User Managed Concurrency Groups: threads that are scheduled by their own
 * process, with the kernel's help.
 *
 * A server stands for a CPU and runs the scheduling loop. A worker is a thread
 * that executes user code only while a server runs it. The two share one
 * struct umcg_task for each thread with the kernel; see
 * Documentation/userspace-api/umcg.txt for every state, flag and error.
 *
 * Whose bits are whose, now and in later versions:
 *
 *	flags of a call		the kernel's; an unknown one is EINVAL
 *	state, bits 0-15	the kernel's; an unknown state or flag is EINVAL
 *	state, bits 16-31	user space's; the kernel keeps them
 *	next_tid, bit 31	the kernel's, it sets it; user space clears it
 *	turns, bit 31		user space's; the kernel keeps it
 *	critical_mask		user space's, all of them
 *	reserved fields		the kernel's; EINVAL unless they are 0
 *	answer of a query	bits 0-15 the version, 16-30 features; user space
 *				ignores those that it does not know
 */

#include <linux/types.h>

/* Far above mainline's numbers: every kernel without UMCG answers ENOSYS. */
#ifndef __NR_umcg_ctl
#define __NR_umcg_ctl	1000
#define __NR_umcg_wait	1001
#define __NR_umcg_kick	1002
#endif

/*
 * umcg_task::state, bits 0-7.
 *
 *               umcg_wait() of a server, or of a worker that switches
 *          +-------------------------------------------------------+
 *          v                                                       |
 *      RUNNING --- umcg_wait(), umcg_kick() of a worker ------> RUNNABLE
 *          |                                                       ^
 *          |  the worker sleeps in the kernel                      |
 *          +-------------------> BLOCKED --------------------------+
 *                                          back at return to user
 *
 * A server knows RUNNING (it executes) and RUNNABLE (it is, or is about to be,
 * in umcg_wait()). NONE says that the kernel does not manage the task: it is
 * not registered, or has no server that could run it.
 */
#define UMCG_TASK_NONE		0U
#define UMCG_TASK_RUNNING	1U
#define UMCG_TASK_RUNNABLE	2U
#define UMCG_TASK_BLOCKED	3U
#define UMCG_TASK_STATE_MASK	0xffU

/* umcg_task::state, bits 8-15: flags. */

/* Set by umcg_kick(): the worker stops at its next return to user mode. */
#define UMCG_TF_PREEMPT		(1U << 8)

/*
 * Set by a worker together with RUNNABLE: it is on its way to umcg_wait().
 * Should it sleep before it gets there, it becomes BLOCKED like a RUNNING one,
 * and its umcg_wait() then returns EAGAIN.
 */
#define UMCG_TF_COND_WAIT	(1U << 9)

#define UMCG_TASK_FLAGS_MASK	0xff00U

/* umcg_task::state, bits 16-31 belong to user space; the kernel keeps them. */
#define UMCG_TASK_USER_SHIFT	16
#define UMCG_TASK_USER_MASK	0xffff0000U

/*
 * umcg_task::next_tid, bit 31: set by umcg_wait() once it has made that worker
 * RUNNING. Clear after a return: nobody was run.
 */
#define UMCG_NEXT_TID_CONSUMED	(1U << 31)

/*
 * umcg_task::turns, bit 31: the kernel may also leave the server without a worker, and
 * give it the next one that can go on. The other bits are a number.
 */
#define UMCG_TURNS_IDLE		(1U << 31)

/*
 * umcg_task::turns, bit 30: the kernel is about to take a worker off this server's
 * runnable list, and to make it RUNNING. Only without UMCG_TURNS_IDLE.
 */
#define UMCG_TURNS_TAKING	(1U << 30)

/* The size of struct umcg_task as it was first published. */
#define UMCG_TASK_SIZE_VER0	128

/**
 * struct umcg_task - what a UMCG thread shares with the kernel
 *
 * In private anonymous memory, 64-byte aligned, and within one page; that page
 * stays pinned while the task is registered. All that is used while the task
 * runs is in the first 64 bytes. r: the kernel reads the field, w: it writes it.
 *
 * @state: r/w. State, flags and user bits, see UMCG_TASK_* and UMCG_TF_*.
 * @next_tid: r/w. The worker that umcg_wait() runs; 0: nobody. In a RUNNING worker: the one
 *	that the kernel is to run when this one stops, in a turn that it takes, see @turns.
 * @server_tid: r. The server that hears of this worker; a server names itself.
 * @critical_mask: r. What critical_ptr selects from.
 * @blocked_ts: w. When the task last became BLOCKED, in ns of the clock that
 *	was chosen at registration.
 * @runnable_ts: w. When it last became RUNNABLE after BLOCKED or preemption.
 * @blocked_workers_ptr: r/w. In a server the head of the list of workers that
 *	blocked, in a worker the link to the next one: the address of a
 *	struct umcg_task, or 0. The kernel pushes with cmpxchg, user space
 *	takes the whole list with xchg.
 * @runnable_workers_ptr: r/w. The same for workers that became runnable.
 * @idle_server_tid_ptr: r. Address of a __u32 that holds the tid of one idle
 *	server, or 0. The kernel replaces the tid with 0 when it wakes that
 *	server because the worker's own server is busy.
 * @critical_ptr: r. Address of a __u32 whose low four bits v select bits of
 *	critical_mask: bit v hides blocking, bit 16 + v defers preemption.
 *	0: never. Read only if UMCG_FEATURE_CRITICAL is offered.
 * @hold_limit_ms: r, at registration. In a server: after how many milliseconds
 *	it counts as stuck, see "Servers that are stuck" in the manual; 0: never.
 *	In a worker 0.
 * @turns: r/w. In a server: how many turns the kernel may take in its place, see "Turns
 *	that the kernel takes" in the manual. The kernel counts it down; user space
 *	may write it at any time. 0 at registration, and in a worker.
 * @reserved: 0
 */
struct umcg_task {
	__u32	state;
	__u32	next_tid;
	__u32	server_tid;
	__u32	critical_mask;
	__u64	blocked_ts;
	__u64	runnable_ts;
	__u64	blocked_workers_ptr;
	__u64	runnable_workers_ptr;
	__u64	idle_server_tid_ptr;
	__u64	critical_ptr;

	__u32	hold_limit_ms;
	__u32	turns;
	__u64	reserved[7];
} __attribute__((aligned(128)));

/**
 * enum umcg_ctl_flag - flags of sys_umcg_ctl(flags, self, size, clockid)
 * @UMCG_CTL_REGISTER: make the calling thread a server, with state RUNNING
 *	and server_tid its own tid; or a worker
 * @UMCG_CTL_UNREGISTER: undo that; @self must be what was registered, and
 *	@clockid 0
 * @UMCG_CTL_WORKER: with both of these: as a worker. It registers with state
 *	BLOCKED and server_tid a server of its process, and the call returns
 *	once a server runs it.
 * @UMCG_CTL_QUERY: return the ABI version in bits 0-15 and the features, see
 *	UMCG_FEATURE_*, in bits 16-30; @self, @size and @clockid must be 0
 *
 * size is sizeof(struct umcg_task) as the caller knows it, at least
 * UMCG_TASK_SIZE_VER0. Where the kernel knows a smaller struct, the rest must be
 * 0, else E2BIG; a size beyond a page is E2BIG as well. To unregister, it is what
 * was registered, or 0.
 *
 * clockid is one of CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME and
 * CLOCK_TAI: the clock of the time stamps and of umcg_wait()'s timeouts.
 */
enum umcg_ctl_flag {
	UMCG_CTL_REGISTER	= 0x00001,
	UMCG_CTL_UNREGISTER	= 0x00002,
	UMCG_CTL_QUERY		= 0x00004,
	UMCG_CTL_WORKER		= 0x10000,
};

/**
 * enum umcg_wait_flag - flags of sys_umcg_wait(flags, abs_timeout_ns)
 * @UMCG_WAIT_YIELD: the calling worker stays runnable: it is put on its
 *	server's runnable list. Without it, it is on no list until a server
 *	or a worker names it in next_tid. Invalid in a server.
 * @UMCG_WAIT_JOIN: next_tid is a worker that executes, on no server since the
 *	server's wait ended before it did: it is RUNNING, or RUNNABLE and on its
 *	way to umcg_wait(). Wait for it again, but never run it anew, as it may
 *	have stopped and be on a list by now. Invalid in a worker.
 */
enum umcg_wait_flag {
	UMCG_WAIT_YIELD		= 0x1,
	UMCG_WAIT_JOIN		= 0x2,
};

/**
 * enum umcg_kick_flag - flags of sys_umcg_kick(flags, tid)
 * @UMCG_KICK_BLOCKED: tid is a worker. If it sleeps in a block that its critical
 *	word hides, it becomes BLOCKED now, and its server's umcg_wait() returns;
 *	else EAGAIN, and nothing happens. Known if UMCG_FEATURE_KICK_BLOCKED is
 *	offered.
 * @UMCG_KICK_WAKE: tid is a worker. If it waits in umcg_wait() without being
 *	listed, it is put on its server's runnable list; if it is on its way there,
 *	that call returns EAGAIN. Else EAGAIN, and nothing happens: a wake-up and
 *	a timeout, or a second wake-up, are one. Known if
 *	UMCG_FEATURE_KICK_WAKE is offered.
 */
enum umcg_kick_flag {
	UMCG_KICK_BLOCKED	= 0x10000,
	UMCG_KICK_WAKE		= 0x20000,
};

#define UMCG_ABI_VERSION	2

/* Features, as UMCG_CTL_QUERY returns them. */
#define UMCG_FEATURE_PREEMPT	(1U << 16)	/* umcg_kick() of a worker */
#define UMCG_FEATURE_CRITICAL	(1U << 17)	/* critical_ptr is honoured */
#define UMCG_FEATURE_KICK_BLOCKED (1U << 18)	/* UMCG_KICK_BLOCKED */
#define UMCG_FEATURE_KICK_WAKE	(1U << 19)	/* UMCG_KICK_WAKE */
#define UMCG_FEATURE_FUTEX	(1U << 20)	/* a wake-up in a futex lists the worker */
#define UMCG_FEATURE_TURNS	(1U << 21)	/* umcg_task::turns */

#endif /* _UAPI_LINUX_UMCG_H */
