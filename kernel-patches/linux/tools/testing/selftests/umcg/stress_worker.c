// SPDX-License-Identifier: GPL-2.0
/* A worker of the stress test: at random, what threads do. */
#include "stress.h"

#include <sched.h>
#include <spawn.h>

extern char **environ;

struct action {
	const char *name;
	void (*run)(struct rng *r, int slot);
	unsigned int weight;
	enum feature needs;	/* FEATURES: nothing */
};

void nap(struct rng *r, unsigned int most_us)
{
	struct timespec ts = { 0, rng_below(r, most_us) * 1000L };

	nanosleep(&ts, NULL);
}

static void do_spin(struct rng *r, int slot)
{
	unsigned int n = rng_below(r, 3000);

	while (n--) {
		if (n % 64 == 0)
			check_running(r, slot);
		__asm__ __volatile__("pause");
	}
}

static void do_sched_yield(struct rng *r, int slot)
{
	sched_yield();
}

static void do_sleep(struct rng *r, int slot)
{
	nap(r, 2000);
}

static void do_read(struct rng *r, int slot)
{
	struct stress_worker *w = &run->worker[slot];
	char c;

	store(&w->wants_byte, 1);
	while (read(w->pipe[0], &c, 1) < 0 && errno == EINTR)
		store(&w->wants_byte, 1);
	store(&w->wants_byte, 0);
}

/* One worker wakes another one. */
static void do_write(struct rng *r, int slot)
{
	int w = some_worker(r);

	if (w != NOBODY && swap_if(&run->worker[w].wants_byte, 1, 0) &&
	    write(run->worker[w].pipe[1], "x", 1) != 1)
		broken("worker %d cannot write: %d", slot, errno);
	w = some_worker(r);
	if (w != NOBODY)
		unpark(w);
}

/* R48: its owner may be preempted, sleep, or let another one run. */
static void do_lock(struct rng *r, int slot)
{
	pthread_mutex_lock(&run->mutex);
	switch (rng_below(r, 4)) {
	case 0:
		nap(r, 300);
		break;
	case 1:
		do_yield(r, slot);
		break;
	default:
		do_spin(r, slot);
	}
	pthread_mutex_unlock(&run->mutex);
}

static void do_fault(struct rng *r, int slot)
{
	char *page = faulting_page(slot);

	madvise(page, 4096, MADV_DONTNEED);
	store(page, 1);
}

/*
 * It sleeps behind its server's back, or is preempted later, or both. Its server
 * waits with it, so it waits for nobody: even our main thread may need a worker,
 * one that holds a lock of the C library, say.
 */
static void do_critical(struct rng *r, int slot)
{
	struct stress_worker *w = &run->worker[slot];

	store(&w->critical, 1 + rng_below(r, 3));
	if (one_in(r, 2))
		do_sleep(r, slot);
	else
		do_spin(r, slot);
	store(&w->critical, 0);
}

static void do_kick(struct rng *r, int slot)
{
	int w = some_worker(r);

	umcg_kick(0, one_in(r, 3) || w == NOBODY ? some_server(r) :
		     run->worker[w].tid);
}

/* R55: the child is plain. It must not touch what it shares with us. */
static void plain_child(unsigned int kind)
{
	static const char * const self = "/proc/self/exe";

	if (umcg_wait(0, 0) != -EINVAL || umcg_kick(0, getppid()) != -ESRCH)
		_exit(1);
	if (kind == 0)
		execl("/bin/true", "true", NULL);
	else if (kind == 1)
		execl(self, self, "--after-exec", NULL);
	_exit(kind < 2);
}

static void do_fork(struct rng *r, int slot)
{
	char name[] = "/bin/true", *args[] = { name, NULL };
	unsigned int kind = rng_below(r, 8);
	int status = -1, error = 0;
	pid_t pid;

	if (kind == 7) {
		error = posix_spawn(&pid, name, NULL, NULL, args, environ);
	} else {
		pid = fork();
		if (!pid)
			plain_child(kind);
		error = pid < 0 ? errno : 0;
	}
	if (error) {
		broken("worker %d cannot fork: %d", slot, error);
		return;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	add(&run->forks, 1);
	if (status)
		broken("child %u of worker %d ended with %#x", kind, slot,
		       status);
}

static void jumpy(struct rng *r, int slot)
{
	switch (rng_below(r, 4)) {
	case 0:
		do_yield(r, slot);
		break;
	case 1:
		do_read(r, slot);
		break;
	case 2:
		do_spin(r, slot);
		break;
	default:
		do_sleep(r, slot);
	}
}

static void do_jump(struct rng *r, int slot)
{
	if (jump_zone(r, slot, jumpy)) {
		recover(r, slot);
		add(&run->jumps, 1);
	}
	store(&run->worker[slot].wants_byte, 0);
}

static void join_servers(struct rng *r, int slot)
{
	struct umcg_task *ut = worker_task(slot);
	int ret;

	do {
		store(&run->worker[slot].owner, NOBODY);
		ut->idle_server_tid_ptr = (uintptr_t)&run->idle_tid;
		init_worker(ut, some_server(r));
		ut->critical_ptr = (uintptr_t)&run->worker[slot].critical;
		ut->critical_mask = 1 << 1 | 1 << (16 + 2) | 1 << 3 |
				    1 << (16 + 3);
		ret = umcg_ctl(UMCG_CTL_REGISTER | UMCG_CTL_WORKER, ut,
			       CLOCK_MONOTONIC);
	} while (ret == -ESRCH && has(WITH_SERVER));
	if (ret)
		broken("worker %d cannot register: %d", slot, ret);
}

static void leave_servers(struct rng *r, int slot)
{
	struct umcg_task *ut = worker_task(slot);
	int ret;

	for (;;) {
		ret = umcg_ctl(UMCG_CTL_UNREGISTER | UMCG_CTL_WORKER, ut, 0);
		if (!ret)
			break;
		/* A jump may not have been noticed yet. */
		if (ret != -EBUSY || !has(WITH_JUMP))
			broken("worker %d cannot unregister: %d in state %#x",
			       slot, ret, ut->state);
		nap(r, 100);
	}
	if (get_state(ut) != UMCG_TASK_NONE)
		broken("worker %d is in state %#x after it left", slot,
		       ut->state);
}

static void do_rejoin(struct rng *r, int slot)
{
	/* A released worker may still be on a list. */
	if (get_state(worker_task(slot)) != UMCG_TASK_RUNNING)
		return;
	leave_servers(r, slot);
	nap(r, 1000);
	join_servers(r, slot);
}

static const struct action actions[] = {
	{ "spin", do_spin, 8, FEATURES },
	{ "sched_yield", do_sched_yield, 2, FEATURES },
	{ "sleep", do_sleep, 8, FEATURES },
	{ "read", do_read, 8, FEATURES },
	{ "write", do_write, 8, FEATURES },
	{ "yield", do_yield, 12, FEATURES },
	{ "switch", do_switch, 12, WITH_SWITCH },
	{ "hand over", do_hand_over, 8, WITH_SWITCH },
	{ "park", do_park, 8, WITH_WAIT },
	{ "timed wait", do_timed_wait, 8, WITH_TIMEOUT },
	{ "name", do_name, 8, WITH_WAKE },
	{ "wake", do_wake, 8, WITH_WAKE },
	{ "lock", do_lock, 8, WITH_LOCK },
	{ "fault", do_fault, 4, WITH_FAULT },
	{ "critical", do_critical, 8, WITH_CRITICAL },
	{ "kick", do_kick, 8, WITH_KICK },
	{ "fork", do_fork, 1, WITH_FORK },
	{ "jump", do_jump, 8, WITH_JUMP },
	{ "rejoin", do_rejoin, 4, WITH_REJOIN },
};

static void act(struct rng *r, int slot)
{
	const struct action *a;

	do
		a = &actions[rng_below(r, ARRAY_SIZE(actions))];
	while ((a->needs != FEATURES && !has(a->needs)) ||
	       rng_below(r, 12) >= a->weight);
	store(&run->worker[slot].doing, a->name);
	a->run(r, slot);
}

/* One thread, whichever is first, does what the round ends with. */
void end_process(struct rng *r)
{
	sigset_t all;

	if (!swap_if(&run->end_now, 1, 2))
		return;
	switch (run->ending) {
	case END_EXIT:
		_exit(0);
	case END_CRASH:
		raise(SIGSEGV);
		break;
	case END_EXEC:
		/* What is pending would end the new program. */
		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, NULL);
		execl("/proc/self/exe", "stress", "--after-exec", NULL);
		broken("cannot exec: %d", errno);
		break;
	default:
		break;
	}
}

void *stress_worker_main(void *arg)
{
	int slot = (long)arg;
	struct stress_worker *w = &run->worker[slot];
	struct rng r;

	rng_init(&r, run->seed, 2000 + slot);
	use_signal_stack(slot);
	w->doing = "register";
	w->tid = gettid();
	join_servers(&r, slot);
	while (!load(&run->stop) && !(has(WITH_LEAVE) && one_in(&r, 100))) {
		check_running(&r, slot);
		hand_back(slot);
		if (load(&run->end_now) && one_in(&r, 4))
			end_process(&r);
		act(&r, slot);
		add(&w->steps, 1);
	}
	store(&w->doing, "leave");
	hand_back(slot);
	store(&w->left, 1);
	if (!one_in(&r, 3))
		leave_servers(&r, slot);
	store(&w->doing, "exit");
	return NULL;
}
