// SPDX-License-Identifier: Apache-2.0
/*
 * The natives of UmcgLayout: what the compiler makes of the uapi header, for
 * the unit test that compares it with the Java descriptor.
 */
#include "binding/natives.h"

#include <errno.h>
#include <linux/umcg.h>
#include <sys/syscall.h>
#include <time.h>

#define OFFSET(field)	((jint)offsetof(struct umcg_task, field))

#define ASSERT_OFFSET(field, offset) \
	_Static_assert(offsetof(struct umcg_task, field) == (offset), #field)

_Static_assert(sizeof(struct umcg_task) == UMCG_TASK_SIZE_VER0, "size");
_Static_assert(_Alignof(struct umcg_task) == 128, "alignment");
ASSERT_OFFSET(state, 0);
ASSERT_OFFSET(next_tid, 4);
ASSERT_OFFSET(server_tid, 8);
ASSERT_OFFSET(critical_mask, 12);
ASSERT_OFFSET(blocked_ts, 16);
ASSERT_OFFSET(runnable_ts, 24);
ASSERT_OFFSET(blocked_workers_ptr, 32);
ASSERT_OFFSET(runnable_workers_ptr, 40);
ASSERT_OFFSET(idle_server_tid_ptr, 48);
ASSERT_OFFSET(critical_ptr, 56);
ASSERT_OFFSET(hold_limit_ms, 64);
ASSERT_OFFSET(turns, 68);

static jintArray layout_fields(JNIEnv *env, jclass class)
{
	static const jint values[] = {
		OFFSET(state),
		OFFSET(next_tid),
		OFFSET(server_tid),
		OFFSET(critical_mask),
		OFFSET(blocked_ts),
		OFFSET(runnable_ts),
		OFFSET(blocked_workers_ptr),
		OFFSET(runnable_workers_ptr),
		OFFSET(idle_server_tid_ptr),
		OFFSET(critical_ptr),
		OFFSET(hold_limit_ms),
		OFFSET(turns),
		(jint)sizeof(struct umcg_task),
		(jint)_Alignof(struct umcg_task),
	};

	(void)class;
	return new_int_array(env, values, ARRAY_SIZE(values));
}

static jintArray layout_constants(JNIEnv *env, jclass class)
{
	static const jint values[] = {
		UMCG_ABI_VERSION,
		UMCG_TASK_NONE,
		UMCG_TASK_RUNNING,
		UMCG_TASK_RUNNABLE,
		UMCG_TASK_BLOCKED,
		(jint)UMCG_TASK_STATE_MASK,
		(jint)UMCG_TF_PREEMPT,
		(jint)UMCG_TF_COND_WAIT,
		(jint)UMCG_TASK_FLAGS_MASK,
		UMCG_TASK_USER_SHIFT,
		(jint)UMCG_TASK_USER_MASK,
		(jint)UMCG_NEXT_TID_CONSUMED,
		(jint)UMCG_TURNS_IDLE,
		(jint)UMCG_TURNS_TAKING,
		UMCG_CTL_REGISTER,
		UMCG_CTL_UNREGISTER,
		UMCG_CTL_QUERY,
		UMCG_CTL_WORKER,
		UMCG_WAIT_YIELD,
		UMCG_WAIT_JOIN,
		UMCG_KICK_BLOCKED,
		UMCG_KICK_WAKE,
		(jint)UMCG_FEATURE_PREEMPT,
		(jint)UMCG_FEATURE_CRITICAL,
		(jint)UMCG_FEATURE_KICK_BLOCKED,
		(jint)UMCG_FEATURE_KICK_WAKE,
		__NR_umcg_ctl,
		__NR_umcg_wait,
		__NR_umcg_kick,
		SYS_gettid,
		CLOCK_REALTIME,
		CLOCK_MONOTONIC,
		CLOCK_BOOTTIME,
		CLOCK_TAI,
		EPERM,
		ESRCH,
		EINTR,
		E2BIG,
		EAGAIN,
		ENOMEM,
		EACCES,
		EFAULT,
		EBUSY,
		EINVAL,
		ENOSYS,
		EOPNOTSUPP,
		ETIMEDOUT,
	};

	(void)class;
	return new_int_array(env, values, ARRAY_SIZE(values));
}

static const JNINativeMethod methods[] = {
	NATIVE("fields", "()[I", layout_fields),
	NATIVE("constants", "()[I", layout_constants),
};

const struct native_class layout_natives = {
	"org/umcg/binding/UmcgLayout", methods, ARRAY_SIZE(methods)
};
