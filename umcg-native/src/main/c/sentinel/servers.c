// SPDX-License-Identifier: Apache-2.0
/* See servers.h. */
#include "sentinel/servers.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

/*
 * How long workers wait for whom no safepoint does: most stops of servers are over by
 * then. Were those workers run, they would take CPUs from the collector, only to be
 * stopped in their turn. On a machine that is emulated, or has too much to do, all takes
 * longer: so many times as long as naps end late are added.
 */
#define LIMIT_SAFE	(20 * MSEC)
#define LATENESSES_SAFE	256

uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

void nap(struct servers *s, uint64_t ns)
{
	struct timespec ts = { .tv_nsec = (long)ns };
	uint64_t end = now() + ns, most = 2 * s->lateness + SHORT_NAP, late;

	syscall(SYS_nanosleep, &ts, NULL);
	late = now() - end;
	/*
	 * One very late wake-up means that this process was stopped, not that the machine
	 * is slow: cap it.
	 */
	if (late > most)
		late = most;
	s->lateness += late / 16;
	s->lateness -= s->lateness / 16;
}

bool is_waiting(struct servers *s, uint32_t server)
{
	return __atomic_load_n(&s->control->server[server].phase,
			       __ATOMIC_SEQ_CST) == PHASE_WAIT &&
	       state_of(&s->tasks[server]) == UMCG_TASK_RUNNABLE;
}

bool is_idle(struct servers *s, uint32_t server)
{
	uint32_t tid = __atomic_load_n(&s->tasks[server].next_tid, __ATOMIC_SEQ_CST);

	return is_waiting(s, server) && !(tid & ~UMCG_NEXT_TID_CONSUMED);
}

bool is_dead(struct servers *s, uint32_t server)
{
	return state_of(&s->tasks[server]) == UMCG_TASK_NONE;
}

bool all_servers(struct servers *s, bool (*are)(struct servers *s, uint32_t server))
{
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (!are(s, i))
			return false;
	}
	return true;
}

/* A turn that the kernel takes in its place moves a server, too. */
static uint32_t kernel_turns(struct servers *s, uint32_t server)
{
	return __atomic_load_n(&s->tasks[server].turns, __ATOMIC_RELAXED);
}

bool has_moved(struct servers *s, uint32_t server)
{
	struct control_server *c = &s->control->server[server];

	return kernel_turns(s, server) != s->seen[server].kernel_turns ||
	       __atomic_load_n(&c->phase, __ATOMIC_SEQ_CST) !=
	       s->seen[server].phase ||
	       __atomic_load_n(&c->turns, __ATOMIC_SEQ_CST) !=
	       s->seen[server].turns;
}

void observe(struct servers *s, uint32_t server, uint64_t time)
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
		seen->kernel_turns = kernel_turns(s, server);
		seen->moved = time;
		seen->well = time;
	} else if (is_waiting(s, server) || seen->phase == PHASE_STOPPED) {
		seen->well = time;
	}
}

uint64_t last_move(struct servers *s)
{
	uint64_t last = 0;
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (s->seen[i].moved > last)
			last = s->seen[i].moved;
	}
	return last;
}

uint64_t all_turns(struct servers *s)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < s->control->servers; i++)
		sum += __atomic_load_n(&s->control->server[i].turns,
				       __ATOMIC_SEQ_CST) +
		       ((uint64_t)kernel_turns(s, i) << 32);
	return sum;
}

void all_are_well(struct servers *s)
{
	uint64_t time = now();
	uint32_t i;

	for (i = 0; i < s->control->servers; i++)
		s->seen[i].well = time;
}

/*
 * The first letter tells: of "running", or of a number, that of a system call
 * (proc_pid_syscall(5)).
 */
bool is_asleep(struct servers *s, uint32_t server)
{
	struct seen *seen = &s->seen[server];
	char path[sizeof("/proc/self/task/4294967295/syscall")], letter;

	if (!seen->file) {
		snprintf(path, sizeof(path), "/proc/self/task/%u/syscall",
			 server_tid(s, server));
		seen->file = open(path, O_RDONLY | O_CLOEXEC);
	}
	return pread(seen->file, &letter, 1, 0) != 1 || letter != 'r';
}

bool may_leave_barrier(struct servers *s, uint32_t worker)
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

bool is_stuck_long(struct servers *s, uint32_t server)
{
	return now() - s->seen[server].well >=
	       LIMIT_SAFE + LATENESSES_SAFE * s->lateness;
}

void close_files(struct servers *s)
{
	uint32_t i;

	for (i = 0; i < s->control->servers; i++) {
		if (s->seen[i].file > 0)
			close(s->seen[i].file);
	}
}
