/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_H
#define SERVER_H

/*
 * A server that runs its workers first in, first out, and workers that run one
 * function each.
 *
 * All tasks lie in one array, and the workers in another in the same order, so
 * that a task's address on a list tells the worker.
 */

#include <linux/umcg.h>
#include <sys/mman.h>

#include "bench.h"

#define STACK_SIZE	16384
#define GUARD_SIZE	4096

struct server;

struct worker {
	struct umcg_task *task;
	struct server *server;
	void (*body)(struct worker *self);
	void *argument;
	pid_t tid;
	uint32_t go;			/* it may register */
	uint32_t started;		/* its body runs, or has run */
	uint64_t registering_at;	/* when it called umcg_ctl() */
	uint64_t listed_at;		/* when its server first saw it */
	struct worker *next;		/* in the server's queue */
	struct worker *to;		/* whom it hands over to */
	bool leaving;
	pthread_t thread;
};

struct server {
	struct umcg_task *task;
	struct umcg_task *tasks;	/* of the workers */
	struct worker *workers;
	int count;
	uint32_t ready;
	uint32_t live;			/* workers that have not unregistered */
	long turns;
	uint32_t leaves;		/* how many turns it leaves to the kernel */
	struct worker *first, *last;	/* queue */
	pthread_t thread;
};

static inline long umcg_ctl(uint32_t flags, struct umcg_task *task, clockid_t clock)
{
	return call4(__NR_umcg_ctl, flags, (long)task, sizeof(*task), clock);
}

static inline long umcg_wait(uint32_t flags)
{
	return call2(__NR_umcg_wait, flags, 0);
}

static inline struct umcg_task *take(__u64 *head)
{
	return (void *)(uintptr_t)__atomic_exchange_n(head, 0, __ATOMIC_SEQ_CST);
}

static inline struct umcg_task *new_tasks(size_t count)
{
	void *tasks = mmap(NULL, count * sizeof(struct umcg_task), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (tasks == MAP_FAILED)
		fail("mmap: %s", strerror(errno));
	return tasks;
}

/* A list has the newest first, the queue the oldest. */
static inline void enqueue(struct server *s, struct umcg_task *list)
{
	struct worker *last = NULL, *batch = NULL, *w;

	for (; list; list = (void *)(uintptr_t)list->runnable_workers_ptr) {
		w = &s->workers[list - s->tasks];
		if (!w->listed_at)
			w->listed_at = now_ns();
		w->next = batch;
		batch = w;
		last = last ? last : w;
	}
	if (!batch)
		return;
	if (s->first)
		s->last->next = batch;
	else
		s->first = batch;
	s->last = last;
}

/* Each worker that is queued names the one behind it: the kernel may run that one next. */
static inline void put_on_deck(struct server *s)
{
	struct worker *w;

	for (w = s->first; w; w = w->next)
		store(&w->task->next_tid, w->next ? (uint32_t)w->next->tid : 0);
	store(&s->task->turns, s->leaves);
}

/* Take those off the queue that the kernel has run after @w. */
static inline void dequeue_more(struct server *s, struct worker *w)
{
	while (load(&w->task->next_tid) & UMCG_NEXT_TID_CONSUMED) {
		w = w->next;
		s->first = w->next;
	}
}

/* One turn: take the lists, run the next worker until it stops, or idle. */
__attribute__((always_inline))
static inline void serve(struct server *s, bool leaves)
{
	struct worker *w;
	long ret;

	store(&s->task->state, UMCG_TASK_RUNNABLE);
	take(&s->task->blocked_workers_ptr);
	enqueue(s, take(&s->task->runnable_workers_ptr));
	w = s->first;
	s->task->next_tid = w ? (uint32_t)w->tid : 0;
	if (leaves)
		put_on_deck(s);
	ret = umcg_wait(0);
	if (w && s->task->next_tid & UMCG_NEXT_TID_CONSUMED) {
		s->first = w->next;
		if (leaves)
			dequeue_more(s, w);
	}
	if (ret != -EAGAIN && ret != -EINTR)
		must(ret, "umcg_wait of a server");
	s->turns++;
}

static inline void *server_main(void *argument)
{
	struct server *s = argument;

	s->task->state = UMCG_TASK_RUNNING;
	s->task->server_tid = (uint32_t)gettid();
	must(umcg_ctl(UMCG_CTL_REGISTER, s->task, CLOCK_MONOTONIC),
	     "umcg_ctl to register a server");
	announce(&s->ready);
	while (load(&s->live)) {
		if (s->leaves)
			serve(s, true);
		else
			serve(s, false);
	}
	must(umcg_ctl(UMCG_CTL_UNREGISTER, s->task, 0), "umcg_ctl to unregister a server");
	return NULL;
}

static inline void *worker_main(void *argument)
{
	struct worker *w = argument;
	struct server *s = w->server;
	uint32_t server_tid = s->task->server_tid;

	await(&w->go);
	w->task->state = UMCG_TASK_BLOCKED;
	w->task->server_tid = server_tid;
	w->tid = gettid();
	w->registering_at = now_ns();
	must(umcg_ctl(UMCG_CTL_REGISTER | UMCG_CTL_WORKER, w->task, CLOCK_MONOTONIC),
	     "umcg_ctl to register a worker");
	announce(&w->started);
	w->body(w);
	must(umcg_ctl(UMCG_CTL_UNREGISTER | UMCG_CTL_WORKER, w->task, 0),
	     "umcg_ctl to unregister a worker");
	__atomic_sub_fetch(&s->live, 1, __ATOMIC_SEQ_CST);
	must(call2(__NR_umcg_kick, 0, server_tid), "umcg_kick of a server");
	return NULL;
}

/* A small stack below which nothing is mapped; never freed. */
static inline void set_stack(pthread_attr_t *attributes)
{
	char *stack = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (stack == MAP_FAILED || mprotect(stack + GUARD_SIZE, STACK_SIZE, PROT_READ | PROT_WRITE))
		fail("no memory for a stack: %s", strerror(errno));
	must(-pthread_attr_setstack(attributes, stack + GUARD_SIZE, STACK_SIZE),
	     "pthread_attr_setstack");
}

/*
 * start_workers - a server, and workers that wait, as plain threads, for their
 * registration
 */
static inline void start_workers(struct server *s, int count, void (*body)(struct worker *),
				 void *argument)
{
	struct worker *w;
	pthread_attr_t attributes;

	memset(s, 0, sizeof(*s));
	s->task = new_tasks((size_t)count + 1);
	s->tasks = s->task + 1;
	s->workers = calloc((size_t)count, sizeof(*s->workers));
	s->count = count;
	s->live = (uint32_t)count;
	if (!s->workers)
		fail("no memory for workers");
	s->thread = start_thread(server_main, s);
	await(&s->ready);
	pthread_attr_init(&attributes);
	for (w = s->workers; w < s->workers + count; w++) {
		w->task = &s->tasks[w - s->workers];
		w->server = s;
		w->body = body;
		w->argument = argument;
		set_stack(&attributes);
		must(-pthread_create(&w->thread, &attributes, worker_main, w), "pthread_create");
	}
	pthread_attr_destroy(&attributes);
}

/* The server need not wake up for each block. Before the workers register. */
static inline void leave_turns(struct server *s)
{
	s->leaves = 4096 | UMCG_TURNS_IDLE;
}

/* One after the other: each has run before the next one registers. */
static inline void register_workers(struct server *s)
{
	struct worker *w;

	for (w = s->workers; w < s->workers + s->count; w++) {
		announce(&w->go);
		await(&w->started);
	}
}

static inline void join_workers(struct server *s)
{
	struct worker *w;

	for (w = s->workers; w < s->workers + s->count; w++)
		pthread_join(w->thread, NULL);
	pthread_join(s->thread, NULL);
}

static inline void free_server(struct server *s)
{
	munmap(s->task, ((size_t)s->count + 1) * sizeof(struct umcg_task));
	free(s->workers);
}

/* The counts are gone with a process' last UMCG task: the caller is a server, too. */
static inline void keep_kernel_counts(void)
{
	struct umcg_task *task = new_tasks(1);

	task->state = UMCG_TASK_RUNNING;
	task->server_tid = (uint32_t)gettid();
	must(umcg_ctl(UMCG_CTL_REGISTER, task, CLOCK_MONOTONIC),
	     "umcg_ctl to register the main thread");
}

/* The value of one line of /proc/self/umcg. */
static inline long kernel_count(const char *name)
{
	char key[32];
	long value;
	FILE *f = fopen("/proc/self/umcg", "r");

	if (!f)
		fail("/proc/self/umcg: %s: a kernel without UMCG?", strerror(errno));
	while (fscanf(f, "%31s %ld", key, &value) == 2) {
		if (!strcmp(key, name)) {
			fclose(f);
			return value;
		}
	}
	fail("/proc/self/umcg has no line %s", name);
}

#endif /* SERVER_H */
