/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_NATIVES_H
#define UMCG_NATIVES_H

/*
 * How a native gets in: write it as a static function, and name it in its file's
 * table of methods; onload.c registers all tables. Natives return -errno, and take it
 * on the line after the call.
 */

#include <jni.h>
#include <stddef.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* One row: ISO C knows no cast from a function to void *, RegisterNatives does. */
#define NATIVE(name, signature, function) \
	{ name, signature, __extension__ (void *)(function) }

/* The natives of one class of Java. */
struct native_class {
	const char		*name;
	const JNINativeMethod	*methods;
	size_t			count;
};

extern const struct native_class syscalls_natives;
extern const struct native_class layout_natives;
extern const struct native_class jvm_thread_state_natives;
extern const struct native_class pages_natives;
extern const struct native_class cpus_natives;
extern const struct native_class server_calls_natives;
extern const struct native_class sentinel_natives;
extern const struct native_class protocol_layout_natives;

/* An int[] of Java, or NULL with an exception pending. */
static inline jintArray new_int_array(JNIEnv *env, const jint *values, size_t count)
{
	jintArray array = (*env)->NewIntArray(env, (jsize)count);

	if (array)
		(*env)->SetIntArrayRegion(env, array, 0, (jsize)count, values);
	return array;
}

#endif /* UMCG_NATIVES_H */
