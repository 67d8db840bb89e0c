// SPDX-License-Identifier: Apache-2.0
/* The sentinel's life, and how it watches: see sentinel.h. */
#include "binding/natives.h"
#include "sentinel/sentinel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
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
/*
 * How long workers wait for whom no safepoint does: most stops of servers are over by
 * then. Were those workers run, they would take CPUs from the collector, only to be
 * stopped in their turn.
 */
#define LIMIT_SAFE	(20 * MSEC)
#define LATENESSES_SAFE	256
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

static uint64_t read_clock(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

uint64_t now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

bool is_waiting(struct sentinel *s, uint32_t server)
{
	return __atomic_load_n(&s->control->server[server].phase,
			       __ATOMIC_SEQ_CST) == PHASE_WAIT &&
	       state_of(&s->tasks[server]) == UMCG_TASK_RUNNABLE;
}

bool all_servers(struct sentinel *s,
		 bool (*are)(struct sentinel *s, uint32_t server))
{
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (!are(s, i))
			return false;
	}
	return true;
}

/* It waits, and for nobody: only a return from the kernel can change that. */
static bool is_idle(struct sentinel *s, uint32_t server)
{
	return is_waiting(s, server) &&
	       !__atomic_load_n(&s->tasks[server].next_tid, __ATOMIC_SEQ_CST);
}

bool has_moved(struct sentinel *s, uint32_t server)
{
	struct control_server *c = &s->control->server[server];

	return __atomic_load_n(&c->phase, __ATOMIC_SEQ_CST) !=
	       s->seen[server].phase ||
	       __atomic_load_n(&c->turns, __ATOMIC_SEQ_CST) !=
	       s->seen[server].turns;
}

bool is_stuck_long(struct sentinel *s, uint32_t server)
{
	return now() - s->seen[server].well >=
	       LIMIT_SAFE + LATENESSES_SAFE * s->lateness;
}

bool may_leave_barrier(struct sentinel *s, uint32_t worker)
{
	uint64_t blocked = __atomic_load_n(&worker_tasks(s)[worker].blocked_ts,
					   __ATOMIC_RELAXED);
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (blocked >= s->seen[i].stuck_from &&
		    blocked <= s->seen[i].stuck_until)
			return true;
	}
	return false;
}

/*
 * Does that server sleep? Else it runs, or is kept waiting by others who do, and
 * nobody else has to run for it to go on. The first letter tells: of "running", or
 * of a number, that of a system call (proc_pid_syscall(5)).
 */
static bool is_asleep(struct sentinel *s, uint32_t server)
{
	uint32_t tid = __atomic_load_n(&s->control->server[server].tid,
				       __ATOMIC_SEQ_CST);
	struct seen *seen = &s->seen[server];
	char path[sizeof("/proc/self/task/4294967295/syscall")], letter;

	if (!seen->file) {
		snprintf(path, sizeof(path), "/proc/self/task/%u/syscall", tid);
		seen->file = open(path, O_RDONLY | O_CLOEXEC);
	}
	return pread(seen->file, &letter, 1, 0) != 1 || letter != 'r';
}

static void close_files(struct sentinel *s)
{
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (s->seen[i].file > 0)
			close(s->seen[i].file);
	}
}

static void observe(struct sentinel *s, uint32_t server, uint64_t time)
{
	struct control_server *c = &s->control->server[server];
	struct seen *seen = &s->seen[server];

	if (has_moved(s, server)) {
		if (seen->is_stuck) {
			seen->stuck_from = seen->well;
			seen->stuck_until = time;
			seen->is_stuck = false;
		}
		seen->phase = __atomic_load_n(&c->phase, __ATOMIC_SEQ_CST);
		seen->turns = __atomic_load_n(&c->turns, __ATOMIC_SEQ_CST);
		seen->moved = time;
		seen->well = time;
	} else if (is_waiting(s, server) || seen->phase == PHASE_STOPPED) {
		seen->well = time;
	}
}

/* The kernel has let it go, though it has not said that it ends. */
static bool is_dead(struct sentinel *s, uint32_t server)
{
	return state_of(&s->tasks[server]) == UMCG_TASK_NONE;
}

static uint64_t *reason_of(struct sentinel *s, uint32_t server)
{
	if (is_dead(s, server))
		return &s->control->rescues_dead;
	return s->seen[server].phase == PHASE_WAIT ?
		&s->control->rescues_returning : &s->control->rescues_java;
}

/* When did any server last move? */
static uint64_t last_move(struct sentinel *s)
{
	uint64_t last = 0;
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (s->seen[i].moved > last)
			last = s->seen[i].moved;
	}
	return last;
}

/*
 * A server waits, as it should, but for whom? For a worker that sleeps unseen, or one
 * that runs for ever and waits for another one to run, as plain threads may.
 */
static void look_behind(struct sentinel *s, uint32_t server, uint64_t time)
{
	if (time - s->seen[server].moved < LIMIT_HIDDEN || !has_work(s))
		return;
	if (is_idle(s, server)) {
		/* The run queue has lost somebody, or keeps them to itself. */
		if (time - last_move(s) >= LIMIT_STARVED)
			requeue(s, server);
		return;
	}
	reveal(s, server);
	if (time - last_move(s) >= LIMIT_STARVED)
		relieve(s, server);
}

/* Look at one server; the time until the next look. */
static uint64_t look_at(struct sentinel *s, uint32_t server)
{
	struct seen *seen = &s->seen[server];
	uint64_t time = now(), limit;

	observe(s, server, time);
	if (seen->well == time) {
		look_behind(s, server, time);
		return s->pace;
	}
	limit = LATENESSES * s->lateness;
	limit += seen->phase == PHASE_WAIT ? LIMIT_RETURNING : LIMIT_JAVA;
	if (time - seen->well < limit)
		return seen->phase == PHASE_WAIT ? SHORT_NAP : s->pace;
	if (is_asleep(s, server))
		seen->is_stuck = true;
	if (!has_work(s) ||
	    (!is_stuck_long(s, server) && !(seen->is_stuck && has_unsafe_work(s))))
		return s->pace;
	stand_in(s, server, reason_of(s, server));
	return SHORT_NAP;
}

static uint64_t look(struct sentinel *s)
{
	uint64_t next = s->pace, time;
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		time = look_at(s, i);
		if (time < next)
			next = time;
	}
	return next;
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

static void settle_pace(struct sentinel *s)
{
	uint64_t time, cpu;

	if (++s->looks % LOOKS_PER_PACE)
		return;
	time = now();
	cpu = read_clock(CLOCK_THREAD_CPUTIME_ID);
	if ((cpu - s->paced_cpu) * CPU_PARTS > time - s->paced && s->pace < LONG_NAP)
		s->pace *= 2;
	else if ((cpu - s->paced_cpu) * 2 * CPU_PARTS < time - s->paced && s->pace > NAP)
		s->pace /= 2;
	s->paced = time;
	s->paced_cpu = cpu;
}

void nap(struct sentinel *s, uint64_t ns)
{
	struct timespec ts = { .tv_nsec = (long)ns };
	uint64_t end = now() + ns, most = 2 * s->lateness + SHORT_NAP, late;

	syscall(SYS_nanosleep, &ts, NULL);
	late = now() - end;
	/* Once very late is who was stopped for a while: that says nothing of the machine. */
	if (late > most)
		late = most;
	s->lateness += late / 16;
	s->lateness -= s->lateness / 16;
}

/* They have waited until a moment ago. */
static void all_are_well(struct sentinel *s)
{
	uint64_t time = now();
	uint32_t i;

	for (i = 0; i < s->control->servers; i++)
		s->seen[i].well = time;
}

/*
 * All servers are in the kernel, where nothing can get stuck without one: sleep for
 * @ns, or until one of them returns, who wakes us. When all idle, and there is nothing
 * to do, only until then. A server that has not started yet, or has ended, wakes
 * nobody.
 */
static void sleep_while_servers_wait(struct sentinel *s, uint64_t ns)
{
	struct timespec ts = { .tv_nsec = (long)ns };
	struct control *c = s->control;

	__atomic_store_n(&c->sleeping, 1, __ATOMIC_SEQ_CST);
	if (all_servers(s, is_waiting) && !stopping(s)) {
		syscall(SYS_futex, &c->sleeping, FUTEX_WAIT_PRIVATE, 1,
			all_servers(s, is_idle) && !has_work(s) ? NULL : &ts);
		all_are_well(s);
	}
	__atomic_store_n(&c->sleeping, 0, __ATOMIC_SEQ_CST);
}

static void watch(struct sentinel *s)
{
	uint64_t turns = 0, before, quiet = NAP;

	s->pace = NAP;
	while (!stopping(s)) {
		uint64_t next = look(s);

		settle_pace(s);
		before = turns;
		turns = all_turns(s);
		if (turns != before || !all_servers(s, is_waiting)) {
			quiet = s->pace;
			nap(s, next);
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
	uint32_t tid = (uint32_t)syscall(SYS_gettid);

	syscall(SYS_prctl, PR_SET_NAME, "umcg-sentinel");
	/* Both are wishes: without the rights it does without. */
	syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &priority);
	syscall(SYS_mlock, s, mapping_size(s->control->workers));

	s->self->server_tid = tid;
	s->self->hold_limit_ms = s->hold_limit_ms;
	s->self->state = UMCG_TASK_RUNNING;
	__atomic_store_n(&s->control->tid, tid, __ATOMIC_SEQ_CST);
	if (syscall(__NR_umcg_ctl, UMCG_CTL_REGISTER, s->self, sizeof(*s->self),
		    CLOCK_MONOTONIC)) {
		set_started(s, -errno);
		return NULL;
	}
	set_started(s, 1);
	watch(s);
	syscall(__NR_umcg_ctl, UMCG_CTL_UNREGISTER, s->self, sizeof(*s->self), 0);
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
	s->control = c;
	s->tasks = (void *)tasks;
	s->self = &s->tasks[c->servers];
	s->hold_limit_ms = (uint32_t)hold_limit_ms;
	backlog_init(&s->backlog, s, c->workers, s + 1);
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
	close_files(s);
	munmap(s, mapping_size(c->workers));
}

static const JNINativeMethod methods[] = {
	NATIVE("start0", "(JJI)J", start),
	NATIVE("stop0", "(J)V", stop),
};

const struct native_class sentinel_natives = {
	"org/umcg/sentinel/Sentinel", methods, ARRAY_SIZE(methods)
};
