// SPDX-License-Identifier: Apache-2.0
/* The natives of JniSystemCalls. */
#include "binding/natives.h"

#include <errno.h>
#include <linux/umcg.h>
#include <stdint.h>
#include <unistd.h>
#include <sys/syscall.h>

static jint umcg_ctl(JNIEnv *env, jclass class, jint flags, jlong self, jint size,
		     jint clockid)
{
	long ret = syscall(__NR_umcg_ctl, flags, self, size, clockid);

	(void)env;
	(void)class;
	return ret < 0 ? -errno : (jint)ret;
}

static jint umcg_wait(JNIEnv *env, jclass class, jint flags, jlong abs_timeout_ns)
{
	long ret = syscall(__NR_umcg_wait, flags, abs_timeout_ns);

	(void)env;
	(void)class;
	return ret < 0 ? -errno : (jint)ret;
}

static jint umcg_kick(JNIEnv *env, jclass class, jint flags, jint tid)
{
	long ret = syscall(__NR_umcg_kick, flags, tid);

	(void)env;
	(void)class;
	return ret < 0 ? -errno : (jint)ret;
}

static jint thread_id(JNIEnv *env, jclass class)
{
	(void)env;
	(void)class;
	return (jint)syscall(SYS_gettid);
}

static jlong address_of(JNIEnv *env, jclass class, jobject buffer)
{
	(void)class;
	return (jlong)(intptr_t)(*env)->GetDirectBufferAddress(env, buffer);
}

static const JNINativeMethod methods[] = {
	NATIVE("ctl0", "(IJII)I", umcg_ctl),
	NATIVE("wait0", "(IJ)I", umcg_wait),
	NATIVE("kick0", "(II)I", umcg_kick),
	NATIVE("gettid0", "()I", thread_id),
	NATIVE("addressOf0", "(Ljava/nio/ByteBuffer;)J", address_of),
};

const struct native_class syscalls_natives = {
	"org/umcg/binding/JniSystemCalls", methods, ARRAY_SIZE(methods)
};
