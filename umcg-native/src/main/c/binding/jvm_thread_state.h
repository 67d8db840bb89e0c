/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UMCG_THREAD_STATE_H
#define UMCG_THREAD_STATE_H

/*
 * What a Java thread does for its JVM, in the word JavaThread::_thread_state. HotSpot
 * tells where that is, and what its values mean, in the tables that it exports for
 * debuggers (vmStructs.cpp).
 */

#include <stdbool.h>
#include <stdint.h>

/* How urgent it is to run a held worker, the most urgent first. */
enum urgency {
	/* In the VM, on its way in or out, or new: a safepoint waits for it. */
	URGENT_IN_VM,
	/* In Java: a safepoint waits until it polls. */
	URGENT_IN_JAVA,
	/* The JVM or its state cannot be looked into. */
	URGENT_UNKNOWN,
	/*
	 * It reads as blocked, but may be on its way out of a safepoint's barrier, and
	 * the next safepoint waits until it is back in: see try_stable_load_state() in
	 * HotSpot's safepoint.cpp.
	 */
	URGENT_LEAVING,
	/* No safepoint waits for a worker from here on. */
	FIRST_SAFE,
	/* In native code: it may own a lock of the C library. */
	URGENT_IN_NATIVE = FIRST_SAFE,
	/* Blocked in the VM. */
	URGENT_BLOCKED,
	URGENCIES
};

/* The urgency of a value of the word, never URGENT_LEAVING; any value will do. */
enum urgency urgency_of(uint32_t state);

/* May a safepoint wait for such a worker? */
static inline bool is_unsafe(enum urgency urgency)
{
	return urgency < FIRST_SAFE;
}

#endif /* UMCG_THREAD_STATE_H */
