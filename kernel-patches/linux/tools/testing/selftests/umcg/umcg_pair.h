/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_PAIR_H
#define _UMCG_PAIR_H

/*
 * Two workers that hand the CPU to each other again and again. One of them is always
 * waiting by its own wish, so that the server has to do with one at a time.
 */

#include "umcg_watch.h"

struct pair {
	struct worker w[2];
	int rounds;
	void (*each)(struct pair *p, int i);	/* between two switches */
	void *arg;

	bool over;	/* one has done its rounds: the other one is to leave */
	int last;	/* which one waits then */
	int errors;
	/*
	 * What the kernel counted for each. A worker that blocks, or is runnable again,
	 * may hand over to the server: @to_pair is what is left without that.
	 */
	long handed_over[2], to_pair[2], unequal[2], affinity[2];
};

static inline void note_counts(struct pair *p, int i)
{
	pid_t tid = p->w[i].tid;

	p->handed_over[i] = task_umcg(tid, "handed_over");
	p->to_pair[i] = p->handed_over[i] - task_umcg(tid, "blocks") -
			task_umcg(tid, "unblocks");
	p->unequal[i] = task_umcg(tid, "woken_unequal");
	p->affinity[i] = task_umcg(tid, "woken_affinity");
}

/* Switch to the other one; again if the server had left us just then. */
static inline void switch_in_pair(struct pair *p, int i)
{
	__u64 end;
	int ret;

	for (;;) {
		ret = worker_wait_for(&p->w[i], 0, p->w[!i].tid);
		if (ret != -EAGAIN)
			break;
		/* RUNNING for a while: else a server that has left it cannot come back. */
		end = now_ns() + 200000;
		while (now_ns() < end)
			;
	}
	if (ret)
		__atomic_add_fetch(&p->errors, 1, __ATOMIC_SEQ_CST);
}

static inline void pair_body(struct worker *w)
{
	struct pair *p = w->arg;
	int i = w - p->w;

	while (w->steps < p->rounds && !flag_is_set(&p->over)) {
		if (p->each)
			p->each(p, i);
		step(w);
		if (!flag_is_set(&p->over))
			switch_in_pair(p, i);
	}
	note_counts(p, i);
	if (flag_is_set(&p->over))
		return;
	p->last = i;
	set_flag(&p->over);
	switch_in_pair(p, i);
}

/* Both on no list, and held. */
static inline bool start_pair(struct pair *p, struct umcg_task *ut,
			      struct umcg_task *server)
{
	p->w[0].arg = p;
	p->w[1].arg = p;
	return start_and_await(&p->w[0], ut, server, pair_body) &&
	       start_and_await(&p->w[1], ut + 1, server, pair_body);
}

static inline bool has_gone(struct worker *w)
{
	return get_state(w->ut) == UMCG_TASK_NONE;
}

/* The worker to run, and how, after a wait for @next has returned @ret. */
static inline struct worker *after_wait(struct pair *p, struct worker *next,
					int ret, __u32 *flags)
{
	int i;

	if (!ret)
		return NULL;
	if (ret == -EAGAIN && next && !*flags &&
	    get_state(next->ut) == UMCG_TASK_RUNNABLE)
		return next;
	*flags = UMCG_WAIT_JOIN;
	for (i = 0; i < 2; i++)
		if (get_state(p->w[i].ut) == UMCG_TASK_RUNNING)
			return &p->w[i];
	return NULL;
}

/* Be their server until both have gone. */
static inline bool run_pair(struct umcg_task *server, struct pair *p)
{
	__u64 deadline = in_ms(3 * PATIENCE_MS);
	struct worker *next = p->w;
	struct umcg_task *ut;
	bool last_is_run = false;
	__u32 flags = 0;
	int ret;

	while (now_ns() < deadline) {
		set_state(server, UMCG_TASK_RUNNABLE);
		take(&server->blocked_workers_ptr);
		ut = take(&server->runnable_workers_ptr);
		if (ut) {
			next = ut == p->w[0].ut ? &p->w[0] : &p->w[1];
			flags = 0;
		} else if (!next && flag_is_set(&p->over) && !last_is_run &&
			   has_gone(&p->w[!p->last])) {
			next = &p->w[p->last];
			last_is_run = true;
			flags = 0;
		}
		server->next_tid = next ? next->tid : 0;
		ret = umcg_wait(next ? flags : 0, in_ms(next ? 1000 : 10));
		if (has_gone(&p->w[0]) && has_gone(&p->w[1]))
			break;
		next = after_wait(p, next, ret, &flags);
	}
	set_state(server, UMCG_TASK_RUNNING);
	return has_gone(&p->w[0]) && has_gone(&p->w[1]) &&
	       !pthread_join(p->w[0].thread, NULL) &&
	       !pthread_join(p->w[1].thread, NULL);
}

/* The CPUs that the process may use: the first one, and the last one. */
static inline int first_cpu(void)
{
	cpu_set_t set;
	int cpu;

	sched_getaffinity(getpid(), sizeof(set), &set);
	for (cpu = 0; !CPU_ISSET(cpu, &set); cpu++)
		;
	return cpu;
}

static inline int last_cpu(void)
{
	cpu_set_t set;
	int cpu;

	sched_getaffinity(getpid(), sizeof(set), &set);
	for (cpu = CPU_SETSIZE - 1; !CPU_ISSET(cpu, &set); cpu--)
		;
	return cpu;
}

static inline int pin(pid_t tid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(tid, sizeof(set), &set) ? -errno : 0;
}

#endif /* _UMCG_PAIR_H */
