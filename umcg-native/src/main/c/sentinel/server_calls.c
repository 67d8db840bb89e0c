// SPDX-License-Identifier: Apache-2.0
/*
 * The natives of NativeServerCalls: what must be one step of a Java server, from the phase
 * to the system call. Nothing can stop the thread in between, least of all a safepoint.
 */
#include "binding/natives.h"
#include "sentinel/protocol.h"
#include "sentinel/task_state.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/umcg.h>
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

static jint wait_and_tell(struct control *c, jint flags, jlong timeout)
{
	long ret = syscall(__NR_umcg_wait, flags, timeout);
	int error = errno;

	wake_sentinel(c);
	return ret < 0 ? -error : (jint)ret;
}

/* No wait: on the way back to Java, which to the sentinel must not look like one. */
static jint do_not_wait(struct umcg_task *task, jint error)
{
	__atomic_store_n(&task->state, UMCG_TASK_RUNNING, __ATOMIC_SEQ_CST);
	return error;
}

/*
 * The sentinel takes the lease and then looks at the phase, so either it sees us wait,
 * or we see the lease, or what it has done while it had that: taken the claimed worker
 * away.
 */
static jint run(JNIEnv *env, jclass class, jlong control, jlong tasks,
		jint server, jint flags, jlong timeout)
{
	struct control *c = (void *)control;
	struct control_server *self = &c->server[server];
	struct umcg_task *task = &((struct umcg_task *)tasks)[server];

	(void)env;
	(void)class;
	begin_wait(self);
	if (is_leased(self))
		return do_not_wait(task, -EBUSY);
	if (!(flags & UMCG_WAIT_JOIN) &&
	    !__atomic_load_n(&self->picked, __ATOMIC_SEQ_CST))
		return do_not_wait(task, -EAGAIN);
	return wait_and_tell(c, flags, timeout);
}

static jint idle(JNIEnv *env, jclass class, jlong control, jint server, jlong timeout)
{
	struct control *c = (void *)control;

	(void)env;
	(void)class;
	begin_wait(&c->server[server]);
	return wait_and_tell(c, 0, timeout);
}

static const JNINativeMethod methods[] = {
	NATIVE("run0", "(JJIIJ)I", run),
	NATIVE("idle0", "(JIJ)I", idle),
};

const struct native_class server_calls_natives = {
	"org/umcg/sentinel/NativeServerCalls", methods, ARRAY_SIZE(methods)
};
