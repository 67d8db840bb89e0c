/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UMCG_WATCH_H
#define _UMCG_WATCH_H

/* For tests that wait until the kernel has got somewhere: counters, thread states. */

#include "umcg_lib.h"
#include <ctype.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/rseq.h>

/* The harness calls a test after its setjmp(): a false alarm once that is inlined. */
#pragma GCC diagnostic ignored "-Wclobbered"

/* What /proc/self/task/@tid/umcg has of that name, or -1. */
static inline long task_umcg(pid_t tid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/umcg", tid);
	return number_in(path, name);
}

struct count_wait {
	pid_t tid;
	const char *name;
	long at_least;
};

static inline bool count_is_there(void *arg)
{
	struct count_wait *c = arg;

	return (c->tid ? task_umcg(c->tid, c->name) : proc_umcg(c->name)) >=
	       c->at_least;
}

/* Wait until a counter of a thread, or with @tid 0 of the process, is that high. */
static inline bool await_count(pid_t tid, const char *name, long at_least)
{
	struct count_wait c = { tid, name, at_least };

	return eventually(count_is_there, &c);
}

/* The letter that /proc/@pid/task/@tid/stat has for the thread, or 0. */
static inline char thread_letter(pid_t pid, pid_t tid)
{
	char text[256], *end;
	FILE *f;

	snprintf(text, sizeof(text), "/proc/%d/task/%d/stat", pid, tid);
	f = fopen(text, "r");
	if (!f)
		return 0;
	if (!fgets(text, sizeof(text), f))
		text[0] = 0;
	fclose(f);
	end = strrchr(text, ')');
	return end ? end[2] : 0;
}

static inline bool thread_sleeps(void *tid)
{
	return thread_letter(getpid(), (pid_t)(long)tid) == 'S';
}

static inline bool await_sleep(pid_t tid)
{
	return eventually(thread_sleeps, (void *)(long)tid);
}

/* In read(), that is; held, it sleeps too, in another call or in none. */
static inline bool thread_reads(void *tid)
{
	char path[64], text[16] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall",
		 (pid_t)(long)tid);
	f = fopen(path, "r");
	if (!f)
		return false;
	if (!fgets(text, sizeof(text), f))
		text[0] = 0;
	fclose(f);
	return isdigit(text[0]) && atoi(text) == __NR_read;
}

static inline bool await_read(pid_t tid)
{
	return eventually(thread_reads, (void *)(long)tid);
}

struct state_wait {
	struct umcg_task *ut;
	__u32 state;
};

static inline bool state_is_there(void *arg)
{
	struct state_wait *s = arg;

	return get_state(s->ut) == s->state;
}

static inline bool await_state(struct umcg_task *ut, __u32 state)
{
	struct state_wait s = { ut, state };

	return eventually(state_is_there, &s);
}

struct steps_wait {
	struct worker *w;
	int at_least;
};

static inline bool steps_are_there(void *arg)
{
	struct steps_wait *s = arg;

	return steps(s->w) >= s->at_least;
}

static inline bool await_steps(struct worker *w, int at_least)
{
	struct steps_wait s = { w, at_least };

	return eventually(steps_are_there, &s);
}

static inline bool list_is_not_empty(void *head)
{
	return __atomic_load_n((__u64 *)head, __ATOMIC_SEQ_CST);
}

/* A list gets its first worker; it stays there. */
static inline bool await_list(__u64 *head)
{
	return eventually(list_is_not_empty, head);
}

/*
 * A server's wait with all its arguments; @ms: how long, from now. A worker that has
 * been taken from the list may tell of itself a moment later, and end a wait that has
 * not begun: then the wait is repeated. Not so a wait to join, where EAGAIN is news.
 */
static inline int serve_for(struct umcg_task *server, pid_t next, __u32 flags,
			    __u64 ms)
{
	__u64 deadline = in_ms(PATIENCE_MS);
	int ret;

	do {
		set_state(server, UMCG_TASK_RUNNABLE);
		server->next_tid = next;
		ret = umcg_wait(flags, in_ms(ms));
	} while (ret == -EAGAIN && !flags && now_ns() < deadline);
	/* Woken by nothing but its timeout, see serve(). */
	if (ret == 0 && ms == PATIENCE_MS && now_ns() > deadline)
		ret = -ETIMEDOUT;
	return ret;
}

/* Run a worker that is held, until it stops. */
static inline int run_worker(struct umcg_task *server, struct worker *w)
{
	return serve_for(server, w->tid, 0, PATIENCE_MS);
}

/* Wait again for a worker that runs without a server. */
static inline int join_worker(struct umcg_task *server, pid_t tid)
{
	return serve_for(server, tid, UMCG_WAIT_JOIN, PATIENCE_MS);
}

/* The worker's umcg_wait(), with the state it needs. */
static inline int worker_wait_for(struct worker *w, __u32 flags, pid_t next)
{
	w->ut->next_tid = next;
	set_state(w->ut, UMCG_TASK_RUNNABLE);
	return umcg_wait(flags, 0);
}

static inline bool flag_is_set(bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_SEQ_CST);
}

static inline void set_flag(bool *flag)
{
	__atomic_store_n(flag, true, __ATOMIC_SEQ_CST);
}

/* Bodies: the arg of those that spin is a flag. */
static inline void spin(struct worker *w)
{
	step(w);
	while (!flag_is_set(w->arg))
		;
	step(w);
}

/* The CPU as the kernel keeps it in the thread's rseq area. */
static inline unsigned int rseq_cpu(void)
{
	char *area = (char *)__builtin_thread_pointer() + __rseq_offset;

	return __atomic_load_n((__u32 *)(area + offsetof(struct rseq, cpu_id)),
			       __ATOMIC_RELAXED);
}

/* Is that the CPU it runs on, which is *@cpu? */
static inline bool knows_its_cpu(unsigned int *cpu)
{
	unsigned int before = rseq_cpu();

	syscall(SYS_getcpu, cpu, NULL, NULL);
	/* If they differ, it is not because it has just been moved. */
	return before != rseq_cpu() || before == *cpu;
}

/* As spin(), but it is not made to look at its state whenever tasks switch. */
static inline void spin_without_rseq(struct worker *w)
{
	syscall(__NR_rseq, (char *)__builtin_thread_pointer() + __rseq_offset,
		32, RSEQ_FLAG_UNREGISTER, RSEQ_SIG);
	spin(w);
}

static inline void read_then_step(struct worker *w)
{
	step(w);
	block_in_read(w);
	step(w);
}

/* One write of @text to a file; 0 or -errno. */
static inline int write_file(const char *path, const char *format, ...)
{
	char text[256];
	va_list args;
	int fd, ret;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* A thread that is a server, and does what it is told. */
struct actor {
	struct umcg_task *ut;
	pthread_t thread;
	pid_t tid;
	int (*order)(struct actor *self);	/* NULL: it waits for one */
	bool has_left;
	__u32 limit_ms;

	pid_t next;
	__u32 flags;
	__u64 timeout_ms;
	void *arg;
	int ret;
};

static inline void *actor_main(void *arg)
{
	struct actor *self = arg;
	int (*order)(struct actor *self);

	self->ret = register_limited_server(self->ut, self->limit_ms);
	__atomic_store_n(&self->tid, gettid(), __ATOMIC_SEQ_CST);
	while (!self->has_left) {
		order = __atomic_load_n(&self->order, __ATOMIC_SEQ_CST);
		if (!order) {
			sleep_ms(1);
			continue;
		}
		self->ret = order(self);
		__atomic_store_n(&self->order, NULL, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

static inline bool actor_is_up(void *arg)
{
	struct actor *a = arg;

	return __atomic_load_n(&a->tid, __ATOMIC_SEQ_CST);
}

static inline bool start_limited_actor(struct actor *a, struct umcg_task *ut,
				       __u32 limit_ms)
{
	memset(a, 0, sizeof(*a));
	a->ut = ut;
	a->limit_ms = limit_ms;
	return !pthread_create(&a->thread, NULL, actor_main, a) &&
	       eventually(actor_is_up, a) && !a->ret;
}

static inline bool start_actor(struct actor *a, struct umcg_task *ut)
{
	return start_limited_actor(a, ut, 0);
}

static inline void order(struct actor *a, int (*what)(struct actor *self))
{
	__atomic_store_n(&a->order, what, __ATOMIC_SEQ_CST);
}

static inline bool actor_is_done(void *arg)
{
	struct actor *a = arg;

	return !__atomic_load_n(&a->order, __ATOMIC_SEQ_CST);
}

/* What the order's function returned. */
static inline int await_order(struct actor *a)
{
	return eventually(actor_is_done, a) ? a->ret : -ETIME;
}

static inline int order_and_await(struct actor *a,
				  int (*what)(struct actor *self))
{
	order(a, what);
	return await_order(a);
}

/* Orders */
static inline int act_serve(struct actor *self)
{
	return serve_for(self->ut, self->next, self->flags,
			 self->timeout_ms ? self->timeout_ms : PATIENCE_MS);
}

static inline int act_unregister(struct actor *self)
{
	self->has_left = true;
	return umcg_ctl(UMCG_CTL_UNREGISTER, self->ut, 0);
}

/* It ends as a registered server. */
static inline int act_exit(struct actor *self)
{
	self->has_left = true;
	return 0;
}

#endif /* _UMCG_WATCH_H */
