// SPDX-License-Identifier: Apache-2.0
/*
 * What System.load() calls. All natives are registered here, so that none is
 * looked up by dlsym() on its first call, which a server must not do.
 */
#include "binding/natives.h"

static const struct native_class *const classes[] = {
	&syscalls_natives,
	&layout_natives,
	&jvm_thread_state_natives,
	&pages_natives,
	&cpus_natives,
	&server_calls_natives,
	&sentinel_natives,
	&protocol_layout_natives,
};

/* 0, or -1 with a Java exception pending. */
static int register_natives(JNIEnv *env, const struct native_class *natives)
{
	jclass class = (*env)->FindClass(env, natives->name);
	int ret = -1;

	if (!class)
		return -1;
	if (!(*env)->RegisterNatives(env, class, natives->methods,
				     (jint)natives->count))
		ret = 0;
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
	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		if (register_natives(env, classes[i]))
			return JNI_ERR;
	}
	return JNI_VERSION_10;
}
