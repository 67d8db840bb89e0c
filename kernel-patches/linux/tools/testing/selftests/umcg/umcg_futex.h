/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_FUTEX_H
#define _UMCG_FUTEX_H

/* Workers that wait in a futex, and those who wake them. */

#include <linux/futex.h>

#include "umcg_watch.h"

/* What a worker waits for. */
struct mailbox {
	__u32 word;
	__u32 other_word;
	__u64 timeout_ms;	/* 0: without one */
	bool is_shared;
	int ret;		/* of its system call: 0, or -errno */
};

static inline long futex(__u32 *word, int op, __u32 val, void *timeout,
			 __u32 *word2, __u32 val3)
{
	return syscall(SYS_futex, word, op, val, timeout, word2, val3);
}

/* A body. Its system call is over at its second step. */
static inline void wait_in_futex(struct worker *w)
{
	struct mailbox *box = w->arg;
	int op = box->is_shared ? FUTEX_WAIT : FUTEX_WAIT_PRIVATE;
	struct timespec ts = {
		.tv_sec = box->timeout_ms / 1000,
		.tv_nsec = box->timeout_ms % 1000 * NSEC_PER_MSEC,
	};

	step(w);
	box->ret = futex(&box->word, op, 0, box->timeout_ms ? &ts : NULL, NULL, 0) ?
		   -errno : 0;
	step(w);
}

/* It sleeps in the call of that number. */
static inline bool sleeps_in(pid_t tid, long call)
{
	char path[64], text[16] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(text, sizeof(text), f))
		text[0] = 0;
	fclose(f);
	return isdigit(text[0]) && atol(text) == call;
}

static inline bool sleeps_in_futex(void *tid)
{
	return sleeps_in((pid_t)(long)tid, SYS_futex);
}

/* How often a thread has gone to sleep. */
static inline long sleeps_of(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/status", tid);
	return number_in(path, "voluntary_ctxt_switches:");
}

/* Start a worker, run it, and see it block in its futex. */
static inline bool start_in_futex(struct worker *w, struct umcg_task *ut,
				  struct umcg_task *server, struct mailbox *box)
{
	w->arg = box;
	return start_and_await(w, ut, server, wait_in_futex) &&
	       !serve_for(server, w->tid, 0, PATIENCE_MS) &&
	       take(&server->blocked_workers_ptr) == ut &&
	       eventually(sleeps_in_futex, (void *)(long)w->tid) &&
	       await_sleep(w->tid);
}

static inline int wake_futex(struct mailbox *box)
{
	return futex(&box->word, box->is_shared ? FUTEX_WAKE : FUTEX_WAKE_PRIVATE,
		     1, NULL, NULL, 0);
}

/* Is @ut alone on the list? Takes it. */
static inline bool is_listed_alone(struct umcg_task *server, struct umcg_task *ut)
{
	return take(&server->runnable_workers_ptr) == ut &&
	       !ut->runnable_workers_ptr;
}

#endif /* _UMCG_FUTEX_H */
