// SPDX-License-Identifier: GPL-2.0
/* Signal handlers of the stress test. */
#include "stress.h"

#include <setjmp.h>

#define STACK_SIZE	32768

enum { QUICK, SLEEPY, JUMP, QUICK_ON_STACK, JUMP_ON_STACK, SIGNALS };

static __thread sigjmp_buf jump;
static __thread int may_jump;
static char *stacks;

static int number(int signal)
{
	return signal == QUICK ? SIGUSR1 : signal == SLEEPY ? SIGUSR2 :
	       SIGRTMIN + signal;
}

static void quick(int sig)
{
	int saved = errno;

	add(&run->signals, 1);
	umcg_kick(0, gettid());
	errno = saved;
}

static void sleepy(int sig)
{
	struct timespec ts = { 0, now_ns() % 2000000 };
	int saved = errno;

	add(&run->signals, 1);
	nanosleep(&ts, NULL);
	errno = saved;
}

static void jumping(int sig)
{
	add(&run->signals, 1);
	if (swap(&may_jump, 0))
		siglongjmp(jump, 1);
}

void install_handlers(void)
{
	struct sigaction sa = { .sa_handler = quick };

	sigaction(number(QUICK), &sa, NULL);
	sa.sa_handler = sleepy;
	sigaction(number(SLEEPY), &sa, NULL);
	sa.sa_handler = jumping;
	sigaction(number(JUMP), &sa, NULL);
	sa.sa_flags = SA_ONSTACK | SA_RESTART;
	sigaction(number(JUMP_ON_STACK), &sa, NULL);
	sa.sa_handler = quick;
	sigaction(number(QUICK_ON_STACK), &sa, NULL);
	stacks = mmap(NULL, (size_t)WORKER_SLOTS * STACK_SIZE,
		      PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (stacks == MAP_FAILED)
		broken("no memory for signal stacks");
}

void use_signal_stack(int slot)
{
	stack_t stack = {
		.ss_sp = stacks + (size_t)slot * STACK_SIZE,
		.ss_size = STACK_SIZE,
	};

	if (sigaltstack(&stack, NULL))
		broken("sigaltstack: %d", errno);
}

/* Returns: true if a handler has jumped out of it. */
bool jump_zone(struct rng *r, int slot,
	       void (*body)(struct rng *r, int slot))
{
	int i;

	if (sigsetjmp(jump, 1))
		return true;
	store(&may_jump, 1);
	for (i = 0; i < 4; i++)
		body(r, slot);
	return !swap(&may_jump, 0);
}

static bool is_allowed(int signal)
{
	switch (signal) {
	case SLEEPY:
		return has(WITH_SLEEPY);
	case JUMP:
		return has(WITH_JUMP);
	case QUICK_ON_STACK:
		return has(WITH_STACK);
	case JUMP_ON_STACK:
		return has(WITH_STACK) && has(WITH_JUMP);
	default:
		return true;
	}
}

/* A signal that the round's features allow. */
int random_signal(struct rng *r)
{
	int signal;

	do
		signal = rng_below(r, SIGNALS);
	while (!is_allowed(signal));
	return number(signal);
}
