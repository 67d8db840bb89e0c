/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Java servers that have nothing to run, and the word in which the kernel finds one of them
 * when a worker wakes up whose own server is busy. One worker never stops before all others
 * are done; so it is not its server that runs them, and the other server must hear of each.
 */
#define SERVERS 2
#define WORKERS 3
#define SIGNALS 0
#define QUANTA 0
#define IDLE_WORD
/* The two others block, or one of them. */
#ifndef BLOCKERS
#define BLOCKERS 2
#endif

byte idle_word = 15;

#include "kernel.pml"
#include "users.pml"

bool idle[SERVERS];

/* IdleServers.advertise(), for one server after the other. */
inline advertise_one(t)
{
	if
	:: idle_word == NOBODY ->
		if
		:: idle[t] ->
			d_step {
				if
				:: idle_word == NOBODY -> idle_word = t; mine = true
				:: else
				fi
			}
			if
			:: mine && !idle[t] ->
				d_step { idle_word = (idle_word == t -> NOBODY : idle_word); mine = false }
			:: else
			fi;
			mine = false
		:: else
		fi
	:: else
	fi
}

inline advertise()
{
	advertise_one(0);
	advertise_one(1)
}

/* IdleServers.leave() */
inline leave(s)
{
	idle[s] = false;
	d_step { idle_word = (idle_word == s -> NOBODY : idle_word) }
}

/* ServerLoop.drain(): the lists of all. */
inline drain()
{
	take_lists(0);
	take_lists(1)
}

/* ServerLoop.wakeAnother(), and umcg_kick_server(). */
inline wakeAnother(s)
{
#ifndef WITHOUT_WAKE_ANOTHER
	if
	:: (queued[SERVERS] || queued[SERVERS + 1] || queued[SERVERS + 2]) && idle[1 - s] ->
		d_step {
			!locked[1 - s] ->
			if
			:: STATE(1 - s) == RUNNABLE ->
				state[1 - s] = RUNNING;
				sleeping[1 - s] = false;
				if
				:: worker_of[1 - s] != NOBODY ->
					runner[worker_of[1 - s]] = NOBODY;
					worker_of[1 - s] = NOBODY
				:: else
				fi
			:: else ->
				kicked[1 - s] = true
			fi
		}
	:: else
	fi
#else
	skip
#endif
}

/* ServerLoop.turn(), with idle() */
proctype idler(byte s)
{
	byte next = NOBODY, joined = NOBODY, ret;
	bool mine;

	next = worker_of[s];
	goto end_asleep;
	do
	:: left > 0 ->
		state[s] = RUNNABLE;
		advertise();
		drain();
		d_step {
			if
			:: joined != NOBODY && RUNS(joined) && server_tid[joined] == s -> next = joined
			:: else -> joined = NOBODY
			fi
		}
		if
		:: joined == NOBODY -> pick(s)
		:: else
		fi;
		if
		:: next == NOBODY ->
			idle[s] = true;
			advertise();
#ifndef WITHOUT_SECOND_LOOK
			drain();
			pick(s);
			if
			:: next != NOBODY ->
				leave(s);
				advertise()
			:: else
			fi
#endif
		:: else
		fi;
		if
		:: next != NOBODY -> wakeAnother(s)
		:: else
		fi;
		umcg_wait_server(s, next, joined != NOBODY, nothing, ret);
		d_step {
			if
			:: ret != EAGAIN && next != NOBODY && RUNS(next) && server_tid[next] == s -> joined = next
			:: ret != EAGAIN && !(next != NOBODY && RUNS(next) && server_tid[next] == s) -> joined = NOBODY
			:: ret == EAGAIN && joined == NOBODY && next != NOBODY && STATE(next) == RUNNABLE -> queued[next] = true
			:: else
			fi;
			ret = 0; next = NOBODY
		}
		if
		:: idle[s] -> leave(s)
		:: else
		fi
	:: left == 0 -> break
	od
}

proctype blocker(byte i)
{
	LOCALS;

	if
	:: RUNS(i)
	:: stay_held(i)
	fi;
	if
	:: i < SERVERS + BLOCKERS ->
		umcg_block(i);
		umcg_enqueue(i, BLOCKED);
		umcg_hold(i, nothing, nothing)
	:: else
	fi;
	umcg_leave(i);
	left--
}

/* It executes for as long as others have something to do. */
proctype runs_on(byte i)
{
	LOCALS;

	if
	:: RUNS(i)
	:: stay_held(i)
	fi;
	left == 1;
	umcg_leave(i);
	left--
}

init {
	atomic {
		init_tasks();
		init_running(0, SERVERS);
		init_running(1, SERVERS + 1);
		queued[SERVERS + 2] = true;
		run idler(0); run idler(1);
		run blocker(SERVERS); run blocker(SERVERS + 1); run runs_on(SERVERS + 2)
	}
}
