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
 * that takes a lock, and touches no memory but its own and what protocol.h names.
 */
#include "binding/natives.h"
#include "sentinel/stand_in.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/*
 * How long a server may stay in a phase while there is work. On a machine that is
 * emulated, or has too much to do, all takes longer: as many times as long as the
 * sentinel's own naps end late are added.
 */
#define LIMIT_RETURNING	(100 * USEC)
#define LIMIT_JAVA	(1 * MSEC)
#define LATENESSES	8
/* How long it may wait for a worker that perhaps sleeps in a critical section. */
#define LIMIT_HIDDEN	(1 * MSEC)
/* How long all may wait for workers that just run. */
#define LIMIT_STARVED	(100 * MSEC)
/* How often the sentinel looks: after news, and in the long run. */
#define NAP		(1 * MSEC)
#define LONG_NAP	(16 * MSEC)
/*
 * Where a look costs much, it looks less often: not to use more than one part of so
 * many of a CPU. After how many looks it finds out.
 */
#define CPU_PARTS	32
#define LOOKS_PER_PACE	64

struct sentinel {
	struct work	work;
	uint64_t	pace;		/* how long a usual nap is */
	uint64_t	looks;
	uint64_t	paced, paced_cpu; /* when, and at what CPU time, that was set */
	pthread_t	thread;
	uint32_t	hold_limit_ms;	/* that it registers with */
	int		started;	/* futex: 0, 1, or -errno */
};

static struct servers *servers_of(struct sentinel *s)
{
	return &s->work.servers;
}

static uint64_t cpu_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

static enum counter reason_of(struct sentinel *s, uint32_t server)
{
	if (is_dead(servers_of(s), server))
		return RESCUES_DEAD;
	return servers_of(s)->seen[server].phase == PHASE_WAIT ?
		RESCUES_RETURNING : RESCUES_JAVA;
}

/*
 * A server waits, as it should, but for whom? For a worker that sleeps unseen, or one
 * that runs for ever and waits for another one to run, as plain threads may.
 */
static void look_behind(struct sentinel *s, uint32_t server, uint64_t time)
{
	if (time - servers_of(s)->seen[server].moved < LIMIT_HIDDEN ||
	    !has_work(&s->work))
		return;
	if (is_idle(servers_of(s), server)) {
		/* The run queue has lost somebody, or keeps them to itself. */
		if (time - last_move(servers_of(s)) >= LIMIT_STARVED)
			requeue(&s->work, server);
		return;
	}
	reveal(&s->work, server);
	if (time - last_move(servers_of(s)) >= LIMIT_STARVED)
		relieve(&s->work, server);
}

/* Look at one server; the time until the next look. */
static uint64_t look_at(struct sentinel *s, uint32_t server)
{
	struct seen *seen = &servers_of(s)->seen[server];
	uint64_t time = now(), limit;

	observe(servers_of(s), server, time);
	if (seen->well == time) {
		look_behind(s, server, time);
		return s->pace;
	}
	limit = LATENESSES * servers_of(s)->lateness;
	limit += seen->phase == PHASE_WAIT ? LIMIT_RETURNING : LIMIT_JAVA;
	if (time - seen->well < limit)
		return seen->phase == PHASE_WAIT ? SHORT_NAP : s->pace;
	if (is_asleep(servers_of(s), server))
		seen->is_stuck = true;
	if (!has_work(&s->work) ||
	    (!is_stuck_long(servers_of(s), server) &&
	     !(seen->is_stuck && has_unsafe_work(&s->work))))
		return s->pace;
	stand_in(&s->work, server, reason_of(s, server));
	return SHORT_NAP;
}

static uint64_t look(struct sentinel *s)
{
	uint64_t next = s->pace, time;
	uint32_t i;

	for (i = 0; i < servers_of(s)->control->servers; i++) {
		time = look_at(s, i);
		if (time < next)
			next = time;
	}
	return next;
}

static void settle_pace(struct sentinel *s)
{
	uint64_t time, cpu;

	if (++s->looks % LOOKS_PER_PACE)
		return;
	time = now();
	cpu = cpu_time();
	if ((cpu - s->paced_cpu) * CPU_PARTS > time - s->paced && s->pace < LONG_NAP)
		s->pace *= 2;
	else if ((cpu - s->paced_cpu) * 2 * CPU_PARTS < time - s->paced && s->pace > NAP)
		s->pace /= 2;
	s->paced = time;
	s->paced_cpu = cpu;
}

/*
 * All servers are in the kernel, where nothing can get stuck without one: sleep for
 * @ns, or until one of them returns, which wakes us. When all idle, and there is nothing
 * to do, only until then. A server that has not started yet, or has ended, wakes
 * nobody.
 */
static void sleep_while_servers_wait(struct sentinel *s, uint64_t ns)
{
	struct timespec ts = { .tv_nsec = (long)ns };
	struct control *c = servers_of(s)->control;

	__atomic_store_n(&c->sleeping, 1, __ATOMIC_SEQ_CST);
	if (all_servers(servers_of(s), is_waiting) && !stopping(servers_of(s))) {
		syscall(SYS_futex, &c->sleeping, FUTEX_WAIT_PRIVATE, 1,
			all_servers(servers_of(s), is_idle) && !has_work(&s->work) ? NULL : &ts);
		all_are_well(servers_of(s));
	}
	__atomic_store_n(&c->sleeping, 0, __ATOMIC_SEQ_CST);
}

static void watch(struct sentinel *s)
{
	uint64_t turns = 0, before, quiet = NAP;

	s->pace = NAP;
	while (!stopping(servers_of(s))) {
		uint64_t next = look(s);

		settle_pace(s);
		before = turns;
		turns = all_turns(servers_of(s));
		if (turns != before || !all_servers(servers_of(s), is_waiting)) {
			quiet = s->pace;
			nap(servers_of(s), next);
			continue;
		}
		sleep_while_servers_wait(s, quiet);
		if (quiet < LONG_NAP)
			quiet *= 2;
	}
}

/* One mapping: struct sentinel, then what its backlog needs. */
static size_t mapping_size(uint32_t workers)
{
	return sizeof(struct sentinel) + backlog_size(workers);
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
	struct umcg_task *self = worker_tasks(servers_of(s)) - 1;
	uint32_t tid = (uint32_t)syscall(SYS_gettid);

	syscall(SYS_prctl, PR_SET_NAME, "umcg-sentinel");
	/* Both are wishes: without the rights it does without. */
	syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority);
	syscall(SYS_mlock, s, mapping_size(servers_of(s)->control->workers));

	self->server_tid = tid;
	self->hold_limit_ms = s->hold_limit_ms;
	self->state = UMCG_TASK_RUNNING;
	__atomic_store_n(&servers_of(s)->control->tid, tid, __ATOMIC_SEQ_CST);
	if (syscall(__NR_umcg_ctl, UMCG_CTL_REGISTER, self, sizeof(*self),
		    CLOCK_MONOTONIC)) {
		set_started(s, -errno);
		return NULL;
	}
	set_started(s, 1);
	watch(s);
	syscall(__NR_umcg_ctl, UMCG_CTL_UNREGISTER, self, sizeof(*self), 0);
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

static jlong start(JNIEnv *env, jclass class, jlong control, jlong tasks,
		   jint hold_limit_ms)
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
	servers_of(s)->control = c;
	servers_of(s)->tasks = (void *)tasks;
	s->hold_limit_ms = (uint32_t)hold_limit_ms;
	backlog_init(&s->work.backlog, servers_of(s), s + 1);
	ret = start_thread(s);
	if (!ret)
		return (jlong)(intptr_t)s;
	munmap(s, mapping_size(c->workers));
	return ret;
}

static void stop(JNIEnv *env, jclass class, jlong sentinel)
{
	struct sentinel *s = (void *)sentinel;
	struct control *c = servers_of(s)->control;

	(void)env;
	(void)class;
	__atomic_store_n(&c->stop, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&c->sleeping, 0, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &c->sleeping, FUTEX_WAKE_PRIVATE, 1);
	pthread_join(s->thread, NULL);
	close_files(servers_of(s));
	munmap(s, mapping_size(c->workers));
}

static const JNINativeMethod methods[] = {
	NATIVE("start0", "(JJI)J", start),
	NATIVE("stop0", "(J)V", stop),
};

const struct native_class sentinel_natives = {
	"org/umcg/sentinel/Sentinel", methods, ARRAY_SIZE(methods)
};
