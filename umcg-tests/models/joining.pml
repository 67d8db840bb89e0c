/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server's wait ends before its worker stops: by a timeout, a signal or a kick. It preempts
 * the worker, and waits for it again. Meanwhile the worker may be on its way to umcg_wait(),
 * to stop or to leave.
 */
#define SERVERS 2
#define WORKERS 3
#define SIGNALS 0
#ifndef QUANTA
#define QUANTA 1
#endif
/* How many workers yield once. */
#ifndef YIELDERS
#define YIELDERS 1
#endif
/* A worker that yields names another one, or nobody. */
#ifndef NEXT
#define NEXT NOBODY
#endif
#define JOINS
#include "kernel.pml"
#include "waits.pml"
#include "users.pml"

/* Invariant 1. */
#define CHECK_EXECUTES(i)	assert(RUNS(i))

/* ServerLoop.isStillRunning() */
#ifdef WITHOUT_ON_ITS_WAY
#define IS_STILL_RUNNING(i)	(RUNS(i) && server_tid[i] == s)
#else
#define IS_STILL_RUNNING(i)	((RUNS(i) || state[i] == (RUNNABLE | COND_WAIT)) && server_tid[i] == s)
#endif

/* umcg_kick_worker() */
inline umcg_kick_worker(i)
{
	d_step {
		if
		:: state[i] == RUNNING -> state[i] = RUNNING | PREEMPT
		:: else
		fi
	}
}

/* ServerLoop.turn(), with runWorker() */
proctype joiner(byte s)
{
	byte next = NOBODY, joined = NOBODY, ret;
	bool join;

	next = worker_of[s];
	goto end_asleep;
	do
	:: left > 0 ->
		state[s] = RUNNABLE;
		take_lists(s);
		d_step {
			if
			:: joined != NOBODY && IS_STILL_RUNNING(joined) -> next = joined
			:: else -> joined = NOBODY
			fi;
			join = joined != NOBODY
		}
		if
		:: join
		:: !join -> pick(s)
		fi;
		umcg_wait_server(s, next, join, quanta, ret);
		d_step {
			if
			:: ret != EAGAIN && next != NOBODY && IS_STILL_RUNNING(next) -> joined = next
			:: ret != EAGAIN && !(next != NOBODY && IS_STILL_RUNNING(next)) -> joined = NOBODY
			:: ret == EAGAIN && !join && next != NOBODY && STATE(next) == RUNNABLE -> queued[next] = true
			:: else
			fi
		}
		if
		:: ret == ETIMEDOUT && joined != NOBODY -> umcg_kick_worker(joined)
		:: else
		fi;
		d_step { ret = 0; next = NOBODY; join = false }
	:: left == 0 -> break
	od
}

proctype worker(byte i)
{
	LOCALS;
	byte ret, yields = (i < SERVERS + YIELDERS -> 1 : 0);

	if
	:: RUNS(i)
	:: stay_held(i)
	fi;
	do
	:: state[i] == (RUNNING | PREEMPT) ->
		/* __umcg_notify_resume() of a worker that was kicked. */
		umcg_enqueue(i, RUNNING | PREEMPT);
		if
		:: held[i] -> umcg_hold(i, nothing, nothing)
		:: else
		fi;
		CHECK_EXECUTES(i)
	:: yields > 0 ->
		yields--;
		state[i] = RUNNABLE | COND_WAIT;
		umcg_wait_worker(i, NEXT, true, nothing, nothing, ret);
		ret = DONE;
		CHECK_EXECUTES(i)
	:: yields == 0 -> break
	od;
	umcg_leave(i);
	left--
}

init {
	atomic {
		init_tasks();
		init_running(0, SERVERS);
		init_running(1, SERVERS + 1);
		queued[SERVERS + 2] = true;
		run joiner(0); run joiner(1);
		run worker(SERVERS); run worker(SERVERS + 1); run worker(SERVERS + 2)
	}
}
