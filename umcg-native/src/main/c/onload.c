// SPDX-License-Identifier: Apache-2.0
/*
 * What System.load() calls. All natives are registered here, so that none is
 * looked up by dlsym() on its first call, which a server must not do.
 */
#include "natives.h"

static int (*const registrations[])(JNIEnv *env) = {
	register_syscalls,
	register_layout,
	register_server,
	register_cpus,
	register_pages,
	register_sentinel,
	register_thread_state,
};

int register_natives(JNIEnv *env, const char *class_name,
		     const JNINativeMethod *methods, size_t count)
{
	jclass class = (*env)->FindClass(env, class_name);
	int ret = -1;

	if (!class)
		return -1;
	if ((*env)->RegisterNatives(env, class, methods, (jint)count))
		goto out;
	ret = 0;
out:
	(*env)->DeleteLocalRef(env, class);
	return ret;
}

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *vm, void *reserved)
{
	void *env;
	size_t i;

	(void)reserved;
	if ((*vm)->GetEnv(vm, &env, JNI_VERSION_10))
		return JNI_ERR;
	for (i = 0; i < ARRAY_SIZE(registrations); i++) {
		if (registrations[i](env))
			return JNI_ERR;
	}
	return JNI_VERSION_10;
}
