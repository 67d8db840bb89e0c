// SPDX-License-Identifier: GPL-2.0
/* The fuzz test's calls, and what it writes where the kernel reads. */
#include "fuzz.h"

static int count(struct fuzz_thread *t, enum call call, int ret)
{
	int error = ret < 0 && -ret < ERRNOS ? -ret : 0;

	__atomic_add_fetch(&fuzz->counts[t->slot].results[call][error], 1,
			   __ATOMIC_RELAXED);
	return ret;
}

static pid_t random_tid(struct rng *r)
{
	switch (rng_below(r, 16)) {
	case 0:
		return rng_next(r);
	case 1:
		return rng_below(r, 40000);
	case 2:
		return one_in(r, 2) ? 1 : getppid();
	case 3:
		return 0;
	case 4:
		return gettid();
	default:
		return threads[rng_below(r, FUZZ_THREADS + 1)].tid;
	}
}

static struct umcg_task *random_task(struct rng *r)
{
	/* Few, so that threads meet. */
	unsigned int n = one_in(r, 4) ? ARENA_TASKS : 64;

	return (struct umcg_task *)arena + rng_below(r, n);
}

static __u32 random_kick(struct rng *r)
{
	switch (rng_below(r, 16)) {
	case 0:
		return rng_next(r);
	case 1 ... 4:
		return UMCG_KICK_BLOCKED;
	default:
		return 0;
	}
}

static __u64 random_address(struct rng *r)
{
	switch (rng_below(r, 8)) {
	case 0:
		return rng_next(r);
	case 1:
		return 0xffff888000000000ULL + rng_below(r, 1 << 30);
	case 2:
		return 0x7ffffffff000ULL - rng_below(r, 256);
	case 3:
		return (uintptr_t)&r;	/* on the stack */
	case 4:
		return 0;
	case 5:
		return (uintptr_t)arena + rng_below(r, ARENA_PAGES * PAGE);
	default:
		return (uintptr_t)random_task(r);
	}
}

static __u32 random_size(struct rng *r)
{
	switch (rng_below(r, 8)) {
	case 0:
		return rng_next(r);
	case 1:
		return 0;
	case 2:
		return rng_below(r, PAGE + 2);
	case 3:
		return 2 * sizeof(struct umcg_task);
	default:
		return sizeof(struct umcg_task);
	}
}

static __u32 random_state(struct rng *r)
{
	__u32 state = rng_below(r, 4);

	if (one_in(r, 4))
		state |= UMCG_TF_COND_WAIT;
	if (one_in(r, 4))
		state |= UMCG_TF_PREEMPT;
	return one_in(r, 8) ? (__u32)rng_next(r) : state;
}

static clockid_t random_clock(struct rng *r)
{
	static const clockid_t clocks[] = {
		CLOCK_REALTIME, CLOCK_BOOTTIME, CLOCK_TAI,
	};

	if (one_in(r, 16))
		return (int)rng_next(r) % 20;
	return one_in(r, 2) ? CLOCK_MONOTONIC : clocks[rng_below(r, 3)];
}

static __u64 random_timeout(struct rng *r)
{
	static const clockid_t clocks[] = {
		CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC, CLOCK_TAI,
	};
	struct timespec ts;

	switch (rng_below(r, 16)) {
	case 0:
		return 0;
	case 1:
		return rng_next(r);
	case 2:
		return 1;
	case 3:
		return INT64_MAX - one_in(r, 2);
	default:
		clock_gettime(clocks[rng_below(r, 4)], &ts);
		return ts.tv_sec * 1000000000ULL + ts.tv_nsec +
		       rng_below(r, 500000);
	}
}

/* One word of one task, while the kernel and others may look. */
void scribble(struct rng *r)
{
	struct umcg_task *ut = random_task(r);
	__u64 address = random_address(r);

	switch (rng_below(r, 8)) {
	case 0:
		store(&ut->state, random_state(r));
		break;
	case 1:
		store(&ut->next_tid, (__u32)random_tid(r) |
		      (one_in(r, 8) ? UMCG_NEXT_TID_CONSUMED : 0));
		break;
	case 2:
		store(&ut->server_tid, (__u32)random_tid(r));
		break;
	case 3:
		store(&ut->critical_mask, (__u32)rng_next(r));
		break;
	case 4:
		store(&ut->blocked_workers_ptr, address);
		break;
	case 5:
		store(&ut->runnable_workers_ptr, address);
		break;
	case 6:
		store(&ut->idle_server_tid_ptr, address);
		break;
	default:
		store(&ut->critical_ptr, address);
	}
	/* What these point to. */
	if (one_in(r, 4))
		store((__u32 *)random_task(r) + rng_below(r, 16),
		      one_in(r, 2) ? (__u32)random_tid(r) : rng_below(r, 16));
}

/* Any arguments; most of them make no sense. */
void random_call(struct fuzz_thread *t)
{
	static const __u32 ctl_flags[] = {
		UMCG_CTL_REGISTER, UMCG_CTL_REGISTER | UMCG_CTL_WORKER,
		UMCG_CTL_UNREGISTER, UMCG_CTL_UNREGISTER | UMCG_CTL_WORKER,
		UMCG_CTL_QUERY,
	};
	struct rng *r = &t->rng;
	__u32 flags;

	switch (rng_below(r, 4)) {
	case 0:
		flags = one_in(r, 8) ? (__u32)rng_next(r) :
			ctl_flags[rng_below(r, 5)];
		count(t, CALL_CTL,
		      umcg_ctl_sized(flags, one_in(r, 2) ? t->self :
				     (void *)(uintptr_t)random_address(r),
				     random_size(r), random_clock(r)));
		break;
	case 1:
		count(t, CALL_KICK, umcg_kick(random_kick(r), random_tid(r)));
		break;
	default:
		flags = one_in(r, 16) ? (__u32)rng_next(r) : rng_below(r, 4);
		count(t, CALL_WAIT, umcg_wait(flags, random_timeout(r)));
	}
}

static void try_register(struct fuzz_thread *t)
{
	struct rng *r = &t->rng;
	__u32 flags = UMCG_CTL_REGISTER;
	int ret;

	t->self = random_task(r);
	t->worker = one_in(r, 2);
	if (t->worker) {
		init_worker(t->self, one_in(r, 2) ? random_tid(r) :
			    threads[FUZZ_THREADS].tid);
		flags |= UMCG_CTL_WORKER;
	} else {
		init_server(t->self);
		t->self->hold_limit_ms = one_in(r, 2) ? rng_below(r, 50) : 0;
	}
	ret = count(t, CALL_CTL, umcg_ctl(flags, t->self, random_clock(r)));
	t->registered = !ret || ret == -EBUSY;
}

/* A server's wait, or a worker's, as it should be. */
static void try_wait(struct fuzz_thread *t)
{
	struct rng *r = &t->rng;
	__u32 flags = 0;
	int ret;

	if (t->worker && one_in(r, 2))
		flags = UMCG_WAIT_YIELD;
	else if (!t->worker && one_in(r, 4))
		flags = UMCG_WAIT_JOIN;
	store(&t->self->next_tid, one_in(r, 3) ? 0 : (__u32)random_tid(r));
	store(&t->self->state, UMCG_TASK_RUNNABLE |
	      (t->worker && one_in(r, 2) ? UMCG_TF_COND_WAIT : 0));
	ret = count(t, CALL_WAIT,
		    umcg_wait(flags, flags == UMCG_WAIT_YIELD || one_in(r, 8) ?
			      0 : random_timeout(r)));
	/* Or what it needs has been overwritten: all the better. */
	if (ret == -EINVAL && one_in(r, 8))
		t->registered = false;
}

/* What a program could do, so that the deeper states are reached. */
void likely_call(struct fuzz_thread *t)
{
	if (!t->registered) {
		try_register(t);
		return;
	}
	switch (rng_below(&t->rng, 8)) {
	case 1:
		count(t, CALL_KICK, umcg_kick(0, random_tid(&t->rng)));
		break;
	case 2:
		if (one_in(&t->rng, 4))
			count(t, CALL_CTL,
			      umcg_ctl(UMCG_CTL_UNREGISTER |
				       (t->worker ? UMCG_CTL_WORKER : 0),
				       t->self, 0));
		break;
	default:
		try_wait(t);
	}
}

/* The main thread, whose struct nobody touches, runs any worker that is held. */
void run_somebody(struct fuzz_thread *t)
{
	struct umcg_task *ut = t->self;

	ut->next_tid = threads[rng_below(&t->rng, FUZZ_THREADS)].tid;
	set_state(ut, UMCG_TASK_RUNNABLE);
	take(&ut->blocked_workers_ptr);
	take(&ut->runnable_workers_ptr);
	count(t, CALL_WAIT, umcg_wait(0, now_ns() +
				      rng_below(&t->rng, 300000)));
}
