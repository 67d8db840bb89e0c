// SPDX-License-Identifier: Apache-2.0
/*
 * The sentinel: a thread that is unknown to the JVM and stands in for a server
 * that makes no progress while workers wait to be run.
 *
 * A Java server stops at safepoints, for handshakes, debuggers and profilers, and
 * those may be waiting for a worker that only this server would run. The sentinel
 * runs the workers, in short slices, until the server is back.
 *
 * So that it can depend on nothing that a worker may hold, it blocks all signals,
 * and after its start it allocates nothing, calls no function of the C library
 * that takes a lock, and touches no memory but its own and what control.h names.
 */
#include "control.h"
#include "natives.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/umcg.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define USEC		1000ULL
#define MSEC		1000000ULL

/* How long a server may stay in a phase while there is work. */
#define LIMIT_RETURNING	(100 * USEC)
#define LIMIT_JAVA	(1 * MSEC)
/* How long a worker runs before the next one has its turn. */
#define SLICE		(2 * MSEC)
/* How often it looks, and after how many looks without news it goes to sleep. */
#define NAP		(1 * MSEC)
#define SHORT_NAP	(50 * USEC)
#define QUIET_LOOKS	50

#define MAX_SERVERS	64

struct seen {
	uint32_t	phase;
	uint64_t	turns;
	uint64_t	since;
};

struct sentinel {
	struct control		*control;
	struct umcg_task	*tasks;
	struct umcg_task	*self;
	struct seen		seen[MAX_SERVERS];
	/* Workers taken off the servers' lists; a ring, each at most once. */
	uint32_t		*backlog;
	uint32_t		head, tail, size;
	pthread_t		thread;
	int			started;	/* futex: 0, 1, or -errno */
};

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

static void nap(uint64_t ns)
{
	struct timespec ts = { .tv_nsec = (long)ns };

	syscall(SYS_nanosleep, &ts, NULL);
}

static uint32_t state_of(struct umcg_task *task)
{
	return __atomic_load_n(&task->state, __ATOMIC_SEQ_CST) &
	       UMCG_TASK_STATE_MASK;
}

static bool stopping(struct sentinel *s)
{
	return __atomic_load_n(&s->control->stop, __ATOMIC_SEQ_CST);
}

/* Asleep in umcg_wait(), or certain to look again before it sleeps. */
static bool is_waiting(struct sentinel *s, uint32_t server)
{
	return __atomic_load_n(&s->control->server[server].phase,
			       __ATOMIC_SEQ_CST) == PHASE_WAIT &&
	       state_of(&s->tasks[server]) == UMCG_TASK_RUNNABLE;
}

static bool has_moved(struct sentinel *s, uint32_t server)
{
	struct control_server *c = &s->control->server[server];

	return __atomic_load_n(&c->phase, __ATOMIC_SEQ_CST) !=
	       s->seen[server].phase ||
	       __atomic_load_n(&c->turns, __ATOMIC_SEQ_CST) !=
	       s->seen[server].turns;
}

/* The time for which a server has been stuck in its phase; 0: it is not. */
static uint64_t stuck_for(struct sentinel *s, uint32_t server, uint64_t time)
{
	struct control_server *c = &s->control->server[server];
	struct seen *seen = &s->seen[server];

	if (has_moved(s, server) || is_waiting(s, server)) {
		seen->phase = __atomic_load_n(&c->phase, __ATOMIC_SEQ_CST);
		seen->turns = __atomic_load_n(&c->turns, __ATOMIC_SEQ_CST);
		seen->since = time;
		return 0;
	}
	return seen->phase == PHASE_STOPPED ? 0 : time - seen->since;
}

static uint64_t limit_of(struct sentinel *s, uint32_t server)
{
	return s->seen[server].phase == PHASE_WAIT ? LIMIT_RETURNING :
						     LIMIT_JAVA;
}

static void add_to_backlog(struct sentinel *s, uint32_t worker)
{
	s->backlog[s->tail++ % s->size] = worker;
}

/* A list has its newest worker first; make that part of the ring oldest first. */
static void reverse(struct sentinel *s, uint32_t first, uint32_t end)
{
	uint32_t i, count = end - first;

	for (i = 0; i < count / 2; i++) {
		uint32_t *a = &s->backlog[(first + i) % s->size];
		uint32_t *b = &s->backlog[(end - 1 - i) % s->size];
		uint32_t worker = *a;

		*a = *b;
		*b = worker;
	}
}

/* Take a server's runnable list, as the server would. */
static void drain(struct sentinel *s, uint32_t server)
{
	struct umcg_task *workers = s->self + 1;
	__u64 node = __atomic_exchange_n(&s->tasks[server].runnable_workers_ptr,
					 0, __ATOMIC_SEQ_CST);
	uint32_t first = s->tail;

	while (node) {
		uint64_t index = (node - (uintptr_t)workers) / sizeof(*workers);

		if (index >= s->control->workers || s->tail - s->head >= s->size)
			break;
		add_to_backlog(s, (uint32_t)index);
		node = __atomic_load_n(&workers[index].runnable_workers_ptr,
				       __ATOMIC_SEQ_CST);
	}
	reverse(s, first, s->tail);
}

/* Take a worker out of the Java run queue, whose entry stays and is outdated. */
static bool claim_queued(struct control_worker *worker)
{
	uint32_t queue = __atomic_load_n(&worker->queue, __ATOMIC_SEQ_CST);

	return (queue & WORKER_QUEUED) &&
	       __atomic_compare_exchange_n(&worker->queue, &queue,
					   queue & ~(uint32_t)WORKER_QUEUED,
					   false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

/* Collect all that waits to be run: lists first, then the Java run queue. */
static bool find_work(struct sentinel *s)
{
	struct control_worker *workers = control_workers(s->control);
	uint32_t i;

	for (i = 0; i < s->control->servers; i++)
		drain(s, i);
	for (i = 0; i < s->control->workers && s->head == s->tail; i++) {
		if (claim_queued(&workers[i]))
			add_to_backlog(s, i);
	}
	return s->head != s->tail;
}

static int wait_for(struct sentinel *s, uint32_t flags, uint32_t tid)
{
	__atomic_store_n(&s->self->next_tid, tid, __ATOMIC_RELAXED);
	__atomic_store_n(&s->self->state, UMCG_TASK_RUNNABLE, __ATOMIC_SEQ_CST);
	return syscall(__NR_umcg_wait, flags, now() + SLICE) < 0 ? -errno : 0;
}

/* The slice of a running worker has begun; end it when its time is over. */
static void end_slice(struct sentinel *s, uint32_t tid, int ret)
{
	__atomic_add_fetch(&s->control->slices, 1, __ATOMIC_RELAXED);
	if (ret == -ETIMEDOUT)
		__atomic_add_fetch(&s->control->preempts, 1, __ATOMIC_RELAXED);
	while (ret == -ETIMEDOUT || ret == -EINTR) {
		syscall(__NR_umcg_kick, 0, tid);
		ret = wait_for(s, UMCG_WAIT_JOIN, tid);
	}
}

/* Run one worker until it stops by itself, or is made to. */
static void run_slice(struct sentinel *s, uint32_t worker)
{
	uint32_t tid = __atomic_load_n(&control_workers(s->control)[worker].tid,
				       __ATOMIC_SEQ_CST);
	int ret = wait_for(s, 0, tid);

	if (ret == -EAGAIN &&
	    state_of(s->self + 1 + worker) == UMCG_TASK_RUNNABLE)
		add_to_backlog(s, worker);
	else
		end_slice(s, tid, ret);
}

/*
 * A kick or a signal may have taken the server away from a worker that still
 * runs in its place: that one's slice comes first.
 */
static void finish_running(struct sentinel *s, uint32_t server)
{
	struct control_worker *workers = control_workers(s->control);
	struct umcg_task *tasks = s->self + 1;
	uint32_t i, tid;

	for (i = 0; i < s->control->workers; i++) {
		if (state_of(&tasks[i]) != UMCG_TASK_RUNNING ||
		    __atomic_load_n(&tasks[i].server_tid, __ATOMIC_SEQ_CST) !=
		    __atomic_load_n(&s->control->server[server].tid,
				    __ATOMIC_SEQ_CST))
			continue;
		tid = __atomic_load_n(&workers[i].tid, __ATOMIC_SEQ_CST);
		end_slice(s, tid, wait_for(s, UMCG_WAIT_JOIN, tid));
	}
}

/* What is left goes back on the list of the server that can take over again. */
static void give_back(struct sentinel *s, uint32_t server)
{
	struct umcg_task *workers = s->self + 1;
	__u64 *head = &s->tasks[server].runnable_workers_ptr;

	while (s->head != s->tail) {
		struct umcg_task *w = &workers[s->backlog[s->head++ % s->size]];
		__u64 first = __atomic_load_n(head, __ATOMIC_SEQ_CST);

		do {
			__atomic_store_n(&w->runnable_workers_ptr, first,
					 __ATOMIC_SEQ_CST);
		} while (!__atomic_compare_exchange_n(head, &first, (uintptr_t)w,
						      false, __ATOMIC_SEQ_CST,
						      __ATOMIC_SEQ_CST));
	}
	s->head = 0;
	s->tail = 0;
}

/*
 * Stand in for a server until it moves or there is nothing left to run.
 *
 *   sentinel                     server, in run()
 *   lease = 1                    phase = WAIT
 *   full barrier                 full barrier
 *   still stuck?                 lease? -> -EBUSY
 *   yes: run workers             no: umcg_wait()
 */
static void rescue(struct sentinel *s, uint32_t server)
{
	struct control_server *c = &s->control->server[server];
	bool returning = s->seen[server].phase == PHASE_WAIT;

	__atomic_store_n(&c->lease, LEASE_TAKEN, __ATOMIC_SEQ_CST);
	if (!has_moved(s, server) && !is_waiting(s, server) && find_work(s)) {
		__atomic_add_fetch(returning ? &s->control->rescues_returning :
					       &s->control->rescues_java,
				   1, __ATOMIC_RELAXED);
		finish_running(s, server);
		do {
			run_slice(s, s->backlog[s->head++ % s->size]);
		} while (!stopping(s) && !has_moved(s, server) && find_work(s));
		give_back(s, server);
	}
	if (__atomic_exchange_n(&c->lease, LEASE_NONE, __ATOMIC_SEQ_CST) ==
	    LEASE_AWAITED)
		syscall(__NR_umcg_kick, 0,
			__atomic_load_n(&c->tid, __ATOMIC_SEQ_CST));
}

/* Whether some worker waits to be run, without taking anything. */
static bool has_work(struct sentinel *s)
{
	struct control_worker *workers = control_workers(s->control);
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (__atomic_load_n(&s->tasks[i].runnable_workers_ptr,
				    __ATOMIC_SEQ_CST))
			return true;
	}
	for (i = 0; i < s->control->workers; i++) {
		if (__atomic_load_n(&workers[i].queue, __ATOMIC_SEQ_CST) &
		    WORKER_QUEUED)
			return true;
	}
	return false;
}

/* Look at all servers once; the time until the next look. */
static uint64_t look(struct sentinel *s)
{
	uint64_t next = NAP, time = now();
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		uint64_t stuck = stuck_for(s, i, time);

		if (stuck && s->seen[i].phase == PHASE_WAIT)
			next = SHORT_NAP;
		if (stuck < limit_of(s, i) || !has_work(s))
			continue;
		rescue(s, i);
		time = now();
		next = SHORT_NAP;
	}
	return next;
}

/*
 * All servers are in the kernel, where nothing can get stuck without one. One that
 * has not started yet, or has ended, is not: its next step wakes nobody.
 */
static bool all_waiting(struct sentinel *s)
{
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (!is_waiting(s, i))
			return false;
	}
	return true;
}

static uint64_t all_turns(struct sentinel *s)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < s->control->servers; i++)
		sum += __atomic_load_n(&s->control->server[i].turns,
				       __ATOMIC_SEQ_CST);
	return sum;
}

/* Until a server returns from the kernel: run() wakes us. */
static void sleep_until_a_server_returns(struct sentinel *s)
{
	struct control *c = s->control;

	__atomic_store_n(&c->sleeping, 1, __ATOMIC_SEQ_CST);
	if (all_waiting(s) && !stopping(s))
		syscall(SYS_futex, &c->sleeping, FUTEX_WAIT_PRIVATE, 1, NULL);
	__atomic_store_n(&c->sleeping, 0, __ATOMIC_SEQ_CST);
}

static void watch(struct sentinel *s)
{
	unsigned int quiet = 0;
	uint64_t turns = 0;

	while (!stopping(s)) {
		nap(look(s));
		if (all_waiting(s) && all_turns(s) == turns) {
			if (++quiet < QUIET_LOOKS)
				continue;
			sleep_until_a_server_returns(s);
		}
		quiet = 0;
		turns = all_turns(s);
	}
}

static void set_started(struct sentinel *s, int value)
{
	__atomic_store_n(&s->started, value, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &s->started, FUTEX_WAKE_PRIVATE, 1);
}

static void *sentinel_main(void *arg)
{
	struct sched_param priority = { .sched_priority = 1 };
	struct sentinel *s = arg;
	uint32_t tid = (uint32_t)syscall(SYS_gettid);

	/* Both are wishes: without the rights it does without. */
	syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority);
	syscall(SYS_mlock, s, sizeof(*s));

	s->self->server_tid = tid;
	s->self->state = UMCG_TASK_RUNNING;
	__atomic_store_n(&s->control->tid, tid, __ATOMIC_SEQ_CST);
	if (syscall(__NR_umcg_ctl, UMCG_CTL_REGISTER, s->self,
		    CLOCK_MONOTONIC)) {
		set_started(s, -errno);
		return NULL;
	}
	set_started(s, 1);
	watch(s);
	syscall(__NR_umcg_ctl, UMCG_CTL_UNREGISTER, s->self, 0);
	return NULL;
}

static int start_thread(struct sentinel *s)
{
	sigset_t all, old;
	int ret;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = pthread_create(&s->thread, NULL, sentinel_main, s);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (ret)
		return -ret;
	while (!__atomic_load_n(&s->started, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &s->started, FUTEX_WAIT_PRIVATE, 0, NULL);
	if (s->started < 0)
		pthread_join(s->thread, NULL);
	return s->started < 0 ? s->started : 0;
}

/* One mapping: struct sentinel, then its backlog. */
static size_t mapping_size(uint32_t workers)
{
	return sizeof(struct sentinel) + (workers + 1) * sizeof(uint32_t);
}

static jlong start(JNIEnv *env, jclass class, jlong control, jlong tasks)
{
	struct control *c = (void *)control;
	struct sentinel *s;
	int ret = -EINVAL;

	(void)env;
	(void)class;
	if (c->servers < 1 || c->servers > MAX_SERVERS)
		return ret;
	s = mmap(NULL, mapping_size(c->workers), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (s == MAP_FAILED)
		return -errno;
	s->control = c;
	s->tasks = (void *)tasks;
	s->self = &s->tasks[c->servers];
	s->backlog = (uint32_t *)(s + 1);
	s->size = c->workers + 1;
	ret = start_thread(s);
	if (!ret)
		return (jlong)(intptr_t)s;
	munmap(s, mapping_size(c->workers));
	return ret;
}

static void stop(JNIEnv *env, jclass class, jlong sentinel)
{
	struct sentinel *s = (void *)sentinel;
	struct control *c = s->control;

	(void)env;
	(void)class;
	__atomic_store_n(&c->stop, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&c->sleeping, 0, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &c->sleeping, FUTEX_WAKE_PRIVATE, 1);
	pthread_join(s->thread, NULL);
	munmap(s, mapping_size(c->workers));
}

static const JNINativeMethod methods[] = {
	NATIVE("start0", "(JJ)J", start),
	NATIVE("stop0", "(J)V", stop),
};

int register_sentinel(JNIEnv *env)
{
	return register_natives(env, "org/umcg/binding/Sentinel",
				methods, ARRAY_SIZE(methods));
}
