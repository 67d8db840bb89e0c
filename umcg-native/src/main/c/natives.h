/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_NATIVES_H
#define UMCG_NATIVES_H

/*
 * How a native gets in: write it as a static function, name it in its file's
 * JNINativeMethod table, and that table's register function in onload.c.
 * Natives return -errno, and take it on the line after the call.
 */

#include <jni.h>
#include <stddef.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* One row: ISO C knows no cast from a function to void *, RegisterNatives does. */
#define NATIVE(name, signature, function) \
	{ name, signature, __extension__ (void *)(function) }

/* Registers a table with a class; 0, or -1 with a Java exception pending. */
int register_natives(JNIEnv *env, const char *class_name,
		     const JNINativeMethod *methods, size_t count);

int register_syscalls(JNIEnv *env);
int register_layout(JNIEnv *env);
int register_server(JNIEnv *env);
int register_cpus(JNIEnv *env);
int register_pages(JNIEnv *env);
int register_sentinel(JNIEnv *env);
int register_thread_state(JNIEnv *env);

#endif /* UMCG_NATIVES_H */
