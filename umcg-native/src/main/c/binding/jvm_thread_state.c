// SPDX-License-Identifier: Apache-2.0
/* The natives of JvmThreadState, see thread_state.h. */
#include "binding/natives.h"
#include "binding/jvm_thread_state.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* The critical word has four bits: umcg_task::critical_ptr. */
#define STATES		16
#define HIDE(state)	(1U << (state))
#define DEFER(state)	(1U << (16 + (state)))

static const struct {
	const char	*name;
	enum urgency	urgency;
} known[] = {
	{ "_thread_new", URGENT_IN_VM },
	{ "_thread_new_trans", URGENT_IN_VM },
	{ "_thread_in_native", URGENT_IN_NATIVE },
	{ "_thread_in_native_trans", URGENT_IN_VM },
	{ "_thread_in_vm", URGENT_IN_VM },
	{ "_thread_in_vm_trans", URGENT_IN_VM },
	{ "_thread_in_Java", URGENT_IN_JAVA },
	{ "_thread_in_Java_trans", URGENT_IN_VM },
	{ "_thread_blocked", URGENT_BLOCKED },
	{ "_thread_blocked_trans", URGENT_IN_VM },
};

/* Written once, by find(), before any worker or sentinel starts. */
static enum urgency urgencies[STATES];
static uint32_t critical_mask;
static jlong state_offset;
static jfieldID eetop;

enum urgency urgency_of(uint32_t state)
{
	return state < STATES ? urgencies[state] : URGENT_UNKNOWN;
}

/* What a JVM exports for debuggers: a table, and where its rows have what. */
struct table {
	void		*jvm;
	const char	*rows;
	uint64_t	stride;
};

static bool read_symbol(void *jvm, const char *name, void *value, size_t size)
{
	const void *symbol = dlsym(jvm, name);

	if (symbol)
		memcpy(value, symbol, size);
	return symbol;
}

static bool open_table(struct table *t, void *jvm, const char *rows,
		       const char *stride)
{
	t->jvm = jvm;
	return read_symbol(jvm, rows, &t->rows, sizeof(t->rows)) && t->rows &&
	       read_symbol(jvm, stride, &t->stride, sizeof(t->stride)) &&
	       t->stride;
}

/* The field of a row whose offset there the JVM exports as @name. */
static bool read_column(const struct table *t, const char *row, const char *name,
			void *value, size_t size)
{
	uint64_t offset;

	if (!read_symbol(t->jvm, name, &offset, sizeof(offset)))
		return false;
	memcpy(value, row + offset, size);
	return true;
}

static bool find_offset(void *jvm)
{
	const char *type, *field, *row;
	struct table t;
	uint64_t offset;

	if (!open_table(&t, jvm, "gHotSpotVMStructs",
			"gHotSpotVMStructEntryArrayStride"))
		return false;
	for (row = t.rows; ; row += t.stride) {
		if (!read_column(&t, row, "gHotSpotVMStructEntryTypeNameOffset",
				 &type, sizeof(type)) ||
		    !read_column(&t, row, "gHotSpotVMStructEntryFieldNameOffset",
				 &field, sizeof(field)) ||
		    !read_column(&t, row, "gHotSpotVMStructEntryOffsetOffset",
				 &offset, sizeof(offset)) || !type || !field)
			return false;
		if (!strcmp(type, "JavaThread") && !strcmp(field, "_thread_state"))
			break;
	}
	state_offset = (jlong)offset;
	return true;
}

/* The value of an enumerator, or -1. */
static int find_value(const struct table *t, const char *enumerator)
{
	const char *name, *row;
	int32_t value;

	for (row = t->rows; ; row += t->stride) {
		if (!read_column(t, row, "gHotSpotVMIntConstantEntryNameOffset",
				 &name, sizeof(name)) ||
		    !read_column(t, row, "gHotSpotVMIntConstantEntryValueOffset",
				 &value, sizeof(value)) || !name)
			return -1;
		if (!strcmp(name, enumerator))
			return value;
	}
}

static bool find_values(void *jvm)
{
	struct table t;
	size_t i;
	int value;

	if (!open_table(&t, jvm, "gHotSpotVMIntConstants",
			"gHotSpotVMIntConstantEntryArrayStride"))
		return false;
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		value = find_value(&t, known[i].name);
		if (value < 0 || value >= STATES)
			return false;
		urgencies[value] = known[i].urgency;
		if (known[i].urgency == URGENT_IN_VM)
			critical_mask |= HIDE(value) | DEFER(value);
		else if (known[i].urgency == URGENT_IN_JAVA)
			critical_mask |= HIDE(value);
	}
	return true;
}

static const char *find(JNIEnv *env)
{
	jclass thread = (*env)->FindClass(env, "java/lang/Thread");
	void *jvm = NULL;
	Dl_info info;

	if (thread)
		eetop = (*env)->GetFieldID(env, thread, "eetop", "J");
	if ((*env)->ExceptionCheck(env)) {
		(*env)->ExceptionClear(env);
		return "java.lang.Thread has no field eetop";
	}
	(*env)->DeleteLocalRef(env, thread);
	/* The table of JNI functions leads into the library of the JVM. */
	if (dladdr((void *)(uintptr_t)(*env)->GetVersion, &info))
		jvm = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
	if (!jvm)
		return "the JVM's library was not found";
	if (!find_offset(jvm))
		return "the JVM exports no JavaThread::_thread_state in gHotSpotVMStructs";
	if (!find_values(jvm))
		return "the JVM exports no values of JavaThreadState in gHotSpotVMIntConstants";
	return NULL;
}

static jstring find_all(JNIEnv *env, jclass class)
{
	const char *problem;
	size_t i;

	(void)class;
	for (i = 0; i < STATES; i++)
		urgencies[i] = URGENT_UNKNOWN;
	problem = find(env);
	if (problem)
		critical_mask = 0;
	return problem ? (*env)->NewStringUTF(env, problem) : NULL;
}

static jint get_mask(JNIEnv *env, jclass class)
{
	(void)env;
	(void)class;
	return (jint)critical_mask;
}

static jlong get_offset(JNIEnv *env, jclass class)
{
	(void)env;
	(void)class;
	return state_offset;
}

static jlong address_of(JNIEnv *env, jclass class, jobject thread)
{
	jlong java_thread = (*env)->GetLongField(env, thread, eetop);

	(void)class;
	return java_thread ? java_thread + state_offset : 0;
}

static jint read_state(JNIEnv *env, jclass class, jlong address)
{
	jint state = -1;
	struct iovec local = { &state, sizeof(state) };
	struct iovec remote = { (void *)address, sizeof(state) };

	(void)env;
	(void)class;
	/* The kernel reads: what is not there is no fault. */
	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) ==
	       sizeof(state) ? state : -1;
}

static const JNINativeMethod methods[] = {
	NATIVE("find0", "()Ljava/lang/String;", find_all),
	NATIVE("criticalMask0", "()I", get_mask),
	NATIVE("offset0", "()J", get_offset),
	NATIVE("address0", "(Ljava/lang/Thread;)J", address_of),
	NATIVE("read0", "(J)I", read_state),
};

const struct native_class jvm_thread_state_natives = {
	"org/umcg/sentinel/JvmThreadState", methods, ARRAY_SIZE(methods)
};
