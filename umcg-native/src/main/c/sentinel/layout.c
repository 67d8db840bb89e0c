// SPDX-License-Identifier: Apache-2.0
/*
 * The natives of ProtocolLayout: what the compiler makes of protocol.h, for the unit
 * test that compares it with its Java twin.
 */
#include "binding/natives.h"
#include "sentinel/protocol.h"

#define CONTROL(field)	((jint)offsetof(struct control, field))
#define SERVER(field)	((jint)offsetof(struct control_server, field))
#define WORKER(field)	((jint)offsetof(struct control_worker, field))

static jintArray layout_control(JNIEnv *env, jclass class)
{
	static const jint values[] = {
		CONTROL(servers),
		CONTROL(workers),
		CONTROL(used),
		CONTROL(counters),
		CONTROL(server),
		SERVER(phase),
		SERVER(lease),
		SERVER(tid),
		SERVER(turns),
		SERVER(picked),
		SERVER(intent),
		SERVER(current),
		(jint)sizeof(struct control_server),
		WORKER(queue),
		WORKER(tid),
		WORKER(state_address),
		(jint)sizeof(struct control_worker),
		PHASE_WAIT,
		PHASE_JAVA,
		PHASE_STOPPED,
		LEASE_NONE,
		LEASE_TAKEN,
		LEASE_AWAITED,
	};

	(void)class;
	return new_int_array(env, values, ARRAY_SIZE(values));
}

static jlongArray layout_words(JNIEnv *env, jclass class)
{
	static const jlong values[] = {
		QUEUED,
		IN_POLICY,
		CLAIMER_SHIFT,
		(jlong)CLAIMER_MASK,
		ROUND,
		(jlong)ROUND_MASK,
		NUMBER_MASK,
		OVER,
		TAKER_SHIFT,
		(jlong)TAKER_MASK,
		(jlong)SESSION,
		(jlong)SESSION_MASK,
	};
	jlongArray array = (*env)->NewLongArray(env, ARRAY_SIZE(values));

	(void)class;
	if (array)
		(*env)->SetLongArrayRegion(env, array, 0, ARRAY_SIZE(values), values);
	return array;
}

#define COUNTER_NAME(name)	#name " "

/* Their names in order, with a space behind each. */
static jstring layout_counters(JNIEnv *env, jclass class)
{
	(void)class;
	return (*env)->NewStringUTF(env, FOR_EACH_COUNTER(COUNTER_NAME));
}

static const JNINativeMethod methods[] = {
	NATIVE("control", "()[I", layout_control),
	NATIVE("counters", "()Ljava/lang/String;", layout_counters),
	NATIVE("words", "()[J", layout_words),
};

const struct native_class protocol_layout_natives = {
	"org/umcg/sentinel/ProtocolLayout", methods, ARRAY_SIZE(methods)
};
