// SPDX-License-Identifier: Apache-2.0
/* The natives of ServerCalls: what a Java server does at the kernel's door. */
#include "sentinel/protocol.h"
#include "binding/natives.h"
#include "sentinel/task_state.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/umcg.h>
#include <stdbool.h>
#include <unistd.h>
#include <sys/syscall.h>

static void wake_sentinel(struct control *c)
{
	uint32_t asleep = 1;

	if (__atomic_load_n(&c->sleeping, __ATOMIC_SEQ_CST) &&
	    __atomic_compare_exchange_n(&c->sleeping, &asleep, 0, false,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &c->sleeping, FUTEX_WAKE_PRIVATE, 1);
}

static struct umcg_task *worker_task(struct control *c, struct umcg_task *tasks,
				     uint32_t worker)
{
	return &tasks[c->servers + 1 + worker];
}

static jint wait_and_tell(struct control *c, jint flags, jlong timeout)
{
	long ret = syscall(__NR_umcg_wait, flags, timeout);
	int error = errno;

	wake_sentinel(c);
	return ret < 0 ? -error : (jint)ret;
}

/* Whoever clears QUEUED owns the worker; the entry in the ring is not ours. */
static bool claim(struct control_worker *worker)
{
	return __atomic_fetch_and(&worker->queue, ~(uint32_t)WORKER_QUEUED,
				  __ATOMIC_SEQ_CST) & WORKER_QUEUED;
}

/* No wait: on the way back to Java, which to the sentinel must not look like one. */
static jint do_not_wait(struct umcg_task *task, jint error)
{
	__atomic_store_n(&task->state, UMCG_TASK_RUNNING, __ATOMIC_SEQ_CST);
	return error;
}

/*
 * From the phase to the system call nothing can stop this thread, least of all a
 * safepoint. The sentinel sets the lease and then looks at the phase, so either it
 * sees us wait, or we see the lease.
 */
static jint run(JNIEnv *env, jclass class, jlong control, jlong tasks,
		jint server, jint worker, jint flags, jlong timeout)
{
	struct control *c = (void *)control;
	struct control_server *self = &c->server[server];
	struct control_worker *w = &control_workers(c)[worker];
	struct umcg_task *task = &((struct umcg_task *)tasks)[server];
	struct umcg_task *next = worker_task(c, (void *)tasks, (uint32_t)worker);
	jint ret;

	(void)env;
	(void)class;
	/* Java looks here for CONSUMED, whatever we return; not 0, that means idle. */
	__atomic_store_n(&task->next_tid,
			 __atomic_load_n(&w->tid, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELAXED);
	__atomic_store_n(&self->phase, PHASE_WAIT, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&self->lease, __ATOMIC_SEQ_CST))
		return do_not_wait(task, -EBUSY);
	/* Who joins may find that another server runs it by now. */
	if (!(flags & UMCG_WAIT_JOIN)) {
		if (!claim(w))
			return do_not_wait(task, -ESTALE);
		__atomic_store_n(&next->server_tid, self->tid, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&task->next_tid,
			 __atomic_load_n(&w->tid, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELAXED);
	ret = wait_and_tell(c, flags, timeout);
	/* For anybody to claim again. */
	if (!(flags & UMCG_WAIT_JOIN) && is_still_to_run(next, ret))
		__atomic_fetch_or(&w->queue, WORKER_QUEUED, __ATOMIC_SEQ_CST);
	return ret;
}

static jint idle(JNIEnv *env, jclass class, jlong control, jlong tasks,
		 jint server, jlong timeout)
{
	struct control *c = (void *)control;
	struct umcg_task *task = &((struct umcg_task *)tasks)[server];

	(void)env;
	(void)class;
	__atomic_store_n(&task->next_tid, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&c->server[server].phase, PHASE_WAIT, __ATOMIC_SEQ_CST);
	return wait_and_tell(c, 0, timeout);
}

/* Take the list of @owner: all become QUEUED, and stand in @server's taken. */
static jint take_runnable(JNIEnv *env, jclass class, jlong control, jlong tasks,
			  jint server, jint owner)
{
	struct control *c = (void *)control;
	struct umcg_task *all = (void *)tasks;
	struct umcg_task *first = worker_task(c, all, 0);
	struct control_worker *workers = control_workers(c);
	uint32_t *taken = control_taken(c, (uint32_t)server);
	__u64 node = __atomic_exchange_n(&all[owner].runnable_workers_ptr, 0,
					 __ATOMIC_SEQ_CST);
	uint32_t count = 0, i;

	(void)env;
	(void)class;
	while (node && count < c->workers) {
		uint64_t index = (node - (uintptr_t)first) / sizeof(*first);

		if (index >= c->workers)
			break;
		taken[count++] = (uint32_t)index;
		node = __atomic_load_n(&first[index].runnable_workers_ptr,
				       __ATOMIC_ACQUIRE);
	}
	/* Only now: once QUEUED it may run, and be linked anew. */
	for (i = 0; i < count; i++)
		__atomic_fetch_or(&workers[taken[i]].queue, WORKER_QUEUED,
				  __ATOMIC_SEQ_CST);
	return (jint)count;
}

static const JNINativeMethod methods[] = {
	NATIVE("run0", "(JJIIIJ)I", run),
	NATIVE("idle0", "(JJIJ)I", idle),
	NATIVE("takeRunnable0", "(JJII)I", take_runnable),
};

const struct native_class server_natives = {
	"org/umcg/sentinel/ServerCalls", methods, ARRAY_SIZE(methods)
};
