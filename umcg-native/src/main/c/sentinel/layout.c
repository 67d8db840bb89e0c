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
		CONTROL(rescues_returning),
		CONTROL(rescues_java),
		CONTROL(rescues_dead),
		CONTROL(slices),
		CONTROL(preempts),
		CONTROL(reveals),
		CONTROL(requeues),
		CONTROL(server),
		SERVER(phase),
		SERVER(lease),
		SERVER(tid),
		SERVER(turns),
		(jint)sizeof(struct control_server),
		WORKER(queue),
		WORKER(tid),
		WORKER(state_address),
		(jint)sizeof(struct control_worker),
		PHASE_WAIT,
		PHASE_JAVA,
		PHASE_STOPPED,
		WORKER_QUEUED,
		WORKER_IN_RING,
		LEASE_NONE,
		LEASE_TAKEN,
		LEASE_AWAITED,
	};

	(void)class;
	return new_int_array(env, values, ARRAY_SIZE(values));
}

static const JNINativeMethod methods[] = {
	NATIVE("control", "()[I", layout_control),
};

const struct native_class protocol_layout_natives = {
	"org/umcg/sentinel/ProtocolLayout", methods, ARRAY_SIZE(methods)
};
