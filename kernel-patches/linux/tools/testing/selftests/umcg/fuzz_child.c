// SPDX-License-Identifier: GPL-2.0
/*
 * One process of the fuzz test. Its threads may be held for ever, crash, or end
 * the process; the main thread, a server whose memory is left alone, keeps things
 * moving for as long as it lasts.
 */
#include "fuzz.h"

#include <sched.h>
#include <setjmp.h>
#include <sys/resource.h>
#include <sys/time.h>

#define STACK_SIZE	65536

struct fuzz_thread threads[FUZZ_THREADS + 1];

static __thread struct fuzz_thread *me;
static __thread sigjmp_buf again;
static char *stacks;
static bool may_tear;

static void nap(struct rng *r, unsigned int most_us)
{
	struct timespec ts = { 0, rng_below(r, most_us) * 1000L };

	nanosleep(&ts, NULL);
}

/* Anything may happen in a handler too. Nothing is blocked: see SA_NODEFER. */
static void handler(int sig)
{
	if (!me || sig == SIGSEGV || sig == SIGBUS) {
		if (!me)
			_exit(1);
		siglongjmp(again, 1);
	}
	switch (rng_below(&me->rng, 8)) {
	case 0:
		siglongjmp(again, 1);
	case 1:
		random_call(me);
		break;
	case 2:
		nap(&me->rng, 500);
		break;
	case 3:
		scribble(&me->rng);
		break;
	default:
		break;
	}
}

static void install_handlers(void)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_NODEFER };

	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
	sa.sa_flags |= SA_ONSTACK;
	sigaction(SIGUSR2, &sa, NULL);
	signal(SIGCHLD, SIG_IGN);
}

static void use_signal_stack(struct fuzz_thread *t)
{
	stack_t stack = {
		.ss_sp = stacks + (size_t)t->slot * STACK_SIZE,
		.ss_size = STACK_SIZE,
		/* SS_AUTODISARM */
		.ss_flags = one_in(&t->rng, 2) ? 1U << 31 : 0,
	};

	sigaltstack(&stack, NULL);
}

/* Its copy of the memory is its own, and so are its calls. */
static void forked_child(struct fuzz_thread *t)
{
	struct itimerval soon = { .it_value.tv_usec = 100000 };
	int n = rng_below(&t->rng, 20);

	signal(SIGALRM, SIG_DFL);
	setitimer(ITIMER_REAL, &soon, NULL);
	while (n--) {
		likely_call(t);
		random_call(t);
	}
	if (one_in(&t->rng, 2))
		execl("/bin/true", "true", NULL);
	_exit(0);
}

/* A process of its own that shares the memory, page pins and all. */
static void share_memory(struct fuzz_thread *t)
{
	__u64 timeout = now_ns() + 1000000;
	struct umcg_task *ut = (struct umcg_task *)arena +
			       rng_below(&t->rng, ARENA_TASKS);

	if (vfork())
		return;
	if (!register_server(ut)) {
		set_state(ut, UMCG_TASK_RUNNABLE);
		umcg_wait(0, timeout);
	}
	_exit(0);
}

static void do_else(struct fuzz_thread *t)
{
	struct rng *r = &t->rng;
	cpu_set_t set;

	switch (rng_below(r, 32)) {
	case 0:
		if (one_in(r, 16) && !fork())
			forked_child(t);
		break;
	case 1:
		if (one_in(r, 16))
			share_memory(t);
		break;
	case 2:
		CPU_ZERO(&set);
		CPU_SET(rng_below(r, sysconf(_SC_NPROCESSORS_ONLN)), &set);
		sched_setaffinity(0, sizeof(set), &set);
		break;
	case 3:
		setpriority(PRIO_PROCESS, 0, rng_below(r, 10));
		break;
	case 4:
	case 5:
	case 6:
		nap(r, 200);
		break;
	case 7:
	case 8:
		syscall(SYS_tgkill, getpid(),
			threads[rng_below(r, FUZZ_THREADS)].tid,
			one_in(r, 2) ? SIGUSR1 : SIGUSR2);
		break;
	case 9:
		if (may_tear)
			change_memory(r);
		break;
	case 10:
	case 11:
		lock_something(r);
		break;
	default:
		sched_yield();
	}
}

/* Once in a while the whole process goes. */
static void end_process(struct rng *r)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };

	switch (rng_below(r, 3)) {
	case 0:
		_exit(0);
	case 1:
		execl("/bin/true", "true", NULL);
		break;
	default:
		sigaction(SIGSEGV, &sa, NULL);
		raise(SIGSEGV);
	}
}

static void *thread_main(void *arg)
{
	struct rng *r;

	me = arg;
	r = &me->rng;
	me->tid = gettid();
	use_signal_stack(me);
	/* Back here from faults, and from handlers that jump. */
	sigsetjmp(again, 0);
	while (!one_in(r, 5000)) {
		switch (rng_below(r, 16)) {
		case 0:
		case 1:
		case 2:
			scribble(r);
			break;
		case 3:
			do_else(me);
			break;
		case 4:
		case 5:
		case 6:
			random_call(me);
			break;
		default:
			likely_call(me);
		}
	}
	if (one_in(r, 25))
		end_process(r);
	return NULL;
}

static void start_threads(struct rng *r, int wanted)
{
	struct fuzz_thread *t;
	int i;

	for (i = 0; i < wanted; i++) {
		t = &threads[i];
		if (t->use && pthread_tryjoin_np(t->thread, NULL))
			continue;
		t->slot = i;
		rng_init(&t->rng, fuzz->seed, rng_next(r));
		t->self = (struct umcg_task *)arena + i;
		t->use = !pthread_create(&t->thread, NULL, thread_main, t);
	}
}

/* Where the limit of locked memory counts: not for root. */
static void become_nobody(void)
{
	struct rlimit limit = { 6 * PAGE, 6 * PAGE };

	setrlimit(RLIMIT_MEMLOCK, &limit);
	if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		_exit(1);
}

void fuzz_child(void)
{
	struct fuzz_thread *t = &threads[FUZZ_THREADS];
	struct rlimit no_core = { 0, 0 };
	struct rng r;
	int wanted;

	rng_init(&r, fuzz->seed, 0);
	setrlimit(RLIMIT_CORE, &no_core);
	wanted = 2 + rng_below(&r, FUZZ_THREADS - 1);
	may_tear = one_in(&r, 2);
	choose_world(&r);
	map_arena(&r);
	watch_faults(&r);
	stacks = mmap(NULL, (size_t)FUZZ_THREADS * STACK_SIZE,
		      PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		      0);
	install_handlers();
	if (one_in(&r, 4))
		become_nobody();
	t->slot = FUZZ_THREADS;
	t->self = new_tasks();
	t->tid = gettid();
	rng_init(&t->rng, fuzz->seed, 1);
	register_limited_server(t->self, one_in(&r, 2) ? rng_below(&r, 50) : 0);
	start_tracer(&r);
	store(&fuzz->begun, 1);
	for (;;) {
		start_threads(&r, wanted);
		run_somebody(t);
		if (one_in(&r, 4))
			syscall(SYS_tgkill, getpid(),
				threads[rng_below(&r, wanted)].tid,
				one_in(&r, 2) ? SIGUSR1 : SIGUSR2);
		if (one_in(&r, 64))
			nap(&r, 500);
	}
}
