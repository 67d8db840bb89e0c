// SPDX-License-Identifier: Apache-2.0
/* The natives of ServerCalls: what a Java server does at the kernel's door. */
#include "control.h"
#include "natives.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/umcg.h>
#include <sched.h>
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

static jint wait_as(struct control *c, jint server, jint flags, jlong timeout,
		    bool runs_worker)
{
	struct control_server *self = &c->server[server];
	long ret;
	int error;

	/*
	 * From here to the system call nothing can stop this thread, least of
	 * all a safepoint. The sentinel sets the lease and then looks at the
	 * phase, so either it sees us wait, or we see the lease.
	 */
	__atomic_store_n(&self->phase, PHASE_WAIT, __ATOMIC_SEQ_CST);
	if (runs_worker && __atomic_load_n(&self->lease, __ATOMIC_SEQ_CST))
		return -EBUSY;
	ret = syscall(__NR_umcg_wait, flags, timeout);
	error = errno;
	wake_sentinel(c);
	return ret < 0 ? -error : (jint)ret;
}

static jint run(JNIEnv *env, jclass class, jlong control, jint server,
		jint flags, jlong timeout)
{
	(void)env;
	(void)class;
	return wait_as((void *)control, server, flags, timeout, true);
}

static jint idle(JNIEnv *env, jclass class, jlong control, jint server,
		 jlong timeout)
{
	(void)env;
	(void)class;
	return wait_as((void *)control, server, 0, timeout, false);
}

static jint allowed_cpu(JNIEnv *env, jclass class, jint index)
{
	cpu_set_t set;
	int cpu;

	(void)env;
	(void)class;
	if (sched_getaffinity(0, sizeof(set), &set))
		return -errno;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &set) && index-- == 0)
			return cpu;
	}
	return -ENODEV;
}

static jint pin(JNIEnv *env, jclass class, jint cpu)
{
	cpu_set_t set;

	(void)env;
	(void)class;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

static const JNINativeMethod methods[] = {
	NATIVE("run0", "(JIIJ)I", run),
	NATIVE("idle0", "(JIJ)I", idle),
	NATIVE("allowedCpu0", "(I)I", allowed_cpu),
	NATIVE("pin0", "(I)I", pin),
};

int register_server(JNIEnv *env)
{
	return register_natives(env, "org/umcg/binding/ServerCalls",
				methods, ARRAY_SIZE(methods));
}
