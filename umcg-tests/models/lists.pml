/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers block and unblock. Each server takes its own lists as the manual says, in
 * "Waiting", and notes in a queue which workers can be run. All pick from that queue, so a worker
 * moves between the servers.
 */
#define SERVERS 2
#define WORKERS 3
#include "kernel.pml"

/* How many workers block. */
#ifndef BLOCKERS
#define BLOCKERS 2
#endif
#ifndef SIGNALS
#define SIGNALS 1
#endif

/* The user's queue. */
bool queued[TASKS];
byte signals = SIGNALS, nothing;
byte left = WORKERS;

/* The workers that were on a blocked list are not to be run. */
#define LOOK_AT_BLOCKED					\
	do						\
	:: blocked != NOBODY ->				\
		node = blocked;				\
		blocked = blocked_link[node];		\
		blocked_link[node] = NOBODY;		\
		queued[node] = false			\
	:: else -> break				\
	od

/* Nobody runs those, or links them anew, before they are queued. */
#define LOOK_AT_RUNNABLE				\
	do						\
	:: runnable != NOBODY ->			\
		node = runnable;			\
		runnable = runnable_link[node];		\
		runnable_link[node] = NOBODY;		\
		queued[node] = true			\
	:: else -> break				\
	od

/* Any policy picks any worker. */
#define PICK(i)	queued[i] -> queued[i] = false; next = i; server_tid[i] = s

inline take_lists(s)
{
	take_runnable(s, runnable);
	take_blocked(s, blocked);
	d_step {
#ifdef WITHOUT_DRAIN_ORDER
		LOOK_AT_RUNNABLE;
		LOOK_AT_BLOCKED
#else
		LOOK_AT_BLOCKED;
		LOOK_AT_RUNNABLE
#endif
	}
}

inline pick(s)
{
	if
	:: d_step { PICK(SERVERS) }
	:: d_step { PICK(SERVERS + 1) }
	:: d_step { PICK(SERVERS + 2) }
	:: else
	fi
}

proctype server(byte s)
{
	byte runnable = NOBODY, blocked = NOBODY, next = NOBODY, ret;

	do
	:: left > 0 ->
#ifdef WITHOUT_PUBLISH_FIRST
		take_lists(s);
		state[s] = RUNNABLE;
#else
		state[s] = RUNNABLE;
		take_lists(s);
#endif
		pick(s);
		umcg_wait_server(s, next, false, nothing, ret);
		d_step {
			if
			:: ret == EAGAIN && next != NOBODY && STATE(next) == RUNNABLE -> queued[next] = true
			:: else
			fi;
			ret = 0; next = NOBODY
		}
	:: left == 0 -> break
	od
}

proctype worker(byte i)
{
	LOCALS;

	stay_held(i);
	if
	:: i < SERVERS + BLOCKERS ->
		umcg_block(i);
		umcg_enqueue(i, BLOCKED);
		umcg_hold(i, signals, nothing)
	:: else
	fi;
	umcg_leave(i);
	left--
}

init {
	atomic {
		init_tasks();
		queued[SERVERS] = true; queued[SERVERS + 1] = true; queued[SERVERS + 2] = true;
		run server(0); run server(1);
		run worker(SERVERS); run worker(SERVERS + 1); run worker(SERVERS + 2)
	}
}

#ifdef LIVELY
ltl all_end { <> (left == 0) }
#endif
