/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker waits until a word says that it need not; another one says so, and wakes it; a
 * third one switches to it meanwhile, whatever it does. Timeouts and signals come in between,
 * and it may block on its way to umcg_wait().
 */
#define SERVERS 2
#define WORKERS 3
#define QUANTA 0
#ifndef SIGNALS
#define SIGNALS 1
#endif
#ifndef TIMEOUTS
#define TIMEOUTS 1
#endif
#ifndef BLOCKS
#define BLOCKS 1
#endif
#include "kernel.pml"
#include "waits.pml"
#include "users.pml"

#define WAITER		SERVERS
#define WAKER		(SERVERS + 1)
#define SWITCHER	(SERVERS + 2)

bool word;
byte timeouts = TIMEOUTS, blocks = BLOCKS;

/* The manual, "Kicks": to wait until a word says so. */
proctype waiter()
{
	LOCALS;
	byte ret;

	stay_held(WAITER);
	do
	:: true ->
		state[WAITER] = RUNNABLE | COND_WAIT;
		if
		:: word -> break
		:: !word
		fi;
		if
		:: true
		:: d_step { blocks > 0 -> blocks-- };
			umcg_block(WAITER);
			umcg_enqueue(WAITER, BLOCKED);
			umcg_hold(WAITER, signals, nothing)
		fi;
		umcg_wait_worker(WAITER, NOBODY, false, signals, timeouts, ret);
		ret = DONE;
		if
		:: word -> break
		:: else
		fi
	od;
	state[WAITER] = RUNNING;
	umcg_leave(WAITER);
	left--
}

proctype waker()
{
	LOCALS;
	byte ret;

	stay_held(WAKER);
	word = true;
	umcg_kick_wake(WAITER, ret);
	umcg_leave(WAKER);
	left--
}

proctype switcher()
{
	LOCALS;
	byte ret;

	stay_held(SWITCHER);
	state[SWITCHER] = RUNNABLE | COND_WAIT;
	umcg_wait_worker(SWITCHER, WAITER, true, signals, nothing, ret);
	ret = DONE;
	umcg_leave(SWITCHER);
	left--
}

init {
	atomic {
		init_tasks();
		init_running(0, WAITER);
		if
		:: init_running(1, WAKER); queued[SWITCHER] = true
		:: init_running(1, SWITCHER); queued[WAKER] = true
		fi;
		run server(0); run server(1);
		run waiter(); run waker(); run switcher()
	}
}
