/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_LIB_H
#define _UMCG_LIB_H

/*
 * What the UMCG selftests share: the system calls, a server that a test drives
 * step by step, and workers that do what they are told.
 *
 * Each test runs in a process of its own, whose main thread is the server.
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/umcg.h>

#define UMCG_TASKS	256
#define NSEC_PER_MSEC	1000000ULL
/* Long enough for an emulated, loaded machine; only a failing test waits it. */
#ifndef PATIENCE_MS
#define PATIENCE_MS	20000
#endif

/* @size: of what @self points to, as the caller knows it */
static inline int umcg_ctl_sized(__u32 flags, void *self, __u32 size,
				 clockid_t clockid)
{
	return syscall(__NR_umcg_ctl, flags, self, size, clockid) < 0 ? -errno : 0;
}

/* Register or unregister a struct of the size that we know. */
static inline int umcg_ctl(__u32 flags, void *self, clockid_t clockid)
{
	return umcg_ctl_sized(flags, self, sizeof(struct umcg_task), clockid);
}

static inline int umcg_query(void)
{
	return syscall(__NR_umcg_ctl, UMCG_CTL_QUERY, NULL, 0, 0);
}

static inline int umcg_wait(__u32 flags, __u64 abs_timeout_ns)
{
	return syscall(__NR_umcg_wait, flags, abs_timeout_ns) < 0 ? -errno : 0;
}

static inline int umcg_kick(__u32 flags, pid_t tid)
{
	return syscall(__NR_umcg_kick, flags, tid) < 0 ? -errno : 0;
}

static inline __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static inline __u64 in_ms(__u64 ms)
{
	return now_ns() + ms * NSEC_PER_MSEC;
}

static inline void sleep_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * NSEC_PER_MSEC };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

/* Room for UMCG_TASKS tasks, on pages that no others are on. */
static inline struct umcg_task *new_tasks(void)
{
	void *p = mmap(NULL, UMCG_TASKS * sizeof(struct umcg_task),
		       PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return p;
}

static inline __u32 get_state(struct umcg_task *ut)
{
	return __atomic_load_n(&ut->state, __ATOMIC_SEQ_CST) &
	       UMCG_TASK_STATE_MASK;
}

static inline void set_state(struct umcg_task *ut, __u32 state)
{
	__atomic_store_n(&ut->state, state, __ATOMIC_SEQ_CST);
}

static inline struct umcg_task *take(__u64 *head)
{
	return (void *)(uintptr_t)__atomic_exchange_n(head, 0,
						      __ATOMIC_SEQ_CST);
}

/* Prepare @ut for registration as a server of the calling thread. */
static inline void init_server(struct umcg_task *ut)
{
	memset(ut, 0, sizeof(*ut));
	ut->state = UMCG_TASK_RUNNING;
	ut->server_tid = gettid();
}

/* @limit_ms: when it counts as stuck; 0: never */
static inline int register_limited_server(struct umcg_task *ut, __u32 limit_ms)
{
	init_server(ut);
	ut->hold_limit_ms = limit_ms;
	return umcg_ctl(UMCG_CTL_REGISTER, ut, CLOCK_MONOTONIC);
}

/*
 * A test's main thread is a server that does a lot beside umcg_wait(): so it has no
 * limit, but in tests of the limit itself.
 */
static inline int register_server(struct umcg_task *ut)
{
	return register_limited_server(ut, 0);
}

static inline void init_worker(struct umcg_task *ut, pid_t server_tid)
{
	__u64 idle_ptr = ut->idle_server_tid_ptr;

	memset(ut, 0, sizeof(*ut));
	ut->state = UMCG_TASK_BLOCKED;
	ut->server_tid = server_tid;
	ut->idle_server_tid_ptr = idle_ptr;
}

/* A thread that is a worker while it runs @body. */
struct worker {
	struct umcg_task *ut;
	pid_t server_tid;
	void (*body)(struct worker *self);
	void *arg;
	bool leave_registered;

	pthread_t thread;
	pid_t tid;
	int ret;
	int steps;	/* the body counts how far it is */
	int pipe[2];	/* for bodies that block */
};

static inline void *worker_main(void *arg)
{
	struct worker *self = arg;

	init_worker(self->ut, self->server_tid);
	__atomic_store_n(&self->tid, gettid(), __ATOMIC_SEQ_CST);
	self->ret = umcg_ctl(UMCG_CTL_REGISTER | UMCG_CTL_WORKER, self->ut,
			     CLOCK_MONOTONIC);
	if (self->ret)
		return NULL;
	self->body(self);
	if (!self->leave_registered)
		self->ret = umcg_ctl(UMCG_CTL_UNREGISTER | UMCG_CTL_WORKER,
				     self->ut, 0);
	return NULL;
}

static inline int start_worker(struct worker *w, struct umcg_task *ut,
			       pid_t server_tid, void (*body)(struct worker *))
{
	w->ut = ut;
	w->server_tid = server_tid;
	w->body = body;
	if (pipe(w->pipe))
		return -errno;
	return -pthread_create(&w->thread, NULL, worker_main, w);
}

static inline void step(struct worker *w)
{
	__atomic_add_fetch(&w->steps, 1, __ATOMIC_SEQ_CST);
}

static inline int steps(struct worker *w)
{
	return __atomic_load_n(&w->steps, __ATOMIC_SEQ_CST);
}

/* Body parts */
static inline void block_in_read(struct worker *w)
{
	char c;

	while (read(w->pipe[0], &c, 1) < 0 && errno == EINTR)
		;
}

static inline int unblock_read(struct worker *w)
{
	return write(w->pipe[1], "x", 1) == 1 ? 0 : -errno;
}

static inline bool eventually(bool (*is_true)(void *), void *arg)
{
	__u64 deadline = in_ms(PATIENCE_MS);

	while (!is_true(arg)) {
		if (now_ns() > deadline)
			return false;
		sleep_ms(1);
	}
	return true;
}

/*
 * A server's wait. @next: whom to run, or 0. Returns what umcg_wait() does,
 * -ETIMEDOUT when nothing happens for as long as a test has patience; also when
 * something has, but only the timeout woke the server.
 */
static inline int serve(struct umcg_task *server, pid_t next)
{
	__u64 deadline = in_ms(PATIENCE_MS);
	int ret;

	set_state(server, UMCG_TASK_RUNNABLE);
	server->next_tid = next;
	ret = umcg_wait(0, deadline);
	return ret == 0 && now_ns() > deadline ? -ETIMEDOUT : ret;
}

/* Idle until a worker is runnable and take the list; NULL after PATIENCE_MS. */
static inline struct umcg_task *await_runnable(struct umcg_task *server)
{
	struct umcg_task *list;
	int ret;

	for (;;) {
		set_state(server, UMCG_TASK_RUNNABLE);
		list = take(&server->runnable_workers_ptr);
		if (list) {
			set_state(server, UMCG_TASK_RUNNING);
			return list;
		}
		server->next_tid = 0;
		ret = umcg_wait(0, in_ms(PATIENCE_MS));
		if (ret == -ETIMEDOUT)
			return NULL;
	}
}

/* Start a worker and see it arrive, alone, on the runnable list. */
static inline bool start_and_await(struct worker *w, struct umcg_task *ut,
				   struct umcg_task *server,
				   void (*body)(struct worker *))
{
	if (start_worker(w, ut, server->server_tid, body))
		return false;
	return await_runnable(server) == ut && !ut->runnable_workers_ptr;
}

/* The number that follows the word @key at the start of a line of @path, or -1. */
static inline long number_in(const char *path, const char *key)
{
	char line[256], word[64];
	long value, found = -1;
	FILE *f = fopen(path, "r");

	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63s %ld", word, &value) == 2 &&
		    !strcmp(word, key))
			found = value;
	}
	fclose(f);
	return found;
}

/* The number that a file consists of, or begins with; or -1. */
static inline long read_number(const char *path)
{
	long value = -1;
	FILE *f = fopen(path, "r");

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &value) != 1)
		value = -1;
	fclose(f);
	return value;
}

static inline long proc_umcg(const char *name)
{
	return number_in("/proc/self/umcg", name);
}

#endif /* _UMCG_LIB_H */
